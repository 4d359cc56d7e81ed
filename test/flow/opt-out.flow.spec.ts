import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Talk } from '../support/talk.js';
import { until } from '../support/until.js';

let talk: Talk;
beforeAll(async () => {
  talk = await Talk.start({}, { RETURN_CHECK_MS: '150', SILENT_AFTER_MS: '0' });
}, 180_000);
afterAll(() => talk.stop());
afterEach(() => expect(talk.twin.violations).toEqual([]));

const conversation = (chat: string): Promise<{ owner: string; ownerReason: string | null; optedOutAt: Date | null; lastCustomerAt: Date | null }> =>
  talk.app.prisma.conversation.findFirstOrThrow({ where: { chat: { botmakerChatId: chat } } });
const write = (chat: string, text: string): void => void talk.twin.customerWrites(talk.twin.chat(chat)?.contactId ?? '', text);
const entries = async (chat: string): Promise<string[]> =>
  (await talk.app.prisma.entry.findMany({ where: { type: { startsWith: 'chat.opted' }, chatId: (await talk.app.prisma.chat.findUniqueOrThrow({ where: { botmakerChatId: chat } })).id }, orderBy: { id: 'asc' } })).map(({ type }) => type);

describe('a customer who wants no messages any more', () => {
  it('is told once that it is noted, and the flow has the chat; no model is asked', async () => {
    const chat = talk.ask(['uno']);
    await talk.became(chat, ['read'], 60_000);
    const asked = talk.model.requests.length;
    write(chat, 'BAJA');
    await until(() => talk.twin.chat(chat)?.isBotMuted === false, 'the bot to speak', 60_000);
    expect(talk.sent(chat)).toEqual(['uno', expect.stringMatching(/^Listo, no vamos a enviarte más/)]);
    expect(talk.model.requests).toHaveLength(asked);
    const { lastCustomerAt, ...state } = await conversation(chat);
    expect(state).toMatchObject({ owner: 'flow', ownerReason: 'opted-out', optedOutAt: lastCustomerAt });
    expect(await entries(chat)).toEqual(['chat.opted-out']);
  }, 180_000);

  it('is noted while a person has the chat, and nothing is said', async () => {
    const chat = talk.ask(['dos']);
    await talk.became(chat, ['read'], 60_000);
    talk.twin.operatorWrites(chat, 'Sigo yo');
    await talk.twin.settled();
    write(chat, 'no quiero recibir más mensajes');
    await until(async () => (await conversation(chat)).optedOutAt, 'it to be noted', 60_000);
    expect([talk.sent(chat), (await conversation(chat)).owner]).toEqual([['dos'], 'human']);
  }, 180_000);

  it('and speaks of something else is answered by the agent', async () => {
    const chat = talk.ask(['tres']);
    await talk.became(chat, ['read'], 60_000);
    write(chat, '¿me doy de baja el plan? decir: depende');
    await until(() => talk.sent(chat).includes('depende'), 'the answer', 60_000);
    expect(await conversation(chat)).toMatchObject({ owner: 'agent', optedOutAt: null });
  }, 180_000);

  it('is answered when he asks something himself, and takes it back when he says so', async () => {
    const chat = talk.ask(['cuatro']);
    await talk.became(chat, ['read'], 60_000);
    write(chat, 'stop');
    await until(() => talk.twin.chat(chat)?.isBotMuted === false, 'the bot to speak', 60_000);
    await until(async () => (await talk.app.prisma.chatReturn.count({ where: { chat: { botmakerChatId: chat } } })) === 0, 'the return to be seen', 60_000);
    write(chat, 'decir: igual te respondo');
    await until(() => talk.sent(chat).includes('igual te respondo'), 'the answer', 60_000);
    expect((await conversation(chat)).optedOutAt).not.toBeNull();
    write(chat, 'ALTA');
    await until(async () => (await conversation(chat)).optedOutAt === null, 'it to be taken back', 60_000);
    expect(await entries(chat)).toEqual(['chat.opted-out', 'chat.opted-in']);
  }, 180_000);
});
