import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { consoleAdminKey, createConsoleApp } from '../../../test/support/console-app.js';
import { seedStory, type SeededStory } from '../../../test/support/seeded-story.js';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { Database } from '../../platform/index.js';

interface Body {
  code?: string;
  message?: string;
  correlationId?: string;
  items?: Record<string, unknown>[];
  nextCursor?: string | null;
  [name: string]: unknown;
}

describe('the read API', () => {
  let database: TestDatabase;
  let app: NestFastifyApplication;
  let first: SeededStory;
  let second: SeededStory;

  beforeAll(async () => {
    database = await createTestDatabase();
    app = await createConsoleApp(database.url);
    const { prisma } = app.get(Database);
    first = await seedStory(prisma);
    second = await seedStory(prisma, { botmakerChatId: 'ZZZ2', contactId: '5491150009999', name: 'Fake User', startsAt: new Date('2026-03-05T09:00:00Z') });
  });
  afterAll(async () => {
    await app.close();
    await database.drop();
  });

  const call = async (path: string): Promise<{ status: number; body: Body; text: string; headers: Record<string, unknown> }> => {
    const response = await app.inject({ method: 'GET', url: `/api/v1${path}`, headers: { authorization: `Bearer ${consoleAdminKey}` } });
    const isJson = String(response.headers['content-type']).startsWith('application/json');
    return { status: response.statusCode, body: isJson ? response.json<Body>() : {}, text: response.body, headers: response.headers };
  };

  it('tells the whole story of a run', async () => {
    const { status, body } = await call(`/turns/${first.runId}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      turn: { runId: first.runId, outcome: 'answered', reasonText: { es: 'Respondido', pt: 'Respondido', en: 'Answered' }, firstMailAt: '2026-03-02T14:01:00.000Z' },
      chat: { id: first.chatId, contactId: '5491150001234' },
      events: [{ text: '¿Cuánto tarda el envío?' }, { text: 'es para Rosario' }],
      messages: [{ state: 'read', readAt: '2026-03-02T14:01:15.000Z' }, { state: 'delivered' }],
      deliveries: [{ outcome: 'accepted', httpStatus: 202 }],
    });
    expect((body['entries'] as { type: string }[]).map((entry) => entry.type)).toContain('turn.decided');
    expect(typeof (body['events'] as { id: unknown }[])[0]?.id).toBe('string');
  });

  it('gives a conversation by our id and by Botmaker’s, page by page', async () => {
    const ours = await call(`/conversations/${first.chatId}?limit=500`);
    expect((await call('/conversations/K7Q2M9X4T1B8V5N3C6Z0?limit=500')).body).toEqual(ours.body);
    const page = await call(`/conversations/${first.chatId}?limit=10`);
    const older = await call(`/conversations/${first.chatId}?limit=500&cursor=${page.body.nextCursor}`);
    expect([...(older.body.items ?? []), ...(page.body.items ?? [])]).toEqual(ours.body.items);
  });

  it('lists conversations, turns and entries with filters and a cursor', async () => {
    expect((await call('/conversations?q=fake')).body.items?.map((item) => item['id'])).toEqual([second.chatId]);
    expect((await call('/conversations?contactId=%2B5491150001234&owner=human')).body.items).toHaveLength(1);
    const turns = await call('/turns?limit=1');
    expect(turns.body.items?.[0]?.['runId']).toBe(second.runId);
    expect((await call(`/turns?limit=1&cursor=${turns.body.nextCursor}`)).body.items?.[0]?.['runId']).toBe(first.runId);
    const newest = await call('/entries?limit=2&type=&reason=');
    const next = await call(`/entries?limit=2&cursor=${newest.body.nextCursor}`);
    const ids = [...(newest.body.items ?? []), ...(next.body.items ?? [])].map((item) => Number(item['id']));
    expect(ids).toEqual([...ids].sort((a, b) => b - a));
    expect(new Set(ids).size).toBe(4);
  });

  it('shows why an event was set aside, though it belongs to no chat', async () => {
    const { body } = await call('/entries?type=inbox.quarantined');
    expect(body.items?.[0]).toMatchObject({ reason: 'not-json', chatId: null, detail: { detail: '12 characters are not JSON' } });
  });

  it.each([
    ['/entries?limit=501', 'limit'],
    ['/entries?limit=0', 'limit'],
    ['/entries?limit=1e9', 'limit'],
    ['/entries?limit=5&limit=6', 'limit'],
    ['/entries?from=yesterday', 'from'],
    ['/entries?to=2026-13-01', 'to'],
    ['/entries?from=0000-01-01', 'from'],
    ['/entries?from=2026-03-01T10:00:00', 'from'],
    ['/entries?runId=nonsense', 'runId'],
    ['/entries?chatID=x', 'chatID'],
    ['/entries?q=a%00b', 'q'],
    ['/entries?q=a&q=b', 'q'],
    ['/entries?cursor=nonsense', 'cursor'],
    ['/turns?state=done', 'state'],
    ['/turns/nonsense', 'runId'],
    ['/conversations?owner=nobody', 'owner'],
    ['/conversations?offset=5', 'offset'],
    ['/conversations/x?limit=-1', 'limit'],
    ['/export/entries.csv?limit=5', 'limit'],
    ['/export/entries.csv?runId=nonsense', 'runId'],
  ])('refuses %s by the name of the field', async (path, field) => {
    const { status, body } = await call(path);
    expect(status).toBe(400);
    expect(body.message).toContain(field);
    expect(body.correlationId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('refuses the cursor of another list and a cursor that somebody made up', async () => {
    const { body } = await call('/turns?limit=1');
    for (const cursor of [body.nextCursor, Buffer.from('entries 1 OR 1=1').toString('base64url'), Buffer.from('entries -1').toString('base64url')]) {
      expect((await call(`/entries?cursor=${cursor}`)).status).toBe(400);
    }
    const made = Buffer.from('conversations 0000-01-01T00:00:00.000Z 00000000-0000-0000-0000-000000000000').toString('base64url');
    expect((await call(`/conversations?cursor=${made}`)).status).toBe(400);
  });

  it('answers 404 for what does not exist', async () => {
    expect(await call(`/turns/${first.chatId}`)).toMatchObject({ status: 404, body: { code: 'console.run-unknown' } });
    expect(await call('/conversations/nobody')).toMatchObject({ status: 404, body: { code: 'console.conversation-unknown' } });
  });

  it('never fails on hostile text, whichever parameter carries it', async () => {
    const hostile = ["'; DROP TABLE entry; --", '%', '\\', '$1', '{}', '"', "' OR '1'='1", '&|!():*', '../../etc/passwd', '😀'.repeat(40), '\u2028'];
    for (const text of hostile) {
      for (const name of ['q', 'type', 'reason', 'chatId', 'contactId', 'channelId']) {
        expect((await call(`/entries?${name}=${encodeURIComponent(text)}`)).status).toBe(200);
      }
      expect((await call(`/conversations?q=${encodeURIComponent(text)}`)).status).toBe(200);
      expect((await call(`/conversations/${encodeURIComponent(text)}`)).status).not.toBe(500);
    }
  });

  it('exports the same entries as CSV and NDJSON, oldest first, as downloads', async () => {
    const csv = await call(`/export/entries.csv?chatId=${first.chatId}`);
    expect(csv.headers).toMatchObject({ 'content-type': 'text/csv; charset=utf-8', 'content-disposition': 'attachment; filename="entries.csv"', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    const lines = csv.text.replace(/^\uFEFF/, '').trimEnd().split('\r\n');
    expect(lines[0]).toMatch(/^"id","at","type","reason","reasonText"/);
    expect(lines).toHaveLength(1 + 26);
    expect(lines[1]).toContain('"inbox.accepted"');
    const ndjson = await call(`/export/entries.ndjson?chatId=${first.chatId}`);
    const rows = ndjson.text.trimEnd().split('\n').map((line) => JSON.parse(line) as { id: string });
    const api = (await call(`/entries?chatId=${first.chatId}&limit=500`)).body.items ?? [];
    expect(rows).toEqual([...api].reverse());
  });

  it('exports across pages without losing or repeating an entry', async () => {
    const { prisma } = app.get(Database);
    await prisma.$executeRaw`INSERT INTO entry (type, detail) SELECT 'sweep.found', '{"count": 1}' FROM generate_series(1, 2500)`;
    const { text } = await call('/export/entries.ndjson?type=sweep.found');
    const ids = text.trimEnd().split('\n').map((line) => (JSON.parse(line) as { id: string }).id);
    expect(ids).toHaveLength(2500);
    expect(new Set(ids).size).toBe(2500);
  });

  it('describes itself: every route, parameter and answer is in the OpenAPI document', () => {
    const document = SwaggerModule.createDocument(app, new DocumentBuilder().addBearerAuth().build());
    expect(Object.keys(document.paths).filter((path) => path.startsWith('/api/')).sort()).toEqual([
      '/api/v1/api-keys', '/api/v1/api-keys/{id}', '/api/v1/conversations', '/api/v1/conversations/{id}', '/api/v1/entries',
      '/api/v1/export/entries.csv', '/api/v1/export/entries.ndjson', '/api/v1/messages/{id}/redrive', '/api/v1/silent-chats', '/api/v1/turns',
      '/api/v1/turns/{runId}',
    ]);
    const list = document.paths['/api/v1/entries']?.get;
    expect(list?.parameters?.map((parameter) => ('name' in parameter ? parameter.name : '')).sort()).toEqual(
      ['channelId', 'chatId', 'contactId', 'cursor', 'from', 'limit', 'q', 'reason', 'runId', 'to', 'type'],
    );
    expect(list?.security).toEqual([{ bearer: [] }]);
    expect(Object.keys(document.components?.schemas ?? {})).toEqual(expect.arrayContaining(['EntriesPage', 'EntryView', 'TurnStory', 'ConversationTimeline', 'ErrorBody', 'NewApiKeyBody']));
  });
});
