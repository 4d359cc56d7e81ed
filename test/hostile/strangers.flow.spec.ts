import type { Server } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { noteEvidence, tally } from '../support/evidence.js';
import { rawHead, rawRequest } from '../support/raw-http.js';
import { startApp, type RunningApp } from '../support/running-app.js';
import { costOf, strangers, type Cost, type Ended } from '../support/strangers.js';
import { until } from '../support/until.js';
import { tokenVariants } from './token-variants.js';

const webhook = '/botmaker/webhook';
const size = 50 * 1024 * 1024;
const oneRead = 64 * 1024;
const MiB = 1024 * 1024;
type Way = 'sized' | 'chunked';
const bodyOf: Record<Way, Record<string, string>> = { sized: { 'content-length': String(size) }, chunked: { 'transfer-encoding': 'chunked' } };

/** What somebody costs who knows nothing: one read of his socket at most, whatever he announces and wherever he knocks. */
describe('a stranger', () => {
  let running: RunningApp;

  beforeAll(async () => {
    running = await startApp({ role: 'api', env: { BM_SECURITY_TOKEN_PREVIOUS: 'the-previous-token' } });
    // The first answers cost memory that the program keeps.
    await strangers(running.address, Array.from({ length: 20 }, () => rawHead('POST', webhook, bodyOf.sized)), 'sized', MiB);
  }, 120_000);
  afterAll(() => running.stop(), 90_000);

  const visit = async (heads: string[], then: Way): Promise<Cost & { ended: Ended[] }> => {
    let ended: Ended[] = [];
    const cost = await costOf(running.app.getHttpServer() as Server, async () => (ended = await strangers(running.address, heads, then, size)));
    return { ...cost, ended };
  };

  it.each<Way>(['sized', 'chunked'])('of two hundred with 50 MiB each (%s) is refused for the price of one read, and gets his answer', async (way) => {
    const heads = Array.from({ length: 200 }, (_, n) => rawHead('POST', webhook, { connection: 'keep-alive', ...(n % 2 ? { 'auth-bm-token': 'wrong' } : {}), ...bodyOf[way] }));
    const { read, rss, ended } = await visit(heads, way);
    noteEvidence('strangers-at-the-webhook', { way, callers: heads.length, announced: size, mostRead: Math.max(...read), rss, answers: tally(ended.map(({ status }) => status)) });
    expect(tally(ended.map(({ status }) => status))).toEqual({ 401: 200 });
    expect(Math.max(...read)).toBeLessThanOrEqual(oneRead);
    expect(rss).toBeLessThan(32 * MiB);
    expect(await running.prisma.envelope.count()).toBe(0);
  });

  it.each<Way>(['sized', 'chunked'])('with 50 MiB (%s) for any other door is not read to the end either', async (way) => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const doors: [method: string, path: string, status: number, headers?: Record<string, string>][] = [
      ['POST', '/nowhere', 404],
      ['PUT', '/console/nowhere', 404],
      ['TRACE', webhook, 401],
      ['PROPFIND', '/nowhere', 404],
      ['GET', webhook, 200],
      ['GET', '/health/live', 200],
      ['GET', '/console', 303],
      ['GET', '/api/v1/entries', 401],
      ['DELETE', '/api/v1/api-keys/1', 413],
      ['POST', '/api/v1/api-keys', 413],
      ['POST', '/console/login', 413, form],
      ['POST', '/console/login', 415, { 'content-type': ';' }],
      ['POST', webhook, 401, { expect: '100-continue' }],
      ['POST', webhook, 401, { expect: 'a miracle' }],
      ['POST', '/nowhere', 404, { expect: '100-continue' }],
      ['POST', '/api/v1/api-keys', 413, { expect: '100-continue' }],
    ];
    const { read, ended } = await visit(doors.map(([method, path, , headers]) => rawHead(method, path, { connection: 'keep-alive', ...bodyOf[way], ...headers })), way);
    noteEvidence('strangers-elsewhere', { way, doors: doors.length, announced: size, mostRead: Math.max(...read) });
    expect(ended.map(({ status }, at) => [doors[at]?.[0], doors[at]?.[1], status])).toEqual(doors.map(([method, path, status]) => [method, path, status]));
    // Where a body is asked for before anybody is, 16 KiB of it may be read before it is too much.
    expect(Math.max(...read)).toBeLessThanOrEqual(oneRead + 16 * 1024);
  });

  it('with nearly a token, in any of its forms, is refused: nothing is processed, no error is ours', async () => {
    const variants = Object.entries(tokenVariants(running.twin.webhookToken));
    const heads = variants.map(([, lines]) => rawHead('POST', webhook, { connection: 'keep-alive', ...bodyOf.sized }).replace('\r\n\r\n', `\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`));
    const { read, ended } = await visit(heads, 'sized');
    const answers = ended.map(({ status }, at) => [variants[at]?.[0], status] as const);
    noteEvidence('token-variants', { variants: variants.length, mostRead: Math.max(...read), answers: tally(ended.map(({ status }) => status)) });
    // What is no header at all is refused by the parser before there is a request: 400, 431, or the end of the connection.
    const malformed = new Set(['twenty kilobytes', 'a NUL', 'a line break inside', 'a space before the colon', 'the name alone']);
    const isRight = ([what, status]: readonly [string | undefined, number]): boolean => (malformed.has(what ?? '') ? [0, 400, 431] : [401]).includes(status);
    expect(answers.filter((answer) => !isRight(answer))).toEqual([]);
    expect(Math.max(...read)).toBeLessThanOrEqual(oneRead);
    expect(await running.prisma.envelope.count()).toBe(0);
  });

  it('who asks before he sends is told no, and who has the token is told to go on', async () => {
    const body = '{"type":"event"}';
    const ask = (token: string): string => rawHead('POST', webhook, { 'auth-bm-token': token, expect: '100-continue', 'content-length': String(body.length) });
    expect((await rawRequest(running.address, ask('wrong'))).text).toMatch(/^HTTP\/1\.1 401 /);

    const socket = connect(Number(new URL(running.address).port), '127.0.0.1');
    let said = '';
    socket.on('data', (data) => (said += data.toString()));
    socket.write(ask(running.twin.webhookToken));
    await until(() => said.startsWith('HTTP/1.1 100 Continue\r\n\r\n'), 'leave to send the body');
    socket.write(body);
    await until(() => said.includes('HTTP/1.1 200 OK'), 'the answer');
    socket.destroy();
  });

  it('would be read on and on by a server that leaves the rest to Node: the measure shows it', async () => {
    const { createServer } = await import('node:http');
    const naive = createServer((_request, response) => response.writeHead(401).end('no'));
    await new Promise<void>((listening) => naive.listen(0, '127.0.0.1', listening));
    const address = `http://127.0.0.1:${(naive.address() as { port: number }).port}`;
    const { read } = await costOf(naive, () => rawRequest(address, rawHead('POST', webhook, { ...bodyOf.sized, connection: 'close' }), Array.from({ length: 800 }, () => Buffer.alloc(oneRead))));
    naive.close();
    expect(read[0]).toBeGreaterThan(oneRead);
  });
});
