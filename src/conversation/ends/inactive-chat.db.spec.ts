import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { Database, DatabaseConfig, Secret } from '../../platform/index.js';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { InactiveChatStore } from './inactive-chat.store.js';

let [testDatabase, database]: [TestDatabase | null, Database | null] = [null, null];
let store: InactiveChatStore;
const db = (): Database['prisma'] => database!.prisma;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = new Database(new DatabaseConfig(new Secret(testDatabase.url), '.data'));
  store = new InactiveChatStore(database);
});
afterAll(async () => {
  await database?.onApplicationShutdown();
  await testDatabase?.drop();
});
beforeEach(() => db().$executeRaw`UPDATE conversation SET owner = 'flow'`);

const minute = 60_000;
const ago = (ms: number): Date => new Date(Date.now() - ms);

/** A chat that the agent has had for an hour and in which the customer wrote 20 minutes ago. */
async function chat(more: { owner?: string; ownerReason?: string; lastCustomerAt?: Date | null; optedOutAt?: Date; ownerSince?: Date } = {}): Promise<string> {
  const id = uuidv7();
  await db().chat.create({ data: { id, botmakerChatId: id } });
  await db().conversation.create({ data: { chatId: id, owner: 'agent', ownerReason: 'handed-off', ownerSince: ago(60 * minute), lastCustomerAt: ago(20 * minute), quietLookAt: ago(minute), ...more } });
  await event(id, { receivedAt: ago(20 * minute) });
  return id;
}
const event = (chatId: string, more: { state?: string; receivedAt: Date; author?: string }): Promise<unknown> =>
  db().event.create({ data: { key: randomUUID(), chatId, kind: 'message', author: 'customer', state: 'read', text: 'hola', content: { text: 'hola' }, occurredAt: more.receivedAt, ...more } });
async function turn(chatId: string, more: { state?: string; reason?: string; finishedAt?: Date; leaseUntil?: Date } = {}): Promise<string> {
  const runId = uuidv7();
  await db().turn.create({ data: { runId, chatId, correlationId: randomUUID(), state: 'finished', startsAt: ago(minute), firstMailAt: ago(minute), finishedAt: ago(minute), ...more } });
  return runId;
}
async function said(chatId: string, state: string, at: Date, runId: Promise<string> = turn(chatId), kind = 'text'): Promise<void> {
  await db().message.create({ data: { id: uuidv7(), runId: await runId, chatId, part: 0, kind, content: { kind, text: 'hola' }, state, correlationId: randomUUID(), createdAt: at, acceptedAt: at } });
}
const quietMinutes = async (chatId: string): Promise<number> => Math.round((await store.facts(db(), chatId))!.quietMs / minute);

describe('the next chat to look at for a quiet customer', () => {
  it('is one of the agent’s, quiet for long enough and due; of many who ask, one gets it', async () => {
    const due = await chat();
    await chat({ owner: 'flow' });
    await chat({ owner: 'human' });
    await chat({ lastCustomerAt: ago(5 * minute) });
    await chat({ ownerSince: ago(5 * minute) });
    const claims = await Promise.all(Array.from({ length: 6 }, () => store.claim(10 * minute)));
    expect(claims.filter((id) => id !== null)).toEqual([due]);
    expect(await store.claim(10 * minute)).toBeNull();
  });

  it('is due again when that was put off, and when whoever claimed it never came back', async () => {
    const id = await chat();
    expect(await store.claim(minute)).toBe(id);
    await store.postpone(db(), id, 60_000);
    expect(await store.claim(minute)).toBeNull();
    await store.postpone(db(), id, 0);
    expect(await store.claim(minute)).toBe(id);
    await db().$executeRaw`UPDATE conversation SET quiet_look_at = quiet_look_at - interval '31 seconds' WHERE chat_id = ${id}::uuid`;
    expect(await store.claim(minute)).toBe(id);
  });

  it('is one whose customer has written nothing yet, too', async () => {
    const id = await chat({ lastCustomerAt: null });
    expect(await store.claim(10 * minute)).toBe(id);
  });
});

describe('what is known of a quiet chat', () => {
  it('is nothing, when it is not the agent’s any more', async () => expect(await store.facts(db(), await chat({ owner: 'human' }))).toBeNull());

  it('is since when: the customer’s last message, our last answer, or the hand-over', async () => {
    const id = await chat();
    expect(await quietMinutes(id)).toBe(20);
    await said(id, 'read', ago(15 * minute));
    expect(await quietMinutes(id)).toBe(15);
    await said(id, 'dead', ago(2 * minute));
    await said(id, 'accepted', ago(2 * minute), turn(id), 'intent');
    await event(id, { author: 'flow', receivedAt: ago(2 * minute) });
    expect(await quietMinutes(id)).toBe(15);
    await event(id, { receivedAt: ago(9 * minute) });
    expect(await quietMinutes(id)).toBe(9);
    await db().$executeRaw`UPDATE conversation SET owner_since = ${ago(4 * minute)} WHERE chat_id = ${id}::uuid`;
    expect(await quietMinutes(id)).toBe(4);
  });

  it('is that he was warned in this silence; the warning does not end it', async () => {
    const id = await chat();
    const warning = await turn(id, { state: 'skipped', reason: 'inactive', finishedAt: ago(10 * minute) });
    await said(id, 'read', ago(10 * minute), Promise.resolve(warning));
    expect(await store.facts(db(), id)).toMatchObject({ isWarned: true });
    expect(await quietMinutes(id)).toBe(20);
    await event(id, { receivedAt: ago(5 * minute) });
    expect(await store.facts(db(), id)).toMatchObject({ isWarned: false });
  });

  it('is who he is: one who wants no messages, one whom the flow did not take', async () => {
    expect(await store.facts(db(), await chat({ optedOutAt: ago(1), ownerReason: 'return-failed' }))).toMatchObject({ isOptedOut: true, isStranded: true });
    expect(await store.facts(db(), await chat())).toMatchObject({ isOptedOut: false, isStranded: false, isWarned: false, isBusy: false });
  });

  const busy: Record<string, (id: string) => Promise<unknown>> = {
    'mail is unread': (id) => event(id, { state: 'received', receivedAt: ago(20 * minute) }),
    'a turn waits': (id) => turn(id, { state: 'queued' }),
    'a turn runs': (id) => turn(id, { state: 'running', leaseUntil: ago(-minute) }),
    'an answer waits': (id) => said(id, 'planned', ago(15 * minute)),
    'an answer is tried again': (id) => said(id, 'retrying', ago(15 * minute)),
    'an answer is under way or in doubt': (id) => said(id, 'sending', ago(15 * minute)),
    'an answer is kept back': (id) => said(id, 'held', ago(15 * minute)),
    'its silence is acted upon': (id) => db().silentChat.create({ data: { chatId: id, since: ago(20 * minute) } }),
  };
  it.each(Object.keys(busy))('is that somebody is at it, when %s', async (what) => {
    const id = await chat();
    await busy[what]!(id);
    expect(await store.facts(db(), id)).toMatchObject({ isBusy: true });
  });
});
