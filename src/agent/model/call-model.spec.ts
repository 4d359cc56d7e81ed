import { createServer, type AddressInfo, type Socket } from 'node:net';
import { AIMessage, HumanMessage } from '@langchain/core/messages';
import { Logger } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ModelServer } from '../../../test/support/model-server.js';
import { testUpstreams } from '../../../test/support/test-limits.js';
import { until } from '../../../test/support/until.js';
import { AgentConfig, AppError, Secret, type Upstreams } from '../../platform/index.js';
import { callModel, type ModelReply } from './call-model.js';
import { createChatModel, type ToolCallingModel } from './chat-model.js';

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

let server: ModelServer;
beforeAll(async () => void (server = await ModelServer.start()));
afterEach(() => server.reset());
afterAll(() => server.close());

const modelAt = async (baseUrl: string): Promise<ToolCallingModel> => (await createChatModel(new AgentConfig('openai:test-model', new Secret('sk-test'), baseUrl, 9000, 9000, 300, 2000))).bindTools([]);

/** A provider that listens to `hear`, and keeps its connections for as long as we do. */
async function provider(hear: (socket: Socket, bytes: Buffer) => void): Promise<{ baseUrl: string; connections: Socket[]; close: () => unknown }> {
  const connections: Socket[] = [];
  const listener = createServer((socket) => void connections.push(socket.on('data', (bytes) => hear(socket, bytes)).on('error', () => undefined)));
  await new Promise<void>((listening) => listener.listen(0, '127.0.0.1', listening));
  return { baseUrl: `http://127.0.0.1:${(listener.address() as AddressInfo).port}/v1`, connections, close: () => listener.close() };
}

describe('a connection to the provider', () => {
  const said = JSON.stringify({ choices: [{ message: { content: 'hola' } }] });
  const answer = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${said.length}\r\n\r\n${said}`;

  it('is used again, is not closed while the model thinks, and is given up when nobody has used it for some seconds', async () => {
    let thinkMs = 0;
    const { baseUrl, connections, close } = await provider((socket) => setTimeout(() => socket.write(answer), thinkMs));
    const model = await modelAt(baseUrl);
    const ask = (): Promise<string> => codeOf(callModel({ model, upstreams, isRetry: false, lastLook: () => undefined }, [new HumanMessage('hola')], new AbortController().signal, 9000));
    expect(await ask()).toBe('none');
    thinkMs = 5000;
    expect(await ask()).toBe('none');
    expect(connections).toHaveLength(1);
    await until(() => connections[0]?.destroyed, 'the connection to be given up');
    close();
  });
});

describe('a turn that is lost', () => {

  /** The turn is lost from the look of this number on; `Infinity`: never. */
  async function ask(lostAt: number, baseUrl = server.baseUrl): Promise<string> {
    server.script({ text: 'hola' });
    const model = await modelAt(baseUrl);
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
    const heard: string[] = [];
    const { baseUrl, connections, close } = await provider((_, bytes) => heard.push(String(bytes)));
    expect(await ask(2, baseUrl)).toBe('turn.lease-lost');
    await until(() => connections[0]?.destroyed, 'the connection to be made and given up');
    expect(heard).toEqual([]);
    close();
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
