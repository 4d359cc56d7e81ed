import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { Database, DatabaseConfig, Secret } from '../platform/index.js';
import { ChatStore } from './chat.store.js';
import type { ChatIdentity } from './which-chat.js';

const ana = '5491150001234';
const line = 'acmebot-whatsapp-5491150000001';
const bareLine = '5491150000001';
const secondLine = 'acmebot-whatsapp-5491150000002';
const id = 'K7Q2M9X4T1B8V5N3C6Z0';
const secondId = 'BBXP3U1BXSTSNDTN8PIN';

const address = (given: Partial<ChatIdentity>): ChatIdentity => ({ platform: null, channelId: null, contactId: null, chatId: null, ...given });

describe('ChatStore', () => {
  let base: TestDatabase;
  let database: Database;
  const store = new ChatStore();

  beforeAll(async () => {
    base = await createTestDatabase();
    database = new Database(new DatabaseConfig(new Secret(base.url), '.data'));
  });
  afterAll(async () => {
    await database.onApplicationShutdown();
    await base.drop();
  });
  beforeEach(() => database.prisma.chat.deleteMany());

  const resolve = (given: Partial<ChatIdentity>, name: string | null = null): Promise<string | null> =>
    resolveAll([given, name]).then(([chat]) => chat ?? null);
  /** As one batch. */
  const resolveAll = (...asked: [Partial<ChatIdentity>, (string | null)?][]): Promise<(string | null)[]> =>
    database.inTransaction((tx) => store.resolve(tx, asked.map(([given, name = null]) => ({ address: address(given), name }))));
  const chats = () => database.prisma.chat.findMany({ orderBy: { id: 'asc' }, select: { channelId: true, contactId: true, botmakerChatId: true } });

  it('opens a chat once and finds it again by each of its names', async () => {
    const chat = await resolve({ platform: 'whatsapp', channelId: line, contactId: ana, chatId: id }, 'Ana');
    expect(chat).not.toBeNull();
    for (const again of [{ channelId: line, contactId: ana, chatId: id }, { chatId: id }, { channelId: line, contactId: ana }]) expect(await resolve(again)).toBe(chat);
    expect(await database.prisma.chat.findMany()).toMatchObject([{ id: chat, platform: 'whatsapp', channelId: line, contactId: ana, botmakerChatId: id, name: 'Ana' }]);
  });

  it('opens none for an address that names nobody', async () => {
    expect(await resolve({ platform: 'whatsapp', channelId: line })).toBeNull();
    expect(await chats()).toEqual([]);
  });

  describe('the same person on two lines', () => {
    it('is two chats, whatever the order in which they are told of', async () => {
      const first = await resolve({ channelId: line, contactId: ana, chatId: id });
      const second = await resolve({ channelId: secondLine, contactId: ana, chatId: secondId });
      expect(second).not.toBe(first);
      expect(await resolve({ channelId: line, contactId: ana })).toBe(first);
      expect(await resolve({ channelId: secondLine, contactId: ana })).toBe(second);
    });

    it('is two chats without Botmaker’s ids too', async () => {
      const first = await resolve({ channelId: line, contactId: ana });
      expect(await resolve({ channelId: secondLine, contactId: ana })).not.toBe(first);
    });

    it('is not guessed at when only the contact is named: that would mix the two', async () => {
      const known = [await resolve({ channelId: line, contactId: ana }), await resolve({ channelId: secondLine, contactId: ana })];
      expect(known).not.toContain(await resolve({ contactId: ana }));
    });
  });

  describe('an address that is completed later', () => {
    it('gets its line and contact when only Botmaker’s id was known', async () => {
      const chat = await resolve({ chatId: id });
      expect(await resolve({ channelId: line, contactId: ana, chatId: id })).toBe(chat);
      expect(await chats()).toEqual([{ channelId: line, contactId: ana, botmakerChatId: id }]);
    });

    it('gets Botmaker’s id when only line and contact were known', async () => {
      const chat = await resolve({ channelId: line, contactId: ana });
      expect(await resolve({ channelId: line, contactId: ana, chatId: id })).toBe(chat);
      expect(await chats()).toEqual([{ channelId: line, contactId: ana, botmakerChatId: id }]);
    });

    it('gets both when only the contact was known (the shortest status)', async () => {
      const chat = await resolve({ contactId: ana });
      expect(await resolve({ channelId: line, contactId: ana, chatId: id })).toBe(chat);
      expect(await chats()).toHaveLength(1);
    });

    it('is found by the contact alone when he has one chat', async () => {
      const chat = await resolve({ channelId: line, contactId: ana, chatId: id });
      expect(await resolve({ contactId: ana })).toBe(chat);
    });

    it('loses nothing to a notification that knows less', async () => {
      await resolve({ platform: 'whatsapp', channelId: line, contactId: ana, chatId: id }, 'Ana');
      await resolve({ chatId: id });
      await resolve({ channelId: bareLine, contactId: ana });
      expect(await database.prisma.chat.findMany()).toMatchObject([{ platform: 'whatsapp', channelId: line, contactId: ana, botmakerChatId: id, name: 'Ana' }]);
    });

    it('never takes the line and contact of another chat: both stay, and nothing fails', async () => {
      const byId = await resolve({ chatId: id });
      const byLine = await resolve({ channelId: line, contactId: ana, chatId: secondId });
      expect(await resolve({ channelId: line, contactId: ana, chatId: id })).toBe(byId);
      expect(await resolve({ channelId: line, contactId: ana })).toBe(byLine);
      expect(await chats()).toEqual([{ channelId: null, contactId: null, botmakerChatId: id }, { channelId: line, contactId: ana, botmakerChatId: secondId }]);
    });
  });

  describe('a line that is told of by its bare number', () => {
    it('becomes the full line when that is told', async () => {
      const chat = await resolve({ channelId: bareLine, contactId: ana, chatId: id });
      expect(await resolve({ channelId: line, contactId: ana, chatId: id })).toBe(chat);
      expect(await chats()).toEqual([{ channelId: line, contactId: ana, botmakerChatId: id }]);
    });

    it('is the same line without Botmaker’s id too, in either order', async () => {
      const chat = await resolve({ channelId: bareLine, contactId: ana });
      expect(await resolve({ channelId: line, contactId: ana })).toBe(chat);
      expect(await resolve({ channelId: bareLine, contactId: ana })).toBe(chat);
      expect(await chats()).toEqual([{ channelId: line, contactId: ana, botmakerChatId: null }]);
    });

    it('is not another line that ends alike', async () => {
      const chat = await resolve({ channelId: 'acmebot-whatsapp-95491150000001', contactId: ana });
      expect(await resolve({ channelId: bareLine, contactId: ana })).not.toBe(chat);
    });

    it('is nobody’s in particular when two lines have the number', async () => {
      const known = [await resolve({ channelId: line, contactId: ana }), await resolve({ channelId: 'acmebot-sms-5491150000001', contactId: ana })];
      const third = await resolve({ channelId: bareLine, contactId: ana });
      expect(known).not.toContain(third);
      expect(await resolve({ channelId: bareLine, contactId: ana })).toBe(third);
      expect(await resolve({ channelId: line, contactId: ana })).toBe(known[0]);
    });
  });

  it('takes ids as they come: hidden numbers, web chats, letters and signs', async () => {
    const contacts = ['CO.1000000000000001', '0BBSX05QRF-3318782UBYKNLUIRBM0KL8XMDTM', 'a%b_c\'"; DROP TABLE chat; --', 'ñandú 🧉'];
    const found = await Promise.all(contacts.map((contactId) => resolve({ channelId: 'acmebot-webchat-null', contactId })));
    expect(new Set(found).size).toBe(contacts.length);
    expect((await chats()).map(({ contactId }) => contactId).sort()).toEqual([...contacts].sort());
  });

  it('follows a customer whom Botmaker has given a new id', async () => {
    const chat = await resolve({ channelId: line, contactId: ana, chatId: id });
    expect(await resolve({ channelId: line, contactId: ana, chatId: secondId })).toBe(chat);
    expect(await chats()).toEqual([{ channelId: line, contactId: ana, botmakerChatId: secondId }]);
  });

  it('takes the newest name, and keeps the old one when none is given', async () => {
    await resolve({ chatId: id }, 'Ana');
    await resolve({ chatId: id }, null);
    expect(await database.prisma.chat.findMany()).toMatchObject([{ name: 'Ana' }]);
    await resolve({ chatId: id }, 'Ana Prueba');
    expect(await database.prisma.chat.findMany()).toMatchObject([{ name: 'Ana Prueba' }]);
  });

  describe('a batch', () => {
    it('opens a chat once, completes it, and gives each address its chat in the order of asking', async () => {
      const found = await resolveAll([{ contactId: ana }], [{ platform: 'whatsapp', channelId: line, contactId: ana, chatId: id }, 'Ana'], [{}], [{ channelId: secondLine, contactId: ana }], [{ chatId: id }, 'Ana Prueba']);
      expect(found).toEqual([found[0], found[0], null, expect.any(String), found[0]]);
      expect(found[3]).not.toBe(found[0]);
      expect(await database.prisma.chat.findMany({ orderBy: { id: 'asc' } })).toMatchObject([
        { id: found[0], platform: 'whatsapp', channelId: line, contactId: ana, botmakerChatId: id, name: 'Ana Prueba' },
        { id: found[3], channelId: secondLine, contactId: ana },
      ]);
    });

    it('sees in each address what those before it have changed', async () => {
      const chat = await resolve({ channelId: bareLine, contactId: ana, chatId: id });
      const found = await resolveAll([{ channelId: line, contactId: ana, chatId: id }], [{ channelId: bareLine, contactId: 'otro' }], [{ channelId: bareLine, contactId: ana, chatId: secondId }]);
      expect(found[0]).toBe(chat);
      expect(await chats()).toHaveLength(2);
    });
  });
});
