import { afterEach, beforeAll, afterAll, describe, expect, it } from '@jest/globals';
import { SilenceWatch } from '../../src/conversation/silence/silence-watch.job.js';
import { Alarms, Metrics } from '../../src/platform/index.js';
import { Talk } from '../support/talk.js';
import { until } from '../support/until.js';

/* No customer waits unseen. Ten minutes are two seconds here. */
const silentAfterMs = 2000;

interface Listed {
  botmakerChatId: string;
  owner: string;
  waitingSince: string;
  ownerSince: string;
  isBotMuted: boolean | null;
  operatorId: string | null;
  acts: number;
  lastAct: string | null;
}

let talk: Talk;
beforeAll(async () => {
  talk = await Talk.start({}, { SILENT_AFTER_MS: String(silentAfterMs), RETURN_CHECK_MS: '150', OWNER_PROOF_MS: '150' });
}, 180_000);
afterAll(() => talk.stop());
afterEach(() => {
  talk.twin.faults.clear();
  expect(talk.twin.violations).toEqual([]);
});

const list = async (): Promise<Listed[]> => (await talk.app.api<{ items: Listed[] }>('/api/v1/silent-chats')).body.items;
const listed = (chat: string): Promise<Listed> => until(async () => (await list()).find(({ botmakerChatId }) => botmakerChatId === chat), 'the chat to be listed', 60_000);
const unlisted = (chat: string): Promise<boolean> => until(async () => !(await list()).some(({ botmakerChatId }) => botmakerChatId === chat), 'the chat to be listed no more', 60_000);
const counted = async (owner: string): Promise<number | undefined> => (await talk.app.app.get(Metrics).silentChats.get()).values.find(({ labels }) => labels['owner'] === owner)?.value;
const acts = async (chat: string): Promise<string[]> =>
  (await talk.app.prisma.entry.findMany({ where: { type: 'chat.silence-acted', chatId: await idOf(chat) }, orderBy: { id: 'asc' } })).map(({ detail }) => (detail as { act: string }).act);
const idOf = async (chat: string): Promise<string> => (await talk.app.prisma.chat.findUniqueOrThrow({ where: { botmakerChatId: chat } })).id;
const contactOf = (chat: string): string => talk.twin.chat(chat)?.contactId ?? '';

