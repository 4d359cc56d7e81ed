import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { seedStory, type SeededStory } from '../../test/support/seeded-story.js';
import { Database, DatabaseConfig, Secret } from '../platform/index.js';
import { Prisma } from '../generated/prisma/client.js';
import { boundedRead } from './bounded-read.js';
import { ChatsReadModel } from './chats.read-model.js';
import { ConversationsReadModel } from './conversations.read-model.js';
import { EntriesReadModel, type EntryFilter } from './entries.read-model.js';
import { TextSearchReadModel } from './text-search.read-model.js';
import { TimelineReadModel } from './timeline.read-model.js';
import { TurnsReadModel } from './turns.read-model.js';

describe('read models', () => {
  let testDatabase: TestDatabase;
  let database: Database;
  let first: SeededStory;
  let second: SeededStory;
  let entries: EntriesReadModel;
  let turns: TurnsReadModel;
  let conversations: ConversationsReadModel;
  let timeline: TimelineReadModel;

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    database = new Database(new DatabaseConfig(new Secret(testDatabase.url), '.data'));
    first = await seedStory(database.prisma);
    second = await seedStory(database.prisma, {
      botmakerChatId: 'ZZZ2', contactId: '5491150009999', channelId: 'acmebot-webchat', name: 'Fake User', startsAt: new Date('2026-03-05T09:00:00Z'), question: '¿Tienen estacionamiento?',
    });
    const chats = new ChatsReadModel(database);
    const texts = new TextSearchReadModel(database);
    entries = new EntriesReadModel(database, chats, texts);
    turns = new TurnsReadModel(database, chats, entries);
    conversations = new ConversationsReadModel(database, chats, texts);
    timeline = new TimelineReadModel(database, entries);
  });
  afterAll(async () => {
    await database.onApplicationShutdown();
    await testDatabase.drop();
  });

  const found = async (filter: EntryFilter): Promise<string[]> =>
    (await entries.page(filter, { order: 'oldest-first', limit: 500, after: null })).items.map((entry) => entry.type);

  describe('a read', () => {
    it('that was cut off because it took too long is the caller’s to narrow', async () => {
      await expect(boundedRead(database, Prisma.sql`SELECT pg_cancel_backend(pg_backend_pid()), pg_sleep(1)`)).rejects.toMatchObject({ kind: 'invalid', code: 'correlation.query-too-broad' });
    });

    it('has a limit of eight seconds and can write nothing', async () => {
      expect(await boundedRead(database, Prisma.sql`SHOW statement_timeout`)).toEqual([{ statement_timeout: '8s' }]);
      await expect(boundedRead(database, Prisma.sql`INSERT INTO entry (type) VALUES ('x')`)).rejects.toThrow('read-only');
    });
  });

  describe('entries', () => {
    it('are found by our chat id and by Botmaker’s, by contact, by channel and by run', async () => {
      const all = await found({ chatId: first.chatId });
      expect(all).toHaveLength(26);
      expect(await found({ chatId: 'K7Q2M9X4T1B8V5N3C6Z0' })).toEqual(all);
      expect(await found({ contactId: '+5491150001234' })).toEqual(all);
      expect(await found({ channelId: 'acmebot-whatsapp-5491150000001' })).toEqual(all);
      expect(await found({ chatId: first.chatId, channelId: 'acmebot-webchat' })).toEqual([]);
      expect(await found({ chatId: 'nobody' })).toEqual([]);
      expect((await found({ runId: first.runId }))[0]).toBe('turn.queued');
    });

    it('are found by type, by reason and by time, the end being exclusive', async () => {
      expect(await found({ type: 'turn.finished' })).toHaveLength(2);
      expect(await found({ reason: 'owned-by-human', chatId: first.chatId })).toEqual(['chat.owner-changed', 'mail.ignored']);
      expect(await found({ from: new Date('2026-03-02T14:00:00.400Z'), to: new Date('2026-03-02T14:00:02.400Z') })).toEqual(['inbox.accepted', 'mail.ignored']);
      expect(await found({ from: new Date('2026-03-06T00:00:00Z') })).toEqual([]);
    });

    it('are found by words of the customer, of our answer, by code and by the words of a code', async () => {
      expect(await found({ q: 'estacionamiento' })).toEqual(['inbox.accepted']);
      expect(await found({ q: '"horas hábiles"', chatId: first.chatId })).toEqual(['outbox.queued', 'message.confirmed', 'message.delivered', 'message.read']);
      expect(await found({ q: 'turn.decided' })).toHaveLength(2);
      expect(await found({ q: 'delivery', chatId: first.chatId })).toEqual(['delivery.attempted', 'delivery.accepted']);
      expect(await found({ q: 'una persona atiende', runId: first.runId })).toEqual([]);
      expect(await found({ q: 'una persona atiende', chatId: first.chatId })).toEqual(['chat.owner-changed', 'mail.ignored']);
    });

    it('take hostile search text as text', async () => {
      for (const q of ["'; DROP TABLE entry; --", '&|!():*<->', '"', '\\', '%', "$1"]) await found({ q });
      expect(await found({ type: 'turn.finished' })).toHaveLength(2);
    });

    it('carry the text and the chat they point at, and a reason in three languages', async () => {
      const { items } = await entries.page({ reason: 'not-handed-off', chatId: first.chatId }, { order: 'newest-first', limit: 1, after: null });
      expect(items[0]).toMatchObject({
        type: 'mail.ignored', text: 'Hola', contactId: '5491150001234', botmakerChatId: 'K7Q2M9X4T1B8V5N3C6Z0', detail: { owner: 'flow' },
        reasonText: { es: 'El flujo no derivó el chat', en: 'The flow has not handed the chat over' },
      });
      expect(items[0]?.id).toMatch(/^\d+$/);
    });

    it('page without gaps or repeats in both orders, also through a search', async () => {
      for (const order of ['newest-first', 'oldest-first'] as const) {
        for (const q of [undefined, 'turn']) {
          const whole = (await entries.page({ q }, { order, limit: 500, after: null })).items.map((entry) => entry.id);
          const paged: string[] = [];
          for (let after: bigint | null = null, more = true; more; ) {
            const page = await entries.page({ q }, { order, limit: 7, after });
            paged.push(...page.items.map((entry) => entry.id));
            after = page.next;
            more = after !== null;
          }
          expect(paged).toEqual(whole);
        }
      }
    });
  });

  describe('the story of a run', () => {
    it('holds what was read, decided, sent and received, each in order', async () => {
      const story = await turns.story(first.runId);
      expect(story?.turn).toMatchObject({ outcome: 'answered', reasonText: { es: 'Respondido' } });
      expect(story?.events.map((event) => event.text)).toEqual(['¿Cuánto tarda el envío?', 'es para Rosario']);
      expect(story?.messages.map(({ state, part }) => ({ state, part }))).toEqual([{ state: 'read', part: 0 }, { state: 'delivered', part: 1 }]);
      expect(story?.messages.map(({ deliveredAt, readAt }) => [deliveredAt?.toISOString(), readAt?.toISOString()])).toEqual([
        ['2026-03-02T14:01:09.000Z', '2026-03-02T14:01:15.000Z'], ['2026-03-02T14:01:09.200Z', undefined],
      ]);
      expect(story?.deliveries).toMatchObject([{ outcome: 'accepted', httpStatus: 202, messageIds: first.messageIds }]);
      expect(story?.entries.at(0)?.type).toBe('turn.queued');
      expect(story?.entries.at(-1)?.type).toBe('message.read');
    });

    it('of a run that does not exist is null', async () => {
      expect(await turns.story(first.chatId)).toBeNull();
    });
  });

  it('lists runs newest first, page by page', async () => {
    const one = await turns.page({}, 1, null);
    expect(one.items.map((turn) => turn.runId)).toEqual([second.runId]);
    const two = await turns.page({}, 1, one.next);
    expect(two.items.map((turn) => turn.runId)).toEqual([first.runId]);
    expect(two.next).toBeNull();
    expect((await turns.page({ outcome: 'silent' }, 10, null)).items).toEqual([]);
  });

  describe('conversations', () => {
    it('come newest activity first, with what was said last and how the last turn ended', async () => {
      const { items } = await conversations.page({}, 10, null);
      expect(items.map((item) => item.id)).toEqual([second.chatId, first.chatId]);
      expect(items[1]).toMatchObject({ owner: 'human', lastAuthor: 'customer', lastText: 'gracias', lastTurn: { outcome: 'answered', reasonText: { pt: 'Respondido' } } });
    });

    it('are found by name, by text, by contact, by owner and by time', async () => {
      const ids = async (filter: Parameters<ConversationsReadModel['page']>[0]): Promise<string[]> => (await conversations.page(filter, 10, null)).items.map((item) => item.id);
      expect(await ids({ q: 'prueba' })).toEqual([first.chatId]);
      expect(await ids({ q: 'estacionamiento' })).toEqual([second.chatId]);
      expect(await ids({ q: '5491150009999' })).toEqual([second.chatId]);
      expect(await ids({ q: 'seguir correo' })).toEqual([second.chatId, first.chatId]);
      expect(await ids({ contactId: '5491150001234', owner: 'human' })).toEqual([first.chatId]);
      expect(await ids({ owner: 'agent' })).toEqual([]);
      expect(await ids({ to: new Date('2026-03-03T00:00:00Z') })).toEqual([first.chatId]);
    });

    it('page by the position of the last one', async () => {
      const one = await conversations.page({}, 1, null);
      const two = await conversations.page({}, 1, one.next);
      expect([...one.items, ...two.items].map((item) => item.id)).toEqual([second.chatId, first.chatId]);
      expect(two.next).toBeNull();
    });

    it('are known by Botmaker’s id too; an unknown one is null', async () => {
      expect((await conversations.one('ZZZ2'))?.id).toBe(second.chatId);
      expect(await conversations.one('nobody')).toBeNull();
    });
  });

  describe('a timeline', () => {
    it('merges events, turns, messages and entries in time order, and knows an echo of ours', async () => {
      const { items, next } = await timeline.page(first.chatId, 500, null);
      expect(next).toBeNull();
      expect(items).toHaveLength(7 + 1 + 2 + 26);
      const times = items.map((item) => item.at.getTime());
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(items.filter((item) => item.event?.echoOf === first.messageIds[0])).toHaveLength(1);
      expect(items.every((item) => item[item.kind] !== undefined)).toBe(true);
    });

    it('pages back through things of the same millisecond without losing or repeating one', async () => {
      const whole = (await timeline.page(first.chatId, 500, null)).items;
      const paged: typeof whole = [];
      let before: Parameters<TimelineReadModel['page']>[2] = null;
      do {
        const page: Awaited<ReturnType<TimelineReadModel['page']>> = await timeline.page(first.chatId, 4, before);
        paged.unshift(...page.items);
        before = page.next;
      } while (before);
      expect(paged).toEqual(whole);
    });
  });
});
