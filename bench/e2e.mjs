// From the webhook to the call that sends the answer: the whole product in one process (role `all`), the offline answerer,
// no debounce. Chats that are already with the agent write at a steady rate, and then as fast as they are answered.
import { startServer, usage } from './child.mjs';
import { startDatabase } from './database.mjs';
import { percentileOf } from './median.mjs';
import { startProduct, token } from './product.mjs';

const chats = 200;
const name = 'bench_e2e';
/** Counts every statement that arrives, BEGIN and COMMIT included; what functions do inside is not counted. */
const counting = ['shared_preload_libraries=pg_stat_statements', 'pg_stat_statements.track=top', 'pg_stat_statements.max=10000'];

const phases = [
  { what: '50 messages/s', rate: 50 },
  { what: '50 messages/s, each answer reported back (echo and 3 statuses)', rate: 50, reports: true },
  { what: `saturated: ${chats} chats, each writes again when it is answered` },
  { what: 'saturated, each answer reported back', reports: true },
];

export async function measureE2e({ seconds, agent = {}, onPhase = () => undefined }) {
  const database = await startDatabase(counting);
  const botmaker = await startServer('./servers/chats.mjs');
  let product;
  try {
    const databaseUrl = await database.fresh(name);
    await database.admin.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
    product = await startProduct('all', { databaseUrl, botmaker: botmaker.address, env: { DEBOUNCE_MS: '0', ...agent } });
    const command = { url: product.address, token, chats };
    await botmaker.ask({ ...command, once: true, handsOver: true, seconds: 60 });
    await botmaker.ask({ ...command, rate: 50, seconds: Math.min(seconds, 5) });
    const idle = await counted(database.admin, () => new Promise((done) => setTimeout(done, 5000)));
    const rows = [];
    for (const { what, ...phase } of phases) {
      const row = await measure(phase, { database, botmaker, product, command: { ...command, ...phase, seconds }, idle });
      rows.push({ what, ...row });
      console.error(`${what}: ${row.perSecond.toFixed(1)}/s, p50 ${row.p50} ms, p99 ${row.p99} ms, ${row.statements} statements and ${row.transactions} transactions a message`);
      await onPhase(what, database.admin);
    }
    return { chats, seconds, idleStatementsPerSecond: Number((idle.statements / idle.seconds).toFixed(1)), rows };
  } finally {
    await product?.stop('SIGKILL');
    await botmaker.stop();
    await database.stop();
  }
}

async function measure(phase, { database, botmaker, product, command, idle }) {
  const cpuBefore = usage(product.pid).cpuMs;
  let result;
  const { statements, transactions } = await counted(database.admin, async () => {
    result = await botmaker.ask(command);
    await drained(database.admin);
  });
  const { answered, latencies } = result;
  const { cpuMs, rssMiB } = usage(product.pid);
  return {
    perSecond: result.perSecond,
    p50: round(percentileOf(latencies, 0.5)),
    p99: round(percentileOf(latencies, 0.99)),
    // The share of an idle process (its polling) stays in: it is small, and it is there.
    statements: round(statements / answered),
    transactions: round(transactions / answered),
    cpuMs: cpuBefore === null ? null : round((cpuMs - cpuBefore) / answered),
    rssMiB,
    answered,
    unanswered: result.unanswered,
    refused: result.refused,
    extraSends: result.sends - answered,
    idleStatements: round(idle.statements / idle.seconds),
  };
}

const round = (value) => (value === null ? null : Number(value.toFixed(1)));

/** Statements and transactions that the database of the product saw while `work` ran. */
async function counted(admin, work) {
  const startedAt = performance.now();
  await admin.query('SELECT pg_stat_statements_reset()');
  const before = await transactionsOf(admin);
  await work();
  // Backends report their transactions at most once a second.
  await new Promise((done) => setTimeout(done, 1200));
  const { rows } = await admin.query('SELECT coalesce(sum(calls), 0)::int AS statements FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid WHERE d.datname = $1', [name]);
  return { statements: rows[0].statements, transactions: (await transactionsOf(admin)) - before, seconds: (performance.now() - startedAt) / 1000 };
}

async function transactionsOf(admin) {
  const { rows } = await admin.query('SELECT (xact_commit + xact_rollback)::int AS count FROM pg_stat_database WHERE datname = $1', [name]);
  return rows[0].count;
}

/** What is recorded after the last send belongs to the messages, too: wait until the database is quiet for half a second. */
async function drained(admin) {
  for (let last = -1, quiet = 0; quiet < 5; ) {
    const { rows } = await admin.query(`SELECT count(*) FILTER (WHERE state <> 'idle')::int AS busy FROM pg_stat_activity WHERE datname = $1`, [name]);
    quiet = rows[0].busy === 0 && last === 0 ? quiet + 1 : 0;
    last = rows[0].busy;
    await new Promise((again) => setTimeout(again, 100));
  }
}
