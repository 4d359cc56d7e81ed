import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { randomUUID } from 'node:crypto';
import { consoleAdminKey, createConsoleApp } from '../../../test/support/console-app.js';
import { seedStory, type SeededStory } from '../../../test/support/seeded-story.js';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { Database } from '../../platform/index.js';
import { ApiKeys } from '../access/api-keys.service.js';

const home = { host: 'console.test', origin: 'http://console.test' };
const production = {
  NODE_ENV: 'production', BM_ACCESS_TOKEN: 'token-of-the-tests', BM_SECURITY_TOKEN: 'security-of-the-tests', ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
};

describe('the console', () => {
  let database: TestDatabase;
  let app: NestFastifyApplication;
  let story: SeededStory;

  beforeAll(async () => {
    database = await createTestDatabase();
    app = await createConsoleApp(database.url);
    story = await seedStory(app.get(Database).prisma);
  });
  afterAll(async () => {
    await app.close();
    await database.drop();
  });

  const post = (path: string, form: Record<string, string>, headers: Record<string, string> = home, at = app): ReturnType<NestFastifyApplication['inject']> =>
    at.inject({ method: 'POST', url: path, headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' }, payload: new URLSearchParams(form).toString() });
  const signIn = async (key = consoleAdminKey, at = app): Promise<string> => String((await post('/console/login', { key }, home, at)).headers['set-cookie']).split(';')[0] ?? '';
  const get = async (url: string, cookie: string, at = app): Promise<{ status: number; text: string; headers: Record<string, unknown> }> => {
    const response = await at.inject({ url, headers: { cookie } });
    return { status: response.statusCode, text: response.body, headers: response.headers };
  };

  describe('signing in', () => {
    it('sends who is not signed in to the login page, and back afterwards', async () => {
      const sent = await app.inject({ url: `/console/turns/${story.runId}` });
      expect(sent.statusCode).toBe(303);
      expect(sent.headers.location).toBe(`/console/login?next=${encodeURIComponent(`/console/turns/${story.runId}`)}`);
      const back = await post('/console/login', { key: consoleAdminKey, next: `/console/turns/${story.runId}` });
      expect(back).toMatchObject({ statusCode: 303, headers: { location: `/console/turns/${story.runId}` } });
    });

    it.each(['https://evil.test/console', '//evil.test/console', '/\\evil.test', '/api/v1/entries', 'javascript:alert(1)', '/console/logout', '/console/../api', ''])('does not send anybody to %j afterwards', async (next) => {
      expect((await post('/console/login', { key: consoleAdminKey, next })).headers.location).toBe('/console');
    });

    it('sets a cookie that scripts and other sites cannot use', async () => {
      const cookie = String((await post('/console/login', { key: consoleAdminKey })).headers['set-cookie']);
      expect(cookie).toMatch(/^console_session=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/);
    });

    it('in production sets the cookie for this host over TLS only', async () => {
      const strict = await createConsoleApp(database.url, { env: production });
      const answer = await post('/console/login', { key: consoleAdminKey }, home, strict);
      expect(String(answer.headers['set-cookie'])).toMatch(/^__Host-console_session=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
      expect((await get('/console', String(answer.headers['set-cookie']).split(';')[0] ?? '', strict)).status).toBe(200);
      await strict.close();
    });

    it('refuses a wrong key, and does not repeat it', async () => {
      const answer = await post('/console/login', { key: 'bma_<script>' });
      expect(answer.statusCode).toBe(401);
      expect(answer.headers['set-cookie']).toBeUndefined();
      expect(answer.body).not.toContain('bma_&lt;');
      expect(answer.body).not.toContain('<script');
    });

    it.each([
      { host: 'console.test', origin: 'http://evil.test' },
      { host: 'console.test', origin: 'null' },
      { host: 'console.test' },
      { host: 'console.test', 'sec-fetch-site': 'cross-site', origin: 'null' },
      { host: 'console.test', 'sec-fetch-site': 'same-site' },
    ] as Record<string, string>[])('refuses a form that comes with %j', async (headers) => {
      expect((await post('/console/login', { key: consoleAdminKey }, headers)).statusCode).toBe(403);
      expect((await post('/console/logout', {}, headers)).statusCode).toBe(403);
    });

    it('takes the word of the browser when it hides the origin of our own form', async () => {
      expect((await post('/console/login', { key: consoleAdminKey }, { host: 'console.test', origin: 'null', 'sec-fetch-site': 'same-origin' })).statusCode).toBe(303);
    });

    it('keeps the hash of a session only, gives a new one at each login and ends the one before', async () => {
      const before = await signIn();
      const token = before.split('=')[1] ?? '';
      const rows = JSON.stringify(await app.get(Database).prisma.$queryRaw`SELECT encode(token_hash, 'escape') AS h FROM console_session`);
      expect(rows).not.toContain(token);
      const answer = await post('/console/login', { key: consoleAdminKey }, { ...home, cookie: before });
      expect(String(answer.headers['set-cookie'])).not.toContain(token);
      expect((await get('/console', before)).status).toBe(303);
    });

    it('ends at logout, at the end of twelve hours and when the key is revoked', async () => {
      const { prisma } = app.get(Database);
      const left = await signIn();
      expect(String((await post('/console/logout', {}, { ...home, cookie: left })).headers['set-cookie'])).toContain('Max-Age=0');
      expect((await get('/console', left)).status).toBe(303);

      const old = await signIn();
      await prisma.$executeRaw`UPDATE console_session SET expires_at = now() - interval '1 second'`;
      expect((await get('/console', old)).status).toBe(303);

      const { id, key } = await app.get(ApiKeys).create('visitor', 'analyst');
      const visitor = await signIn(key);
      expect((await get('/console', visitor)).status).toBe(200);
      await app.get(ApiKeys).revoke(id);
      expect((await get('/console', visitor)).status).toBe(303);
    });

    it('ends when ADMIN_API_KEY changes, and the old key is no way in', async () => {
      const cookie = await signIn();
      const changed = await createConsoleApp(database.url, { env: { ADMIN_API_KEY: 'another-admin-key-of-the-tests' } });
      await signIn('another-admin-key-of-the-tests', changed);
      expect((await get('/console', cookie, changed)).status).toBe(303);
      expect((await post('/console/login', { key: consoleAdminKey }, home, changed)).statusCode).toBe(401);
      await changed.close();
    });

    it('lets a session read the API, so that a download works, but change nothing', async () => {
      const cookie = await signIn();
      expect((await get('/api/v1/export/entries.csv', cookie)).status).toBe(200);
      const change = await app.inject({ method: 'POST', url: '/api/v1/api-keys', headers: { ...home, cookie, 'content-type': 'application/json' }, payload: { name: 'x', role: 'admin' } });
      expect(change.statusCode).toBe(401);
    });
  });

  describe('its pages', () => {
    it('show the conversation with its bubbles, its turn in words and its reasons', async () => {
      const cookie = await signIn();
      const { status, text, headers } = await get(`/console/conversations/${story.chatId}`, cookie);
      expect(status).toBe(200);
      expect(headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'referrer-policy': 'same-origin', 'cache-control': 'no-store' });
      for (const words of ['Ana Prueba', '¿Cuánto tarda el envío?', 'El flujo no derivó el chat', 'responder · 2 partes', 'Botmaker aceptó el envío', 'Flujo → Agente', 'Olga Operadora', 'Leído', 'Entregado', `/console/turns/${story.runId}`]) expect(text).toContain(words);
      // The echo of our answer is not a second bubble.
      expect(text.match(/Los envíos a domicilio/g)).toHaveLength(1);
    });

    it('show the list, a turn and the log', async () => {
      const cookie = await signIn();
      expect((await get('/console?owner=human&q=', cookie)).text).toContain('Ana Prueba');
      expect((await get('/console?owner=flow', cookie)).text).toContain('Ninguna conversación coincide');
      expect((await get(`/console/turns/${story.runId}`, cookie)).text).toContain('812 de entrada, 96 de salida');
      expect((await get('/console/entries?q=not-json', cookie)).text).toContain('Aviso apartado');
    });

    it('say what is wrong in a page, in Spanish, with the id that finds it in the log', async () => {
      const cookie = await signIn();
      expect(await get(`/console/turns/${randomUUID()}`, cookie)).toMatchObject({ status: 404, text: expect.stringContaining('No hay un turno con ese runId') });
      expect((await get('/console?limit=x', cookie)).status).toBe(400);
    });

    it('keep their style sheet at an address that changes with it', async () => {
      const { text } = await get('/console/login', '');
      const href = /href="(\/console\/console\.css\?v=[0-9a-f]{12})"/.exec(text)?.[1] ?? '';
      const css = await get(href, '');
      expect(css).toMatchObject({ status: 200, headers: { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'public, max-age=31536000, immutable' } });
      expect((await get('/console/icon.svg', '')).headers['content-type']).toBe('image/svg+xml');
    });

    it('hold no script, no style and no handler of their own', async () => {
      const cookie = await signIn();
      for (const url of ['/console', '/console/login', `/console/conversations/${story.chatId}`, `/console/turns/${story.runId}`, '/console/entries']) {
        const { text } = await get(url, cookie);
        expect(text).not.toMatch(/<script|<style|<iframe|\son\w+=|\sstyle=|javascript:/i);
      }
    });
  });

  it('shows hostile text as text, wherever it stands: names, texts, links, reasons, codes, details and search', async () => {
    const { prisma } = app.get(Database);
    const hostile = `"><script>alert(1)</script><img src=x onerror=alert(1)>'\`{{7*7}}`;
    const bad = await seedStory(prisma, { botmakerChatId: hostile, contactId: hostile, channelId: hostile, name: hostile, question: hostile });
    const content = {
      text: hostile, authorName: hostile,
      media: [{ kind: hostile, url: `javascript:alert(1)//${hostile}` }, { kind: 'image', url: `https://evil.test/"onmouseover=alert(1)` }, { kind: 'file', url: 'data:text/html,<script>alert(1)</script>' }],
    };
    await prisma.event.create({ data: { key: randomUUID(), chatId: bad.chatId, kind: 'message', author: 'operator', state: 'ignored', reason: hostile, text: hostile, content, occurredAt: new Date(), receivedAt: new Date() } });
    await prisma.turn.update({ where: { runId: bad.runId }, data: { outcome: hostile, reason: hostile, decision: { kind: hostile, why: hostile } } });
    await prisma.message.updateMany({ where: { runId: bad.runId }, data: { text: hostile, reason: hostile } });
    await prisma.entry.create({ data: { type: hostile, reason: hostile, chatId: bad.chatId, detail: { code: hostile, [hostile]: hostile } } });
    const { key } = await app.get(ApiKeys).create(hostile, 'analyst');
    const cookie = await signIn(key);
    const search = encodeURIComponent(hostile);
    for (const url of ['/console', `/console?q=${search}&contactId=${search}`, `/console/conversations/${bad.chatId}`, `/console/turns/${bad.runId}`, '/console/entries', `/console/entries?q=${search}&type=${search}`, `/console/login?next=${search}`, `/console/conversations/${search.slice(0, 90)}`]) {
      const { text, status } = await get(url, cookie);
      expect(status).toBeLessThan(500);
      expect(text).not.toMatch(/<script|<img src=x|href="(javascript|data):/i);
      expect(text.replace(/"[^"]*"/g, '""')).not.toMatch(/<[^>]*\son\w+=/i);
    }
  });
});
