// What it costs to keep the steps of a turn: the agent's own graph against a model that answers at once, with each way of
// keeping. One process, one PostgreSQL with fsync on; the ways take turns, round after round, so that a busy moment hits all.
import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash, randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres';
import { createChatModel } from '../build/agent/model/chat-model.js';
import { CheckpointFormat } from '../build/agent/checkpoints/checkpoint-format.js';
import { TurnSaver } from '../build/agent/checkpoints/turn-saver.js';
import { modelGraph } from '../build/agent/graph.js';
import { KnowledgeIndex, KnowledgeSearch } from '../build/knowledge/index.js';
import { PassageStore } from '../build/knowledge/passage.store.js';
import { SearchKnowledgeTool } from '../build/agent/tools/search-knowledge.tool.js';
import { AgentConfig, Database, DatabaseConfig, KnowledgeConfig, Role, Secret } from '../build/platform/index.js';
import { startServer } from './child.mjs';
import { startDatabase } from './database.mjs';
import { medianOf, percentileOf } from './median.mjs';

const name = 'bench_checkpoints';
const counting = ['shared_preload_libraries=pg_stat_statements', 'pg_stat_statements.track=top'];
const turnsARound = 40;
const atOnce = 4;

/** The turns that are measured: one call of the model, and a search before the answer (two calls). */
const kinds = [{ kind: 'answer', calls: 1 }, { kind: 'search, then answer', calls: 2 }];

export async function measureCheckpoints({ rounds }) {
  Logger.overrideLogger(false);
  const database = await startDatabase(counting);
  const stubs = await startServer('./servers/stubs.mjs');
  const databaseUrl = await database.fresh(name);
  await database.admin.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
  const db = new Database(new DatabaseConfig(new Secret(databaseUrl), '.data'));
  try {
    await db.turns.query('CREATE TABLE model_reply (run_id text, call text, reply jsonb, PRIMARY KEY (run_id, call))');
    await new KnowledgeIndex(new KnowledgeConfig('knowledge'), db, new PassageStore(db), new Role('all')).refresh();
    const rows = [];
    for (const { kind, calls } of kinds) {
      const ways = await waysOf(db, `${stubs.address}/model/${calls === 2 ? 'searching' : 'answering'}`);
      for (const way of ways) await runTurns(way, turnsARound);
      const results = new Map(ways.map(({ name: way }) => [way, { ms: [], statements: [] }]));
      for (let round = 0; round < rounds; round++) {
        for (const way of ways) {
          await database.admin.query('SELECT pg_stat_statements_reset()');
          const times = await runTurns(way, turnsARound);
          const { rows: [counted] } = await database.admin.query(
            `SELECT coalesce(sum(calls), 0)::int AS statements FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid WHERE d.datname = $1`, [name]);
          results.get(way.name).ms.push(...times);
          results.get(way.name).statements.push(counted.statements / turnsARound);
        }
        console.error(`${kind}: round ${round + 1} of ${rounds}`);
      }
      const none = medianOf(results.get('nothing').ms);
      for (const way of ways) {
        const { ms, statements } = results.get(way.name);
        rows.push({ kind, way: way.name, p50: medianOf(ms), p99: percentileOf(ms, 0.99), statements: medianOf(statements), ratio: medianOf(ms) / none });
      }
    }
    return { rounds, turnsARound, atOnce, postgres: await database.about(), rows };
  } finally {
    await db.onApplicationShutdown();
    await stubs.stop();
    await database.stop();
  }
}

/** Each way: the graph of the product, a keeper, and what forgets a turn when it has ended. */
async function waysOf(db, baseUrl) {
  const config = new AgentConfig('openai:bench', new Secret('bench'), baseUrl, 10_000, 20_000, 300, 2000);
  const model = await createChatModel(config);
  const tools = [new SearchKnowledgeTool(new KnowledgeSearch(db))];
  const made = (saver, chat = model) => modelGraph({ model: chat, tools, callTimeoutMs: 10_000, maxHistoryTokens: 2000, spend: () => undefined, saver: () => saver }).graph;
  const plain = () => new PostgresSaver(db.turns, undefined, { schema: 'langgraph' });
  const stock = (durability) => {
    const saver = plain();
    return { name: `the saver as it comes, ${durability}`, graph: made(saver), durability, forget: (runId) => saver.deleteThread(runId) };
  };
  const ours = new TurnSaver(db.turns, new CheckpointFormat('bench'));
  const forget = (runId) => db.turns.query(
    `WITH blobs AS (DELETE FROM langgraph.checkpoint_blobs WHERE thread_id = $1), writes AS (DELETE FROM langgraph.checkpoint_writes WHERE thread_id = $1)
     DELETE FROM langgraph.checkpoints WHERE thread_id = $1`, [runId]);
  return [
    { name: 'nothing', graph: made(undefined), forget: () => undefined },
    stock('exit'),
    stock('async'),
    stock('sync'),
    { name: 'the product’s saver, sync', graph: made(ours), durability: 'sync', forget },
    { name: 'a table of replies', graph: made(undefined, remembering(db, model)), forget: (runId) => db.turns.query('DELETE FROM model_reply WHERE run_id = $1', [runId]) },
  ];
}

const running = new AsyncLocalStorage();

/** The alternative: each reply of the model in a table of our own, by what was asked; a try that is not the first reads them. */
function remembering(db, model) {
  return {
    bindTools: (tools) => {
      const bound = model.bindTools(tools);
      return {
        invoke: async (messages, options) => {
          const reply = await bound.invoke(messages, options);
          const call = createHash('sha256').update(JSON.stringify(messages)).digest('hex');
          await db.turns.query('INSERT INTO model_reply (run_id, call, reply) VALUES ($1, $2, $3)', [running.getStore(), call, JSON.stringify(reply.toDict())]);
          return reply;
        },
      };
    },
  };
}

async function runTurns(way, count) {
  const times = [];
  let left = count;
  const one = async () => {
    while (left-- > 0) {
      const runId = randomUUID();
      const startedAt = performance.now();
      await running.run(runId, () => way.graph.invoke({}, { configurable: { thread_id: runId, turn: turnOf(runId) }, signal: new AbortController().signal, recursionLimit: 40, ...(way.durability ? { durability: way.durability } : {}) }));
      await way.forget(runId);
      times.push(performance.now() - startedAt);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, one));
  return times;
}

function turnOf(runId) {
  const at = new Date('2026-03-02T14:00:00Z');
  const history = Array.from({ length: 20 }, (_, n) => ({ author: n % 2 ? 'agent' : 'customer', text: `Línea ${n} de una conversación común y corriente sobre un pedido.`, at }));
  const input = { runId, chatId: runId, platform: 'whatsapp', customerName: 'Ana', line: null, language: 'es', timeZone: 'UTC', isOpen: null, variables: {}, history, effects: [], mail: [{ author: 'customer', text: '¿Hacen envíos a Córdoba?', at }], now: at };
  return { input, hold: { signal: new AbortController().signal, lastLook: () => undefined, isRetry: false, effects: null } };
}
