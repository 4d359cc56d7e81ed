import { createHash } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Server } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { noteEvidence, tally } from '../support/evidence.js';
import { rawHead, rawRequest } from '../support/raw-http.js';
import { startApp, type RunningApp } from '../support/running-app.js';
import { costOf, strangers } from '../support/strangers.js';
import { until } from '../support/until.js';

const path = '/botmaker/webhook';
const MiB = 1024 * 1024;
/** What is kept of a body: so much, and one byte that says that there was more. */
const kept = MiB + 1;
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;

/** Huge, deep, wide and packed bodies of callers who have the token: no content is a reason for anything but 200. */
describe('a heavy body', () => {
  let running: RunningApp;

  beforeAll(async () => {
    running = await startApp({ env: { HANDOFF_VARIABLE: 'nobody_sets_this' } });
  }, 120_000);
  afterAll(() => running.stop(), 90_000);

  const withToken = (headers: Record<string, string>): Record<string, string> => ({ 'auth-bm-token': running.twin.webhookToken, ...headers });
  const newest = () => running.prisma.envelope.findFirstOrThrow({ orderBy: { id: 'desc' } });
  const allRead = () => until(async () => (await running.prisma.envelope.count({ where: { readAt: null } })) === 0, 'every body to be read', 60_000);
  const reasonOf = async (envelopeId: bigint): Promise<string | null | undefined> => (await running.prisma.event.findFirst({ where: { envelopeId } }))?.reason;

  function* inChunks(body: Buffer): Generator<Buffer> {
    for (let at = 0; at < body.length; at += 60_000) {
      const part = body.subarray(at, at + 60_000);
      yield Buffer.concat([Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n')]);
    }
    yield Buffer.from('0\r\n\r\n');
  }

  it.each([1, 5, 50].flatMap((size) => [[size, 'with its length'], [size, 'in chunks']] as const))('of %i MiB %s is cut, kept as far as it goes, and set aside', async (size, way) => {
    const body = Buffer.alloc(size * MiB + 7, `{"size":${size},"way":"${way}"}`);
    const [headers, parts] = way === 'in chunks' ? [{ 'transfer-encoding': 'chunked' }, inChunks(body)] : [{ 'content-length': String(body.length) }, [body]];
    const { status } = await rawRequest(running.address, rawHead('POST', path, withToken(headers as Record<string, string>)), parts);
    expect(status).toBe(200);
    await allRead();
    const envelope = await newest();
    expect([sha256(envelope.body), await reasonOf(envelope.id)]).toEqual([sha256(body.subarray(0, kept)), 'too-large']);
  });

  it('of 5 MiB from sixteen callers at once costs what is kept of it, not what was sent', async () => {
    const size = 5 * MiB;
    const before = await running.prisma.envelope.count();
    const heads = Array.from({ length: 16 }, () => rawHead('POST', path, withToken({ 'content-length': String(size) })));
    const { rss } = await costOf(running.app.getHttpServer() as Server, async () => {
      expect(tally((await strangers(running.address, heads, 'sized', size)).map(({ status }) => status))).toEqual({ 200: heads.length });
      await allRead();
    });
    noteEvidence('heavy-bodies', { callers: heads.length, size, sent: heads.length * size, rss });
    expect(await running.prisma.envelope.count()).toBe(before + heads.length);
  });

  const outermost: Record<string, [reason: string, body: string]> = {
    ...Object.fromEntries([1e3, 1e4, 1e5, 5e5].map((depth) => [`${depth} levels of lists`, ['too-deep', nested(depth)]])),
    'a million opening brackets': ['too-deep', '['.repeat(1e6)],
    '100,000 levels of objects': ['too-deep', `${'{"a":'.repeat(1e5)}1${'}'.repeat(1e5)}`],
    '100,000 keys': ['too-wide', `{${Array.from({ length: 1e5 }, (_, n) => `"${n}":1`).join()}}`],
    'a million keys': ['too-large', `{${Array.from({ length: 1e6 }, (_, n) => `"${n}":1`).join()}}`],
    'half a million items': ['too-wide', `[${'1,'.repeat(499_999)}1]`],
    'a text of a megabyte': ['not-an-object', `"${'x'.repeat(MiB - 2)}"`],
    'a text of 170,000 escapes': ['not-an-object', `"${'\\u0000'.repeat(170_000)}"`],
    'a number of a megabyte': ['not-an-object', '9'.repeat(MiB)],
  };

  it('that is deep, wide or long does not hold up the program', async () => {
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    for (const [what, [reason, body]] of Object.entries(outermost)) {
      const { status } = await running.post(body);
      const envelope = await newest();
      await allRead();
      expect([what, status, await reasonOf(envelope.id), sha256(envelope.body)]).toEqual([what, 200, reason, sha256(Buffer.from(body).subarray(0, kept))]);
    }
    delay.disable();
    noteEvidence('deep-wide-long', { bodies: Object.keys(outermost).length, loopDelayP50Ms: delay.percentile(50) / 1e6, loopDelayP99Ms: delay.percentile(99) / 1e6, loopDelayMaxMs: delay.max / 1e6 });
    // The goal is 50 ms and `formats/fuzz.spec.ts` holds the reader to it. Here a busy machine may take its share; a walk that
    // grows with the square of a megabyte takes minutes.
    expect(delay.max / 1e6).toBeLessThan(5000);
  });

  it('would end a program that writes it into its log as JSON: ten thousand levels are parsed, and not written', () => {
    const parsed = JSON.parse(nested(10_000)) as unknown;
    expect(() => JSON.stringify(parsed)).toThrow(RangeError);
  });

  it.each<[string, Record<string, string>]>([
    ['gzip', { 'content-encoding': 'gzip' }],
    ['an encoding that it is not', { 'content-encoding': 'br' }],
    ['an encoding that nobody knows', { 'content-encoding': 'x-nothing, gzip' }],
    ['gzip, as a coding of the transfer', { 'transfer-encoding': 'gzip, chunked' }],
  ])('that is packed (%s) stays packed: a bomb is its fuse, is kept, and is set aside', async (what, headers) => {
    const bomb = gzipSync(Buffer.alloc(20 * MiB, what));
    const parts = 'transfer-encoding' in headers ? inChunks(bomb) : [bomb];
    const length = 'transfer-encoding' in headers ? {} : { 'content-length': String(bomb.length) };
    const { status } = await rawRequest(running.address, rawHead('POST', path, withToken({ ...length, ...headers })), parts);
    await allRead();
    const envelope = await newest();
    expect([status, sha256(envelope.body), await reasonOf(envelope.id)]).toEqual([200, sha256(bomb), 'not-utf8']);
  });

  it('that is shorter than its length is nobody’s, and one that is longer is read as far as its length says', async () => {
    const before = await running.prisma.envelope.count();
    const body = '{"type":"event","length":"wrong"}';
    const short = rawRequest(running.address, rawHead('POST', path, withToken({ 'content-length': String(body.length + 1) })), [Buffer.from(body)]);
    const long = await rawRequest(running.address, rawHead('POST', path, withToken({ 'content-length': String(body.length - 1), connection: 'keep-alive' })), [Buffer.from(body)]);
    // Garbage after a good request is refused, and the answer to the good one is given first.
    expect(long.text).toMatch(/^HTTP\/1\.1 200 .*[^]*\{"ok":true\}$/);
    expect(Buffer.from((await newest()).body).toString()).toBe(body.slice(0, -1));
    // The other waits for its last byte until the time for a request is over.
    expect((await short).status).toBe(408);
    expect(await running.prisma.envelope.count()).toBe(before + 1);
  }, 60_000);
});
