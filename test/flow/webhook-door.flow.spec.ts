import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Alarms, Metrics } from '../../src/platform/index.js';
import { rawHead, rawRequest, type RawAnswer } from '../support/raw-http.js';
import { startApp, type RunningApp } from '../support/running-app.js';

const path = '/botmaker/webhook';
const body = '{"type":"event"}';

/** Who may come in. What a stranger costs is told in test/hostile, whether a body is understood in webhook-bodies.flow.spec.ts. */
describe('the door of the webhook', () => {
  let running: RunningApp;
  let stored = 0;

  beforeAll(async () => {
    running = await startApp({ role: 'api', env: { BM_SECURITY_TOKEN_PREVIOUS: 'the-previous-token' } });
  });
  afterAll(() => running.stop());

  const send = (method: string, target: string, headers: Record<string, string | string[]>, given = body): Promise<RawAnswer> =>
    rawRequest(running.address, rawHead(method, target, { 'content-length': String(Buffer.byteLength(given)), ...headers }) + given);
  const withToken = (): { 'auth-bm-token': string } => ({ 'auth-bm-token': running.twin.webhookToken });
  const newlyStored = async (): Promise<number> => {
    const before = stored;
    stored = await running.prisma.envelope.count();
    return stored - before;
  };

  describe('asks for the token', () => {
    it('and stores the body of who has it, 200', async () => {
      const answer = await send('POST', path, withToken());
      expect([answer.status, answer.text.split('\r\n\r\n')[1]]).toEqual([200, '{"ok":true}']);
      expect(await newlyStored()).toBe(1);
    });

    it('and takes the previous one as well while it is being replaced', async () => {
      expect((await send('POST', path, { 'auth-bm-token': 'the-previous-token' })).status).toBe(200);
      expect(await newlyStored()).toBe(1);
    });

    it.each<[string, Record<string, string | string[]>]>([
      ['no token', {}],
      ['an empty one', { 'auth-bm-token': '' }],
      ['a wrong one', { 'auth-bm-token': 'wrong' }],
      ['a wrong one of 10 KB', { 'auth-bm-token': 'x'.repeat(10 * 1024) }],
      ['a good one in the wrong header', { authorization: 'Bearer the-previous-token' }],
      ['two good ones', { 'auth-bm-token': ['the-previous-token', 'the-previous-token'] }],
    ])('and refuses %s with 401, a code, and the end of the connection', async (_what, headers) => {
      const { status, text } = await send('POST', path, headers);
      expect(status).toBe(401);
      expect(text).toContain('"code":"webhook.token"');
      expect(text.toLowerCase()).toContain('connection: close');
      expect(await newlyStored()).toBe(0);
    });

    it.each(['/%62otmaker/webhook', '/botmaker%2Fwebhook', 'http://agent.example/botmaker/webhook', '/botmaker/webhook/', '/botmaker/webhook?token=x', '/botmaker/webhook#x', '//botmaker/webhook', '/./botmaker/webhook', '/x/../botmaker/webhook', '/BOTMAKER/webhook', '/botmaker/./webhook', '/botmaker/code-action'])(
      'and nobody walks past it by writing the path as %s',
      async (target) => {
        for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) expect([401, 404]).toContain((await send(method, target, {})).status);
        expect(await newlyStored()).toBe(0);
      },
    );

    it('and tells the same path in other words to who has it', async () => {
      expect((await send('POST', '/%62otmaker/webhook', withToken())).status).toBe(200);
      expect((await send('POST', `http://agent.example${path}`, withToken())).status).toBe(200);
      expect(await newlyStored()).toBe(2);
    });

    it('and counts the answers by status', async () => {
      const { values } = await running.app.get(Metrics).webhookRequests.get();
      const counts = new Map(values.map(({ labels, value }) => [labels.status, value]));
      expect(counts.get('200')).toBe(4);
      expect(counts.get('401')).toBeGreaterThanOrEqual(6);
    });
  });

  it('raises an alarm long before Botmaker’s breaker opens, when our token and Botmaker’s are not the same', async () => {
    const app = await startApp({ role: 'api', beside: running, env: { BM_SECURITY_TOKEN: 'not-what-botmaker-sends' } });
    const call = async (): Promise<string[]> => {
      await fetch(`${app.address}${path}`, { method: 'POST', body, headers: withToken() });
      return Object.keys(app.app.get(Alarms).raised());
    };
    const raised: string[][] = [];
    for (let n = 0; n < 30; n++) raised.push(await call());
    expect(raised.findIndex((alarms) => alarms.includes('webhook-token-refused'))).toBe(19);
    await app.stop();
  });

  describe('answers other methods', () => {
    it('GET and HEAD with 200, without a token: Botmaker calls so when the address is saved', async () => {
      expect((await send('GET', path, {}, '')).text).toMatch(/^HTTP\/1\.1 200[^]*\{"ok":true\}$/);
      expect((await send('HEAD', path, {}, '')).status).toBe(200);
    });

    it.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND'])('%s with 404 or 405, even with the token', async (method) => {
      expect([404, 405]).toContain((await send(method, path, withToken())).status);
      expect(await newlyStored()).toBe(0);
    });
  });

  /** The test calls from 127.0.0.1; 203.0.113.0/24 is Botmaker, 10.0.0.0/8 are our proxies, 198.51.100.9 is somebody else. */
  describe('with an allowlist of addresses', () => {
    const cases: Record<string, [header: Record<string, string | string[]>, status: number][]> = {
      'no trusted proxy': [
        [{}, 403],
        [{ 'x-forwarded-for': '203.0.113.7' }, 403],
        [{ 'x-real-ip': '203.0.113.7', forwarded: 'for=203.0.113.7' }, 403],
      ],
      '1': [
        [{}, 403],
        [{ 'x-forwarded-for': '203.0.113.7' }, 200],
        [{ 'x-forwarded-for': '198.51.100.9, 203.0.113.7' }, 200],
        [{ 'x-forwarded-for': '203.0.113.7, 198.51.100.9' }, 403],
        [{ 'x-forwarded-for': ['203.0.113.7', '198.51.100.9'] }, 403],
        [{ 'x-forwarded-for': '::ffff:203.0.113.7' }, 200],
        [{ 'x-forwarded-for': '203.0.113.7:443' }, 403],
        [{ 'x-forwarded-for': 'unknown' }, 403],
        [{ 'x-real-ip': '203.0.113.7', 'x-client-ip': '203.0.113.7', forwarded: 'for=203.0.113.7' }, 403],
      ],
      '2': [
        [{ 'x-forwarded-for': '203.0.113.7, 10.0.0.1' }, 200],
        [{ 'x-forwarded-for': '203.0.113.7, 198.51.100.9, 10.0.0.1' }, 403],
      ],
      '127.0.0.0/8,10.0.0.0/8': [
        [{ 'x-forwarded-for': '203.0.113.7, 10.1.2.3' }, 200],
        [{ 'x-forwarded-for': '203.0.113.7, 10.1.2.3, 10.9.9.9' }, 200],
        [{ 'x-forwarded-for': '203.0.113.7, 192.0.2.1' }, 403],
        [{ 'x-forwarded-for': '203.0.113.7, 11.0.0.1, 10.1.2.3' }, 403],
      ],
      '10.0.0.0/8': [[{ 'x-forwarded-for': '203.0.113.7, 10.1.2.3' }, 403]],
    };

    it.each(Object.entries(cases))('and %s: the caller is who the trusted proxies say, and nobody else can say it', async (proxies, tries) => {
      const trusted = proxies.startsWith('no') ? {} : { TRUSTED_PROXIES: proxies };
      const app = await startApp({ role: 'api', beside: running, env: { BM_ALLOWED_IPS: '203.0.113.0/24', ...trusted } });
      const seen = await Promise.all(
        tries.map(async ([headers]) => (await rawRequest(app.address, rawHead('POST', path, { ...withToken(), 'content-length': String(body.length), ...headers }) + body)).status),
      );
      await app.stop();
      expect(seen.map((status, at) => [tries[at]?.[0], status])).toEqual(tries);
      expect(await newlyStored()).toBe(tries.filter(([, status]) => status === 200).length);
    });

    it('lets in who is on it, and asks for the token first', async () => {
      const app = await startApp({ role: 'api', beside: running, env: { BM_ALLOWED_IPS: '127.0.0.1' } });
      const status = async (token: string): Promise<number> => (await fetch(`${app.address}${path}`, { method: 'POST', body, headers: { 'auth-bm-token': token } })).status;
      expect([await status(running.twin.webhookToken), await status('wrong')]).toEqual([200, 401]);
      await app.stop();
    });
  });
});
