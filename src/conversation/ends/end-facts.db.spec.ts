import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import type { StoredEvent } from '../../inbox/index.js';
import { Database, DatabaseConfig, Secret } from '../../platform/index.js';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { EndFacts } from './end-facts.read-model.js';

let [testDatabase, database]: [TestDatabase | null, Database | null] = [null, null];
let facts: EndFacts;
const db = (): Database['prisma'] => database!.prisma;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = new Database(new DatabaseConfig(new Secret(testDatabase.url), '.data'));
  facts = new EndFacts(database);
});
afterAll(async () => {
  await database?.onApplicationShutdown();
  await testDatabase?.drop();
});

const at = (second: number): Date => new Date(Date.UTC(2026, 2, 2, 15, 0, second));

async function newChat(ownerSince = at(0)): Promise<string> {
  const id = uuidv7();
  await db().chat.create({ data: { id, botmakerChatId: id } });
  await db().conversation.create({ data: { chatId: id, owner: 'agent', ownerSince } });
  return id;
}
const heard = async (chatId: string, author: string, text: string, second: number): Promise<StoredEvent> =>
  (await db().event.create({ data: { key: randomUUID(), chatId, kind: 'message', author, state: 'read', text, content: { text }, occurredAt: at(second), receivedAt: at(second) } })) as unknown as StoredEvent;
async function turn(chatId: string, outcome = 'answered', finishedAt = at(1)): Promise<string> {
  const runId = uuidv7();
  await db().turn.create({ data: { runId, chatId, correlationId: randomUUID(), state: 'finished', outcome, startsAt: finishedAt, firstMailAt: finishedAt, finishedAt } });
  return runId;
}
async function answered(chatId: string, second: number, ...content: { kind: string; text?: string }[]): Promise<void> {
  const runId = await turn(chatId);
  for (const [part, one] of content.entries()) await db().message.create({ data: { id: uuidv7(), runId, chatId, part, kind: one.kind, content: { ...one, rows: [], buttons: [] }, state: 'accepted', correlationId: randomUUID(), createdAt: at(second), sendingAt: at(second) } });
}

describe('what was said to the customer before he wrote', () => {
  it('is everything since he wrote before, in order, whoever said it', async () => {
    const chat = await newChat();
    await heard(chat, 'flow', '¿Algo más?', 1);
    await heard(chat, 'customer', 'envíos', 2);
    await heard(chat, 'flow', 'Te paso.', 3);
    await answered(chat, 4, { kind: 'text', text: 'Sí.' }, { kind: 'text', text: 'A todo el país.' });
    const mail = [await heard(chat, 'customer', 'listo', 6), await heard(chat, 'customer', 'gracias', 8)];
    await heard(chat, 'flow', 'Después.', 9);
    expect(await facts.lastSaid(chat, mail)).toEqual({ author: 'agent', texts: ['Te paso.', 'Sí.', 'A todo el país.'], hasChoice: false });
  });

  it('is nothing, while what he wrote before has no answer', async () => {
    const chat = await newChat();
    await answered(chat, 1, { kind: 'text', text: 'Hola.' });
    await heard(chat, 'customer', '¿hacen envíos?', 2);
    expect(await facts.lastSaid(chat, [await heard(chat, 'customer', 'gracias', 3)])).toBeNull();
  });

  it('is what was kept back, when it was sent and not when it was thought of', async () => {
    const chat = await newChat();
    await answered(chat, 1, { kind: 'text', text: 'Son seis meses.' });
    await db().message.updateMany({ where: { chatId: chat }, data: { sendingAt: at(3) } });
    await heard(chat, 'customer', 'Sí, enviar', 2);
    expect(await facts.lastSaid(chat, [await heard(chat, 'customer', 'gracias', 4)])).toMatchObject({ author: 'agent', texts: ['Son seis meses.'] });
  });

  it('is nothing in a chat in which nobody has spoken', async () => {
    const chat = await newChat();
    expect(await facts.lastSaid(chat, [await heard(chat, 'customer', 'gracias', 3)])).toBeNull();
  });

  it('has a choice when a list or buttons were among it', async () => {
    for (const kind of ['list', 'buttons']) {
      const chat = await newChat();
      await answered(chat, 1, { kind: 'text', text: 'Sí.' }, { kind, text: '¿Cuál?' });
      expect(await facts.lastSaid(chat, [await heard(chat, 'customer', 'listo', 3)])).toMatchObject({ author: 'agent', hasChoice: true });
    }
  });

  it('may be a person’s', async () => {
    const chat = await newChat();
    await answered(chat, 1, { kind: 'text', text: 'Sí.' });
    await heard(chat, 'operator', 'Ya lo resolví.', 2);
    expect(await facts.lastSaid(chat, [await heard(chat, 'customer', 'gracias', 3)])).toMatchObject({ author: 'operator', texts: ['Sí.', 'Ya lo resolví.'] });
  });
});

describe('the answers of a conversation', () => {
  it('are the turns that answered since the agent got the chat, and no others', async () => {
    const chat = await newChat(at(10));
    for (const second of [5, 11, 12]) await turn(chat, 'answered', at(second));
    for (const outcome of ['silent', 'agent-failed', 'reply-cap', 'owned-by-human']) await turn(chat, outcome, at(13));
    await turn(await newChat(), 'answered', at(14));
    expect(await facts.answers(chat)).toBe(2);
    expect(await facts.answers(await newChat())).toBe(0);
  });
});
