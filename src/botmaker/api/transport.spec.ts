import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { HttpService } from '@nestjs/axios';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { noDatabase, testBuckets, testUpstreams } from '../../../test/support/test-limits.js';
import { AppError, BotmakerConfig, Metrics, Secret } from '../../platform/index.js';
import type { OperationName } from './operations.js';
import { BotmakerTransport, type ApiAnswer, type ApiRequest } from './transport.client.js';

const timeoutMs = 400;
const none = new Secret('none');
const away = noDatabase();
const servers: Server[] = [];
const sockets = new Set<Socket>();

/** Listens for this test only. Resolves with the address, without the protocol. */
async function listening(server: Server): Promise<string> {
  servers.push(server.on('connection', (socket: Socket) => sockets.add(socket.on('error', () => undefined))));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterAll(() => away.onApplicationShutdown());
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await Promise.all(servers.splice(0).map((server) => new Promise((closed) => server.close(closed))));
});

function transportTo(apiBase: string): BotmakerTransport {
  const config = new BotmakerConfig(apiBase, none, null, timeoutMs, 1, none);
  return new BotmakerTransport(new HttpService(), config, testBuckets(config, away), new Metrics(), testUpstreams());
}

const send: ApiRequest = { body: { chat: { chatId: 'X' }, messages: [{ text: 'hola' }] } };
const call = (apiBase: string, name: OperationName = 'send-messages', request: ApiRequest = send): Promise<ApiAnswer> => transportTo(apiBase).call(name, 'token', request);

async function problemOf(called: Promise<unknown>): Promise<{ kind: string; code: string; network: unknown; ms: number }> {
  const startedAt = performance.now();
  const error = await called.then(() => null, (thrown: unknown) => thrown);
  if (!(error instanceof AppError)) throw new Error(`not refused with an error of ours: ${String(error)}`);
  return { kind: error.kind, code: error.code, network: error.details['network'] ?? null, ms: performance.now() - startedAt };
}

/** An API that does one thing to every request, and counts them. */
async function api(act: (response: ServerResponse, request: IncomingMessage) => void): Promise<{ base: string; seen: () => number }> {
  let seen = 0;
  const server = createHttpServer((request, response) => {
    seen++;
    request.resume().on('end', () => act(response, request));
  });
  return { base: `http://${await listening(server)}/v2.0`, seen: () => seen };
}