describe('a customer whom nobody answers', () => {
  it('while a person has the chat is listed with him and left to him, and is gone when he has answered', async () => {
    const chat = talk.ask(['uno']);
    await talk.became(chat, ['read'], 60_000);
    talk.twin.operatorWrites(chat, 'Sigo yo');
    await talk.twin.settled();
    talk.twin.customerWrites(contactOf(chat), '¿hola?');
    const item = await until(async () => ((await listed(chat)).operatorId === null ? null : listed(chat)), 'the person to be named', 60_000);
    expect(item).toMatchObject({ owner: 'human', acts: 0, operatorId: 'op-1' });
    await until(async () => (await counted('human')) === 1, 'the metric', 60_000);
    expect(talk.app.app.get(Alarms).raised()).not.toHaveProperty('silent-chats');
    const page = await consolePage('/console/silent-chats');
    expect(page).toContain('lo tiene un operador');

    talk.twin.operatorWrites(chat, 'Acá estoy');
    await unlisted(chat);
    expect([await acts(chat), talk.sent(chat)]).toEqual([[], ['uno']]);
  }, 180_000);

  it('in a chat that is muted and nobody’s gets the flow back', async () => {
    const { chatId: chat } = talk.twin.customerWrites(talk.newCustomer(), 'hola');
    await talk.twin.settled();
    talk.twin.triggerIntent(chat, 'EXT_MUTE');
    talk.twin.customerWrites(contactOf(chat), 'horarios');
    expect(await listed(chat)).toMatchObject({ owner: 'flow' });
    await until(() => talk.twin.chat(chat)?.isBotMuted === false, 'the bot to speak', 60_000);
    await unlisted(chat);
    expect(await acts(chat)).toEqual(['give-back']);
    await until(async () => (await talk.app.prisma.chatReturn.count({ where: { chatId: await idOf(chat) } })) === 0, 'the return to be seen', 60_000);
  }, 180_000);

  it('because our answer was refused is read once more, then told so and given back; the alarm is on meanwhile', async () => {
    talk.twin.faults.decideBy((operation) => (operation === 'send-messages' ? { kind: 'status', status: 400, when: 'before' } : undefined));
    const chat = talk.ask(['no sale']);
    expect(await listed(chat)).toMatchObject({ owner: 'agent' });
    await until(() => 'silent-chats' in talk.app.app.get(Alarms).raised(), 'the alarm', 60_000);
    await until(() => talk.twin.chat(chat)?.isBotMuted === false, 'the flow to have the chat', 60_000);
    await unlisted(chat);
    expect(await acts(chat)).toEqual(['reopen', 'give-back']);
    expect(talk.sent(chat)).toEqual([]);
    await until(() => !('silent-chats' in talk.app.app.get(Alarms).raised()), 'the alarm to end', 60_000);
  }, 180_000);

  it('because his mail was left lying is answered, once', async () => {
    const chat = talk.ask(['al fin']);
    await talk.became(chat, ['read'], 60_000);
    const id = await idOf(chat);
    // As a defect of ours would leave it: the message was taken note of, and nobody answered.
    const at = new Date();
    await talk.app.prisma.event.create({ data: { key: `left:${chat}`, chatId: id, kind: 'message', author: 'customer', state: 'read', text: 'decir: tarde pero seguro', content: { text: 'decir: tarde pero seguro' }, occurredAt: at, receivedAt: at } });
    await talk.app.prisma.conversation.update({ where: { chatId: id }, data: { lastCustomerAt: at } });
    await until(() => talk.sent(chat).includes('tarde pero seguro'), 'the answer', 60_000);
    await unlisted(chat);
    expect([await acts(chat), talk.sent(chat)]).toEqual([['reopen'], ['al fin', 'tarde pero seguro']]);
  }, 180_000);

  it('is not one who was answered, or to whom the agent chose to say nothing', async () => {
    talk.model.script({ toolCalls: [{ name: 'stay_silent', arguments: { why: 'solo agradece' } }] });
    const [silent, answered] = [talk.ask(['x']), talk.ask(['y'])];
    await until(async () => (await talk.app.prisma.turn.count({ where: { outcome: 'silent' } })) === 1, 'the silent turn', 60_000);
    // A third chat that is silent shows that the watch has looked at all of them.
    const { chatId: other } = talk.twin.customerWrites(talk.newCustomer(), 'hola');
    talk.twin.operatorTakes(other);
    await talk.twin.settled();
    talk.twin.customerWrites(contactOf(other), '¿alguien?');
    await listed(other);
    expect((await list()).map(({ botmakerChatId }) => botmakerChatId).filter((chat) => chat === silent || chat === answered)).toEqual([]);
  }, 180_000);
});

describe('where nobody looks for silent chats', () => {
  it('a customer waits in a muted chat, and nothing shows it', async () => {
    const unwatched = await Talk.start({}, { SILENT_AFTER_MS: '0' });
    try {
      const { chatId: chat } = unwatched.twin.customerWrites(unwatched.newCustomer(), 'hola');
      unwatched.twin.triggerIntent(chat, 'EXT_MUTE');
      unwatched.twin.customerWrites(unwatched.twin.chat(chat)?.contactId ?? '', 'horarios');
      await until(async () => (await unwatched.app.prisma.event.count({ where: { reason: 'not-handed-off' } })) === 2, 'both messages to be left to the flow', 60_000);
      await unwatched.app.app.get(SilenceWatch).tick();
      expect((await unwatched.app.api<{ items: unknown[] }>('/api/v1/silent-chats')).body.items).toEqual([]);
      expect(unwatched.twin.chat(chat)?.isBotMuted).toBe(true);
    } finally {
      await unwatched.stop();
    }
  }, 180_000);
});

/** A page of the console, as a signed-in analyst sees it. */
async function consolePage(path: string): Promise<string> {
  const { address } = talk.app;
  const signedIn = await fetch(`${address}/console/login`, { method: 'POST', redirect: 'manual', headers: { 'content-type': 'application/x-www-form-urlencoded', origin: address }, body: new URLSearchParams({ key: 'admin-key-of-the-tests-only' }) });
  const cookie = signedIn.headers.getSetCookie().map((one) => one.split(';')[0]).join('; ');
  return (await fetch(`${address}${path}`, { headers: { cookie } })).text();
}
