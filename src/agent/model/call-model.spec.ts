import { createServer, type AddressInfo, type Socket } from 'node:net';
import { AIMessage, HumanMessage } from '@langchain/core/messages';
import { Logger } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ModelServer } from '../../../test/support/model-server.js';
import { testUpstreams } from '../../../test/support/test-limits.js';
import { until } from '../../../test/support/until.js';
import { AgentConfig, AppError, Secret, type Upstreams } from '../../platform/index.js';
import { callModel, type ModelReply } from './call-model.js';
import { createChatModel } from './chat-model.js';

const status = (code: number): Error => Object.assign(new Error('as scripted'), { status: code });
const enough = 5;
let upstreams: Upstreams;
let asked: number;

beforeEach(() => {
  Logger.overrideLogger(false);
  upstreams = testUpstreams(undefined, 60_000);
  asked = 0;
});
afterAll(() => Logger.overrideLogger(false));

function call(answer: Error | string, isRetry = false): Promise<ModelReply> {
  const invoke = async (): Promise<AIMessage> => {
    asked++;
    if (answer instanceof Error) throw answer;
    return new AIMessage(answer);
  };
  return callModel({ model: { invoke }, upstreams, isRetry, lastLook: () => undefined }, [], new AbortController().signal, 1000);
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(() => 'none', (error: unknown) => (error instanceof AppError ? error.code : String(error)));
}

describe('a model', () => {
  it.each([[500, 'agent.unavailable'], [503, 'agent.unavailable'], [408, 'agent.unavailable']])('that keeps answering %i is not asked for a while', async (code, expected) => {
    for (let n = 0; n < enough; n++) expect(await codeOf(call(status(code)))).toBe(expected);
    expect(await codeOf(call('hola'))).toBe('platform.circuit-open');
    expect(asked).toBe(enough);
  });

  it.each([[400, 'agent.request-refused'], [401, 'agent.key-refused'], [429, 'agent.rate-limited']])('that keeps answering %i is asked each time: it is well', async (code, expected) => {
    for (let n = 0; n < 3 * enough; n++) expect(await codeOf(call(status(code)))).toBe(expected);
    expect(asked).toBe(3 * enough);
  });

  it('that talks garbage is well too: what it says is repaired, not waited for', async () => {
    for (let n = 0; n < 3 * enough; n++) expect(await call(new SyntaxError('Unexpected token'))).toMatchObject({ kind: 'garbage' });
    expect(asked).toBe(3 * enough);
  });

  it('is not sent more retries than the budget allows', async () => {
    const codes = await Promise.all(Array.from({ length: 40 }, () => codeOf(call('hola', true))));
    expect(asked).toBeLessThanOrEqual(5);
    expect(codes.filter((code) => code === 'platform.retries-spent')).toHaveLength(40 - asked);
  });
});

describe('a turn that is lost', () => {
  let server: ModelServer;
  beforeAll(async () => void (server = await ModelServer.start()));
  afterEach(() => server.reset());
  afterAll(() => server.close());

  /** The turn is lost from the look of this number on; `Infinity`: never. */
  async function ask(lostAt: number, baseUrl = server.baseUrl): Promise<string> {
    server.script({ text: 'hola' });
    const model = (await createChatModel(new AgentConfig('openai:test-model', new Secret('sk-test'), baseUrl, 5000, 5000, 300, 2000))).bindTools([]);
    let looks = 0;
    const lastLook = (): void => {
      if (++looks >= lostAt) throw new AppError('conflict', 'turn.lease-lost', 'the turn may be with another worker by now');
    };
    return codeOf(callModel({ model, upstreams, isRetry: false, lastLook }, [new HumanMessage('hola')], new AbortController().signal, 5000));
  }

  it('asks nothing', async () => {
    expect(await ask(1)).toBe('turn.lease-lost');
    expect(server.requests).toHaveLength(0);
  });

  it('asks nothing either when the worker was frozen while its client made the request ready', async () => {
    expect(await ask(2)).toBe('turn.lease-lost');
    expect(server.requests).toHaveLength(0);
  });

  it('asks nothing either when the worker was frozen while its client connected: the last look is at a connection that stands', async () => {
    const [connections, heard]: [Socket[], string[]] = [[], []];
    const provider = createServer((socket) => void connections.push(socket.on('data', (bytes) => heard.push(String(bytes))).on('error', () => undefined)));
    await new Promise<void>((listening) => provider.listen(0, '127.0.0.1', listening));
    expect(await ask(2, `http://127.0.0.1:${(provider.address() as AddressInfo).port}/v1`)).toBe('turn.lease-lost');
    await until(() => connections[0]?.destroyed, 'the connection to be made and given up');
    expect(heard).toEqual([]);
    provider.close();
  });

  it('would have asked otherwise (so the stories above can fail)', async () => {
    expect(await ask(Infinity)).toBe('none');
    expect(server.requests).toHaveLength(1);
  });

  it('says nothing against the model', async () => {
    for (let n = 0; n < 3 * enough; n++) await ask(2);
    expect(await ask(Infinity)).toBe('none');
  });
});
