import { randomUUID } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createConsoleApp } from '../../../test/support/console-app.js';
import { seedStory, type SeededStory } from '../../../test/support/seeded-story.js';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { Database } from '../../platform/index.js';
import { ApiKeys } from '../access/api-keys.service.js';

describe('sending a message again', () => {
  let database: TestDatabase;
  let app: NestFastifyApplication;
  let story: SeededStory;
  let key: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    app = await createConsoleApp(database.url);
    story = await seedStory(app.get(Database).prisma);
    ({ key } = await app.get(ApiKeys).create('Mesa de ayuda', 'operator'));
  });
  afterAll(async () => {
    await app.close();
    await database.drop();
  });

  const redrive = async (id: string, body: object = { reason: 'No le llegó' }): Promise<{ status: number; body: Record<string, unknown> }> => {
    const response = await app.inject({ method: 'POST', url: `/api/v1/messages/${id}/redrive`, headers: { authorization: `Bearer ${key}` }, payload: body });
    return { status: response.statusCode, body: response.json<Record<string, unknown>>() };
  };
  const become = (data: object): Promise<unknown> => app.get(Database).prisma.message.update({ where: { id: story.messageIds[0] }, data });

  it.each([
    ['unknown', { state: 'unknown', reason: 'no-echo', doubtedAt: new Date(), confirmedAt: null }],
    ['dead, refused', { state: 'dead', reason: 'botmaker.rejected', confirmedAt: null }],
    ['dead, by the platform, though Botmaker had it', { state: 'dead', reason: 'platform.131047', confirmedAt: new Date() }],
    ['expired', { state: 'expired', reason: 'owned-by-human', confirmedAt: null }],
  ])('that is %s plans it anew, wakes its chat and says in the log who did it and why', async (_what, data) => {
    const { prisma } = app.get(Database);
    const [id] = story.messageIds;
    await become(data);
    expect(await redrive(id)).toEqual({ status: 202, body: { id, runId: story.runId, state: 'planned' } });
    expect(await prisma.message.findUnique({ where: { id } })).toMatchObject({ state: 'planned', reason: null, confirmedAt: null, remoteId: null, redrivenAt: expect.any(Date) });
    const entry = await prisma.entry.findFirst({ where: { type: 'message.redriven' }, orderBy: { id: 'desc' } });
    expect(entry).toMatchObject({ messageId: id, chatId: story.chatId, runId: story.runId, detail: { by: 'Mesa de ayuda', note: 'No le llegó' } });
    expect(await prisma.$queryRaw`SELECT key FROM graphile_worker.jobs`).toEqual([{ key: `deliver:${story.chatId}` }]);
  });

  it('remembers that what was in doubt may have been sent, so it is not sent once more by itself', async () => {
    await become({ state: 'unknown', reason: 'echo-blind', doubtedAt: new Date(), resentAt: null, confirmedAt: null });
    await redrive(story.messageIds[0]);
    expect(await app.get(Database).prisma.message.findUnique({ where: { id: story.messageIds[0] } })).toMatchObject({ doubtedAt: expect.any(Date), resentAt: expect.any(Date) });
  });

  it.each([
    ['planned', { state: 'planned' }],
    ['retrying', { state: 'retrying' }],
    ['sending', { state: 'sending' }],
    ['read', { state: 'read' }],
    ['dead, although its echo came', { state: 'dead', reason: 'botmaker.rejected', confirmedAt: new Date() }],
  ])('that is %s is refused: it is under way, or the customer has it', async (_what, data) => {
    await become(data);
    expect(await redrive(story.messageIds[0])).toMatchObject({ status: 409, body: { code: 'outbox.not-redrivable' } });
    expect(await app.get(Database).prisma.message.findUnique({ where: { id: story.messageIds[0] } })).toMatchObject(data);
  });

  it('asks for a reason that may stand in the log for good, and for a message that exists', async () => {
    await become({ state: 'unknown' });
    for (const body of [{}, { reason: '' }, { reason: 7 }, { reason: 'x'.repeat(201) }, { reason: 'llamó desde +54 9 11 5000-1234' }, { reason: 'ok', force: true }]) {
      expect(await redrive(story.messageIds[0], body)).toMatchObject({ status: 400, body: { code: 'http.invalid' } });
    }
    expect(await redrive('nonsense')).toMatchObject({ status: 400 });
    expect(await redrive(randomUUID())).toMatchObject({ status: 404, body: { code: 'outbox.message-unknown' } });
  });
});
