import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Talk } from '../support/talk.js';
import { until } from '../support/until.js';

/* Bodies that pile up are filed together, and their chats are sorted together where that leads to nothing. */
const patience = 60_000;
let talk: Talk;
beforeAll(async () => {
  talk = await Talk.start({}, { OWNER_PROOF_MS: '0', SILENT_AFTER_MS: '0' });
}, 180_000);
afterAll(() => talk.stop());
afterEach(() => expect(talk.twin.violations).toEqual([]));

/** What happens meanwhile is filed as one batch: the reader waits for its own lock. */
async function filedTogether(write: () => void, bodies: number): Promise<void> {
  const { prisma } = talk.app;
  await prisma.$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('read envelopes'))`;
    write();
    await until(async () => (await prisma.envelope.count({ where: { readAt: null } })) >= bodies, 'the bodies to be stored', patience);
  }, { timeout: patience });
  await until(async () => (await prisma.envelope.count({ where: { readAt: null } })) === 0, 'the bodies to be read', patience);
}
const allSorted = (): Promise<boolean> => until(async () => (await talk.app.prisma.event.count({ where: { state: 'received' } })) === 0, 'the events to be sorted', patience);

/** The events of a chat with what became of them, and the entries that say so. */
async function sorted(chat: string): Promise<{ events: (string | null)[][]; ignored: (string | null)[] }> {
  const { id } = await talk.app.prisma.chat.findUniqueOrThrow({ where: { botmakerChatId: chat } });
  const events = await talk.app.prisma.event.findMany({ where: { chatId: id, kind: 'message' }, orderBy: { id: 'asc' } });
  const entries = await talk.app.prisma.entry.findMany({ where: { chatId: id, type: 'mail.ignored' } });
  return { events: events.map(({ author, state, reason }) => [author, state, reason]), ignored: entries.map(({ reason }) => reason) };
}

describe('many chats that are told of at once', () => {
  it('and that the flow answers are set aside with one transaction, each message with its reason', async () => {
    const contacts = Array.from({ length: 15 }, () => talk.newCustomer());
    let chats: string[] = [];
    await filedTogether(() => (chats = contacts.map((contact) => talk.twin.customerWrites(contact, 'horarios').chatId)), contacts.length);
    await allSorted();
    for (const chat of chats) expect(await sorted(chat)).toEqual({ events: [['customer', 'ignored', 'not-handed-off'], ['flow', 'read', null]], ignored: ['not-handed-off'] });
    const [saved] = await talk.app.prisma.$queryRaw<{ saves: number; known: number }[]>`SELECT count(DISTINCT xmin::text)::int AS saves, count(last_customer_at)::int AS known FROM conversation`;
    expect(saved?.known).toBe(contacts.length);
    expect(saved?.saves).toBeLessThan(contacts.length);
  }, 120_000);

  it('are each looked at alone where somebody is to be answered, takes the chat, or has written as its operator', async () => {
    const [flows, asks, persons] = [talk.newCustomer(), talk.newCustomer(), talk.newCustomer()];
    const person = talk.ask(['antes'], persons);
    await talk.became(person, ['read'], patience);
    let [quiet, asked] = ['', ''];
    await filedTogether(() => {
      quiet = talk.twin.customerWrites(flows, 'horarios').chatId;
      asked = talk.ask(['respuesta'], asks);
      talk.twin.operatorWrites(person, 'Sigo yo');
      talk.twin.customerWrites(persons, 'gracias');
    }, 4);
    await allSorted();
    await talk.became(asked, ['read'], patience);
    expect((await sorted(quiet)).ignored).toEqual(['not-handed-off']);
    expect((await sorted(person)).ignored).toEqual(['owned-by-human']);
    expect([talk.sent(asked), talk.sent(person)]).toEqual([['respuesta'], ['antes']]);
    const { owner } = await talk.app.prisma.conversation.findFirstOrThrow({ where: { chat: { botmakerChatId: person } } });
    expect(owner).toBe('human');
  }, 120_000);

  it('are sorted together as well by the look-out, when whoever should sort them is gone', async () => {
    const contacts = Array.from({ length: 15 }, () => talk.newCustomer());
    const { prisma } = talk.app;
    await prisma.$executeRawUnsafe(`CREATE FUNCTION forget_sorting() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM graphile_worker._private_jobs WHERE key LIKE 'sort-%'; RETURN NULL; END $$`);
    await prisma.$executeRawUnsafe('CREATE CONSTRAINT TRIGGER forget_sorting AFTER INSERT ON event DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION forget_sorting()');
    let chats: string[] = [];
    try {
      await filedTogether(() => (chats = contacts.map((contact) => talk.twin.customerWrites(contact, 'horarios').chatId)), contacts.length);
      await allSorted();
    } finally {
      await prisma.$executeRawUnsafe('DROP FUNCTION forget_sorting CASCADE');
    }
    for (const chat of chats) expect((await sorted(chat)).ignored).toEqual(['not-handed-off']);
    const [saved] = await prisma.$queryRaw<{ saves: number; known: number }[]>`
      SELECT count(DISTINCT conversation.xmin::text)::int AS saves, count(*)::int AS known FROM conversation JOIN chat ON chat.id = chat_id WHERE botmaker_chat_id = ANY(${chats})`;
    expect(saved?.known).toBe(contacts.length);
    expect(saved?.saves).toBeLessThan(contacts.length / 2);
  }, 120_000);

  it('do not wait for a chat that somebody holds: it is sorted when it is free', async () => {
    const contacts = Array.from({ length: 5 }, () => talk.newCustomer());
    const write = (): string[] => contacts.map((contact) => talk.twin.customerWrites(contact, 'horarios').chatId);
    const chats = write();
    const held = chats[0] ?? '';
    await until(async () => (await Promise.all(chats.map((chat) => sorted(chat).catch(() => null)))).every((seen) => seen?.ignored.length === 1), 'the chats to be known', patience);
    const ignored = async (chat: string): Promise<number> => (await sorted(chat)).ignored.length;
    await talk.app.prisma.$transaction(async (tx) => {
      await tx.$executeRaw`SELECT FROM conversation JOIN chat ON chat.id = conversation.chat_id WHERE botmaker_chat_id = ${held} FOR UPDATE OF conversation`;
      await filedTogether(write, contacts.length);
      await until(async () => (await Promise.all(chats.slice(1).map(ignored))).every((count) => count === 2), 'the other chats to be sorted', patience);
      expect(await ignored(held)).toBe(1);
    }, { timeout: patience });
    await until(async () => (await ignored(held)) === 2, 'the chat to be sorted after all', patience);
  }, 120_000);

  it('and that another batch holds are tried together once more, before each is sorted alone', async () => {
    const contacts = Array.from({ length: 5 }, () => talk.newCustomer());
    const write = (): string[] => contacts.map((contact) => talk.twin.customerWrites(contact, 'horarios').chatId);
    const chats = write();
    const { prisma } = talk.app;
    const areIgnored = (times: number) => async (): Promise<boolean> => (await Promise.all(chats.map((chat) => sorted(chat).catch(() => null)))).every((seen) => seen?.ignored.length === times);
    await until(areIgnored(1), 'the chats to be known', patience);
    await prisma.$executeRawUnsafe('CREATE SEQUENCE tries');
    await prisma.$executeRawUnsafe(`CREATE FUNCTION count_try() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM nextval('tries'); RETURN NULL; END $$`);
    await prisma.$executeRawUnsafe('CREATE TRIGGER count_try BEFORE INSERT ON conversation FOR EACH STATEMENT EXECUTE FUNCTION count_try()');
    try {
      await prisma.$transaction(async (tx) => {
        await tx.$executeRaw`SELECT FROM conversation JOIN chat ON chat.id = conversation.chat_id WHERE botmaker_chat_id = ANY(${chats}) FOR UPDATE OF conversation`;
        await filedTogether(write, contacts.length);
        await until(async () => (await prisma.$queryRaw<unknown[]>`SELECT FROM graphile_worker.jobs WHERE task_identifier = 'sort-mail'`).length > 0, 'a chat to be sorted alone', patience);
        expect(await prisma.$queryRaw`SELECT last_value >= 2 AS "wasTriedAgain" FROM tries`).toEqual([{ wasTriedAgain: true }]);
      }, { timeout: patience });
      await until(areIgnored(2), 'the chats to be sorted after all', patience);
    } finally {
      await prisma.$executeRawUnsafe('DROP FUNCTION count_try CASCADE');
      await prisma.$executeRawUnsafe('DROP SEQUENCE tries');
    }
  }, 120_000);
});