describe('a call that surely did not reach Botmaker', () => {
  it('because nobody listens', async () => {
    expect(await problemOf(call('http://127.0.0.1:1/v2.0'))).toMatchObject({ kind: 'upstream-unavailable', code: 'botmaker.unreachable', network: 'ECONNREFUSED' });
  });

  it('because the name does not exist', async () => {
    expect(await problemOf(call('http://botmaker.invalid/v2.0'))).toMatchObject({ kind: 'upstream-unavailable', code: 'botmaker.unreachable' });
  });

  it.each<[string, (socket: Socket) => void]>([
    ['because the other side does not speak TLS', (socket) => void socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['because the connection is reset during the TLS handshake', (socket) => void socket.once('data', () => socket.resetAndDestroy())],
    ['because the TLS handshake never ends, long before the time limit of the call is over', () => undefined],
  ])('%s', async (_why, act) => {
    const address = await listening(createTcpServer(act));
    const problem = await problemOf(call(`https://${address}/v2.0`));
    expect(problem).toMatchObject({ kind: 'upstream-unavailable', code: 'botmaker.unreachable' });
    expect(problem.ms).toBeLessThan(timeoutMs * 0.9);
  });

  it('because the caller was not sure any more at the last moment', async () => {
    const { base, seen } = await api((response) => response.writeHead(202).end());
    const lastLook = (): void => {
      throw new AppError('upstream-unavailable', 'outbox.claim-stale', 'too late');
    };
    expect(await problemOf(call(base, 'send-messages', { ...send, lastLook }))).toMatchObject({ code: 'outbox.claim-stale' });
    expect(seen()).toBe(0);
  });
});

describe('the last look', () => {
  const stale = new AppError('upstream-unavailable', 'outbox.claim-stale', 'too late');

  it.each(['connect', 'reuse'])('comes when the connection stands, so a caller that was frozen while it was made writes nothing (%s)', async (how) => {
    const received: string[] = [];
    const address = await listening(createTcpServer((socket) => socket.on('data', (data) => {
      received.push(data.toString());
      socket.write('HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n');
    })));
    const transport = transportTo(`http://${address}/v2.0`);
    if (how === 'reuse') await transport.call('send-messages', 'token', { ...send, lastLook: () => undefined });
    let looks = 0;
    const lastLook = (): void => {
      if (++looks === 2) throw stale;
    };
    const before = received.length;
    expect(await problemOf(transport.call('send-messages', 'token', { ...send, lastLook }))).toMatchObject({ kind: 'upstream-unavailable', code: 'outbox.claim-stale' });
    expect(looks).toBe(2);
    await transport.call('send-messages', 'token', { ...send, lastLook: () => undefined });
    expect(received.slice(before).join('').match(/POST/g)).toHaveLength(1);
  });

  it('is not made, and nothing is written, when the time was over before the connection stood', async () => {
    const written: Buffer[] = [];
    const address = await listening(createTcpServer((socket) => socket.on('data', (data) => written.push(data))));
    let looks = 0;
    const problem = await problemOf(call(`https://${address}/v2.0`, 'send-messages', { ...send, lastLook: () => void looks++ }));
    expect(problem).toMatchObject({ kind: 'upstream-unavailable', code: 'botmaker.unreachable' });
    expect([looks, Buffer.concat(written).includes('POST')]).toEqual([1, false]);
  });

  it('is followed by the whole request, and the deadline destroys its connection: what was not sent by then never is', async () => {
    let closed: (() => void) | null = null;
    const isClosed = new Promise<void>((done) => (closed = done));
    const { base, seen } = await api((_response, request) => request.socket.once('close', () => closed?.()));
    expect(await problemOf(call(base, 'send-messages', { ...send, lastLook: () => undefined }))).toMatchObject({ kind: 'outcome-unknown' });
    await isClosed;
    expect(seen()).toBe(1);
  });
});

describe('a call that may have reached Botmaker', () => {
  it.each<[string, (response: ServerResponse) => void]>([
    ['was reset', (response) => response.socket?.resetAndDestroy()],
    ['was closed without an answer', (response) => response.socket?.destroy()],
    ['got half an answer', (response) => response.writeHead(202, { 'content-length': 50 }).write('{"webhook', () => response.socket?.resetAndDestroy())],
    ['got no HTTP', (response) => response.socket?.end('what?\r\n\r\n')],
    ['got no answer at all', () => undefined],
    ['got headers and no body', (response) => response.writeHead(202, { 'content-length': 50 }).flushHeaders()],
    ['got a body that says it is compressed and is not', (response) => response.writeHead(202, { 'content-encoding': 'gzip' }).end('plain')],
    ['got a page of a proxy', (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html></html>')],
    ['was redirected', (response) => response.writeHead(307, { location: '/v2.0/elsewhere' }).end()],
    ['got an answer without end', (response) => {
      const drip = setInterval(() => response.write('x'), 20);
      response.writeHead(202).on('close', () => clearInterval(drip));
    }],
  ])('%s: unknown when it sends, worth another try when it reads, and over in time', async (_what, act) => {
    const { base, seen } = await api(act);
    const sent = await problemOf(call(base));
    expect(sent).toMatchObject({ kind: 'outcome-unknown', code: 'botmaker.outcome-unknown' });
    expect(sent.ms).toBeLessThan(timeoutMs * 1.5);
    expect(await problemOf(call(base, 'list-messages', { query: { limit: 250 } }))).toMatchObject({ kind: 'upstream-unavailable' });
    expect(seen()).toBe(2);
  });

  it('is never repeated by the transport, not even on a kept connection that was closed as we wrote', async () => {
    const { base, seen } = await api((response) => response.writeHead(202).end('{}', () => setImmediate(() => response.socket?.destroy())));
    const transport = transportTo(base);
    const outcomes: string[] = [];
    for (let sends = 0; sends < 40; sends++) outcomes.push(await transport.call('send-messages', 'token', send).then(() => 'accepted', (error: AppError) => error.kind));
    expect(outcomes.filter((outcome) => outcome !== 'accepted' && outcome !== 'outcome-unknown')).toEqual([]);
    expect(seen()).toBeLessThanOrEqual(40);
    expect(seen()).toBeGreaterThanOrEqual(outcomes.filter((outcome) => outcome === 'accepted').length);
  });
});

describe('an answered call', () => {
  it.each<[string, string, unknown]>([
    ['JSON', '{"webhookNotificationId":"N1"}', { webhookNotificationId: 'N1' }],
    ['nothing', '', null],
    ['no JSON', 'queued!', null],
    ['half a JSON', '{"webhookNotif', null],
  ])('of 2xx is accepted when its body is %s', async (_what, text, body) => {
    const { base } = await api((response) => response.writeHead(202, { 'content-type': 'application/json' }).end(text));
    expect(await call(base)).toMatchObject({ status: 202, body });
  });

  it('carries the token in the header that Botmaker wants, and JSON', async () => {
    const headers: IncomingMessage['headers'][] = [];
    const { base } = await api((response, request) => {
      headers.push(request.headers);
      response.writeHead(202).end();
    });
    await call(base);
    expect(headers[0]).toMatchObject({ 'access-token': 'token', 'content-type': expect.stringContaining('application/json') });
  });

  it('tells when it was given by the other side’s clock, when that says so', async () => {
    const { base } = await api((response) => response.writeHead(200, { date: 'Mon, 02 Mar 2026 12:00:00 GMT' }).end('{}'));
    expect((await call(base)).answeredAt).toEqual(new Date(Date.UTC(2026, 2, 2, 12)));
    const { base: timeless } = await api((response) => response.writeHead(200, { date: 'yesterday' }).end('{}'));
    expect((await call(timeless)).answeredAt).toBeNull();
  });

  it('is asked for at the operation’s path, with its parameters in their places', async () => {
    const asked: (string | undefined)[] = [];
    const { base } = await api((response, request) => {
      asked.push(request.url);
      response.writeHead(200).end('{}');
    });
    await call(base, 'get-chat', { path: { chatReference: '549115:549116/../x?y' } });
    expect(asked).toEqual(['/v2.0/chats/549115:549116%2F..%2Fx%3Fy']);
    await expect(call(base, 'get-chat', {})).rejects.toThrow('chatReference');
  });

  it('of 429 makes this operation rest, and no other', async () => {
    const { base, seen } = await api((response, request) => response.writeHead(request.method === 'GET' ? 200 : 429).end());
    const transport = transportTo(base);
    expect(await problemOf(transport.call('send-messages', 'token', send))).toMatchObject({ kind: 'rate-limited', code: 'botmaker.rate-limited' });
    expect(await problemOf(transport.call('send-messages', 'token', { ...send, maxWaitMs: 500 }))).toMatchObject({ kind: 'rate-limited', code: 'botmaker.own-limit' });
    expect((await transport.call('list-messages', 'token', { query: {} })).status).toBe(200);
    expect(seen()).toBe(2);
  });
});
