import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Logger } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { heldTurn } from '../../test/support/held-turn.js';
import { ModelServer } from '../../test/support/model-server.js';
import { testUpstreams } from '../../test/support/test-limits.js';
import { KnowledgeSearch } from '../knowledge/index.js';
import { AgentConfig, ConfigError, Database, DatabaseConfig, Metrics, ModelBrake, Secret } from '../platform/index.js';
import { AgentService } from './agent.service.js';
import { Checkpoints } from './checkpoints/checkpoints.store.js';

let model: ModelServer;
const database = new Database(new DatabaseConfig(new Secret('postgresql://nobody@127.0.0.1:1/none'), '.data'));
const metrics = new Metrics();
const agent = (name: string | null): AgentService => new AgentService(new AgentConfig(name, new Secret('k'), model.baseUrl, 5000, 5000, 100, 1000), new KnowledgeSearch(database), metrics, testUpstreams(metrics), () => [], new Checkpoints(database), new ModelBrake());
const input = { runId: 'r', chatId: 'c', platform: null, customerName: null, line: null, language: 'es' as const, timeZone: 'UTC', isOpen: null, effects: [], variables: {}, history: [], mail: [{ author: 'customer' as const, text: 'hola', at: new Date(0) }], now: new Date(0) };

beforeAll(async () => {
  model = await ModelServer.start();
});
afterEach(() => Logger.overrideLogger(false));
afterAll(async () => {
  await model.close();
  await database.onApplicationShutdown();
});

describe('the agent at boot', () => {
  it.each([
    ['anthropic:claude-x', 'AGENT_MODEL: the provider "anthropic" needs the package @langchain/anthropic: npm install @langchain/anthropic'],
    ['nadie:x', 'AGENT_MODEL: the provider "nadie" is not known'],
    ['constructor:x', 'AGENT_MODEL: the provider "constructor" is not known'],
    ['langsmith:x', 'AGENT_MODEL: the provider "langsmith" is not known'],
  ])('refuses %s and says why', async (name, problem) => {
    const error: unknown = await agent(name).onModuleInit().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as ConfigError).problems).toEqual([problem]);
  });

  it('says in the log who answers, also when it is nobody but the knowledge', async () => {
    const lines: string[] = [];
    Logger.overrideLogger({ log: (...words: unknown[]) => lines.push(words.map((word) => JSON.stringify(word)).join(' ')), error: () => undefined, warn: () => undefined });
    await agent(null).onModuleInit();
    await agent('openai:gpt-5-mini').onModuleInit();
    expect(lines.join('\n')).toMatch(/answers with offline-answerer \(no AGENT_MODEL[\s\S]*answers with openai:gpt-5-mini/);
    expect([agent(null).modelName, agent('openai:gpt-5-mini').modelName]).toEqual(['offline-answerer', 'openai:gpt-5-mini']);
  });

  it('speaks chat completions for every model name, with the limit in the field that a reasoning model takes', async () => {
    for (const name of ['openai:gpt-5-mini', 'openai:gpt-5.6', 'openai:codex', 'openai:org/llama-3:8b']) {
      const service = agent(name);
      await service.onModuleInit();
      await service.decide(input, heldTurn());
    }
    expect(model.requests.map(({ path }) => path)).toEqual(Array(4).fill('/v1/chat/completions'));
    expect(model.requests.map(({ body }) => body.model)).toEqual(['gpt-5-mini', 'gpt-5.6', 'codex', 'org/llama-3:8b']);
    expect(model.requests[0]?.body).toMatchObject({ max_completion_tokens: 100, reasoning_effort: 'low' });
    expect(model.requests[3]?.body).toMatchObject({ max_tokens: 100 });
    expect(model.requests[3]?.body).not.toHaveProperty('reasoning_effort');
  });

  it('sends nothing to a third party and prints nothing, whatever the libraries\' own variables say', async () => {
    const calls: string[] = [];
    const collector = createServer((request, response) => {
      calls.push(`${request.method} ${request.url}`);
      response.end('{}');
    });
    await new Promise<void>((listening) => collector.listen(0, '127.0.0.1', listening));
    const address = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
    Object.assign(process.env, {
      LANGSMITH_TRACING: 'true', LANGSMITH_ENDPOINT: address, LANGSMITH_API_KEY: 'k', LANGSMITH_GATEWAY: address, LANGCHAIN_TRACING_V2: 'true',
      LANGCHAIN_ENDPOINT: address, LANGCHAIN_CALLBACKS_BACKGROUND: 'false', LANGCHAIN_VERBOSE: 'true', OPENAI_LOG: 'debug', OPENAI_API_BASE: address,
    });
    const printed = [jest.spyOn(process.stdout, 'write'), jest.spyOn(process.stderr, 'write'), ...(['log', 'info', 'warn', 'error', 'debug'] as const).map((level) => jest.spyOn(console, level))];
    for (const spy of printed) (spy as jest.SpiedFunction<() => void>).mockImplementation(() => undefined);
    const before = model.requests.length;
    const service = agent('openai:test');
    await service.onModuleInit();
    model.script({ toolCalls: [{ name: 'reply', arguments: '{"parts": [' }] }, { status: 500 });
    await service.decide(input, heldTurn()).catch(() => undefined);
    await service.decide(input, heldTurn());
    const written = printed.map((spy) => spy.mock.calls.length);
    for (const spy of printed) spy.mockRestore();
    await new Promise((closed) => collector.close(closed));
    expect(written).toEqual(printed.map(() => 0));
    expect(calls).toEqual([]);
    expect(model.requests).toHaveLength(before + 3);
  });

  it('counts the tokens of every call, also of a turn that failed', async () => {
    const service = agent('openai:test');
    await service.onModuleInit();
    const input0 = await tokens();
    model.script({ text: '{}' }, { text: '{}' });
    await service.decide(input, heldTurn()).catch(() => undefined);
    expect(await tokens()).toBeGreaterThan(input0 + 1000);
  });
});

async function tokens(): Promise<number> {
  const { values } = await metrics.modelTokens.get();
  return values.find(({ labels }) => labels.direction === 'input')?.value ?? 0;
}
