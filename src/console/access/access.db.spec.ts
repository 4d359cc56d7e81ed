import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { consoleAdminKey, createConsoleApp } from '../../../test/support/console-app.js';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { until } from '../../../test/support/until.js';
import { Database } from '../../platform/index.js';
import { ApiKeys } from './api-keys.service.js';
import { keyRoles, type KeyRole } from './key-role.js';

@Controller('api/v1/forgotten')
class ForgottenController {
  @Get('route')
  route(): string {
    return 'open';
  }
}

/** Every route of the API by the role it needs. A route that is missing here fails the test. */
const needed: Record<string, KeyRole> = {
  'GET /api/v1/conversations': 'analyst',
  'GET /api/v1/conversations/{id}': 'analyst',
  'GET /api/v1/silent-chats': 'analyst',
  'GET /api/v1/turns': 'analyst',
  'GET /api/v1/turns/{runId}': 'analyst',
  'GET /api/v1/entries': 'analyst',
  'GET /api/v1/export/entries.csv': 'analyst',
  'GET /api/v1/export/entries.ndjson': 'analyst',
  'POST /api/v1/messages/{id}/redrive': 'operator',
  'POST /api/v1/api-keys': 'admin',
  'GET /api/v1/api-keys': 'admin',
  'DELETE /api/v1/api-keys/{id}': 'admin',
};

describe('access to the API', () => {
  let database: TestDatabase;
  let app: NestFastifyApplication;
  const keys: Record<string, string> = {};

  beforeAll(async () => {
    database = await createTestDatabase();
    app = await createConsoleApp(database.url);
    for (const role of keyRoles) keys[role] = (await app.get(ApiKeys).create(`a key of the role ${role}`, role)).key;
  });
  afterAll(async () => {
    await app.close();
    await database.drop();
  });

  const send = async (method: string, url: string, key: string | null, payload?: object): Promise<{ status: number; body: Record<string, unknown> }> => {
    const headers = { ...(key === null ? {} : { authorization: `Bearer ${key}` }), ...(payload ? { 'content-type': 'application/json' } : {}) };
    const response = await app.inject({ method: method as 'GET', url, headers, ...(payload ? { payload } : {}) });
    const isJson = String(response.headers['content-type']).startsWith('application/json');
    return { status: response.statusCode, body: isJson ? response.json<Record<string, unknown>>() : {} };
  };

  it('is closed to a controller that says nothing: the program refuses to boot', async () => {
    await expect(createConsoleApp(database.url, { controllers: [ForgottenController] })).rejects.toThrow('no role says who may use ForgottenController.route');
  });

  it('asks each role for each route exactly what the table says', async () => {
    const document = SwaggerModule.createDocument(app, new DocumentBuilder().build());
    const routes = Object.entries(document.paths).flatMap(([path, item]) => Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`)).filter((route) => route.includes('/api/'));
    expect(routes.sort()).toEqual(Object.keys(needed).sort());
    for (const route of routes) {
      const [method = '', path = ''] = route.split(' ');
      // Ids that exist nowhere: what is let through ends in 404 or an empty list, never in 401 or 403.
      const url = path.replace(/\{\w+\}/, '0195d2a0-0000-7000-8000-000000000001');
      const payload = method === 'POST' ? { wrong: true } : undefined;
      for (const key of [null, 'bma_wrong', '']) expect({ route, key, ...(await send(method, url, key, payload)) }).toMatchObject({ status: 401, body: { code: 'console.key-refused' } });
      for (const role of keyRoles) {
        const isAllowed = keyRoles.indexOf(role) >= keyRoles.indexOf(needed[route] ?? 'admin');
        const { status, body } = await send(method, url, keys[role] ?? null, payload);
        expect({ route, role, refused: status === 403, code: status === 403 ? body['code'] : null }).toEqual({ route, role, refused: !isAllowed, code: isAllowed ? null : 'console.role-too-low' });
        expect(status).toBeLessThan(500);
        expect(status).not.toBe(401);
      }
    }
  });

  it('takes the key only as a bearer', async () => {
    const response = await app.inject({ url: `/api/v1/turns`, headers: { authorization: keys['admin'] ?? '' } });
    expect(response.statusCode).toBe(401);
    expect((await app.inject({ url: `/api/v1/turns?key=${keys['admin']}` })).statusCode).toBe(401);
    expect((await app.inject({ url: '/api/v1/turns', headers: { authorization: `Basic ${btoa(`x:${keys['admin']}`)}` } })).statusCode).toBe(401);
  });

  it('makes a key that works at once, is shown once, and stops at once when revoked', async () => {
    const made = await send('POST', '/api/v1/api-keys', consoleAdminKey, { name: 'Tablero', role: 'analyst' });
    expect(made.status).toBe(201);
    expect(made.body).toEqual({ id: expect.any(String), name: 'Tablero', role: 'analyst', key: expect.stringMatching(/^bma_[\w-]{43}$/) });
    const key = String(made.body['key']);
    expect((await send('GET', '/api/v1/turns', key)).status).toBe(200);
    const listed = await send('GET', '/api/v1/api-keys', consoleAdminKey);
    expect(JSON.stringify(listed.body)).not.toContain(key.slice(4, 20));
    expect(listed.body['items']).toEqual(expect.arrayContaining([{ id: made.body['id'], name: 'Tablero', role: 'analyst', createdAt: expect.any(String), lastUsedAt: expect.any(String), revokedAt: null }]));
    expect((await send('DELETE', `/api/v1/api-keys/${made.body['id']}`, consoleAdminKey)).status).toBe(204);
    expect((await send('GET', '/api/v1/turns', key)).status).toBe(401);
    expect((await send('DELETE', `/api/v1/api-keys/${made.body['id']}`, consoleAdminKey)).status).toBe(404);
  });

  it.each([
    [{ name: 'x', role: 'analyst', extra: 1 }, 'extra'],
    [{ name: 'x', role: 'root' }, 'role'],
    [{ role: 'analyst' }, 'name'],
    [{ name: '', role: 'analyst' }, 'name'],
    [{ name: 'x'.repeat(81), role: 'analyst' }, 'name'],
    [{ name: ['x'], role: 'analyst' }, 'name'],
    [{ name: 'x', role: 'analyst', id: '0195d2a0-0000-7000-8000-000000000001' }, 'id'],
  ])('refuses the new key %j by the name of the field', async (body, field) => {
    const answer = await send('POST', '/api/v1/api-keys', consoleAdminKey, body);
    expect(answer.status).toBe(400);
    expect(answer.body['message']).toContain(field);
  });

  it('stores the hash of a key and nothing of the key itself', async () => {
    const rows = JSON.stringify(await app.get(Database).prisma.$queryRaw`SELECT to_jsonb(k) FROM api_key k`);
    for (const key of Object.values(keys)) {
      expect(rows).not.toContain(key);
      expect(rows).not.toContain(Buffer.from(key).toString('hex'));
    }
    expect(rows).not.toContain(consoleAdminKey);
  });

  it('notes the use of a key at most once a minute', async () => {
    const { prisma } = app.get(Database);
    const { id, key } = await app.get(ApiKeys).create('quiet', 'analyst');
    const lastUsed = async (): Promise<Date | null> => (await prisma.apiKey.findUniqueOrThrow({ where: { id } })).lastUsedAt;
    await app.get(ApiKeys).identify(key);
    const once = await until(lastUsed, 'the first use');
    await app.get(ApiKeys).identify(key);
    expect(await lastUsed()).toEqual(once);
    await prisma.apiKey.update({ where: { id }, data: { lastUsedAt: new Date(Date.now() - 61_000) } });
    await app.get(ApiKeys).identify(key);
    expect((await lastUsed())?.getTime()).toBeGreaterThanOrEqual(once.getTime());
  });

  it('says nothing about itself that a browser could be tricked with, also when it refuses', async () => {
    for (const url of ['/api/v1/turns', '/api/v1/nowhere', '/console/login', '/console/nowhere', '/console']) {
      const { headers } = await app.inject({ url });
      expect(headers).toMatchObject({ 'content-security-policy': expect.stringContaining("default-src 'none'"), 'x-content-type-options': 'nosniff', 'cache-control': 'no-store', 'x-frame-options': 'DENY' });
      expect(headers['content-security-policy']).not.toContain('unsafe');
    }
    expect((await app.inject({ url: '/api/v1/turns' })).headers['referrer-policy']).toBe('no-referrer');
  });
});
