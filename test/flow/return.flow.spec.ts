import { afterEach, describe, expect, it } from '@jest/globals';
import { Alarms } from '../../src/platform/index.js';
import { ReturnWatch } from '../../src/conversation/returns/return-watch.job.js';
import type { TwinOptions } from '../../src/sandbox/twin/index.js';
import { Talk } from '../support/talk.js';
import { until } from '../support/until.js';

/* A chat goes back to somebody who really has it. */
const env = { RETURN_CHECK_MS: '150', OWNER_PROOF_MS: '150', SILENT_AFTER_MS: '0', MUTE_INTENT: 'EXT_MUTE' };
const giveBack = { toolCalls: [{ name: 'return_to_flow', arguments: { why: 'resuelto', farewell: 'Te dejo con el menú.' } }] };
/** The flow's designer has broken it: it greets, and leaves the bot muted. */
const brokenReturn: TwinOptions = { flow: { intents: [{ name: 'VOLVER_FLUJO', says: ['Menú'] }] } };

let talk: Talk | null = null;
const begin = async (twin: TwinOptions = {}, more: Record<string, string> = {}): Promise<Talk> => (talk = await Talk.start(twin, { ...env, ...more }));
afterEach(async () => {
  if (!talk) return;
  expect(talk.twin.violations).toEqual([]);
  await talk.stop();
  talk = null;
});

const conversation = (one: Talk, chat: string): Promise<{ owner: string; ownerReason: string | null } | null> => one.app.prisma.conversation.findFirst({ where: { chat: { botmakerChatId: chat } } });
const becomes = (one: Talk, chat: string, owner: string): Promise<boolean> => until(async () => (await conversation(one, chat))?.owner === owner, `the chat to be with: ${owner}`, 60_000);
const noted = (one: Talk, type: string): Promise<{ detail: unknown }> => until(() => one.app.prisma.entry.findFirst({ where: { type } }), type, 60_000);
/** How often we had the flow run an intent. */
const intents = (one: Talk, name: string): Promise<number> => one.app.prisma.message.count({ where: { kind: 'intent', attempts: { gt: 0 }, content: { path: ['intentIdOrName'], equals: name } } });
const flowSays = (one: Talk, chat: string): number => one.twin.sent(chat).filter(({ intentName }) => intentName === 'VOLVER_FLUJO').length;
const contactOf = (one: Talk, chat: string): string => one.twin.chat(chat)?.contactId ?? '';

describe('a chat that is given back', () => {
  it('is seen with the flow: unmuted, and its variable cleared', async () => {
    const one = await begin();
    one.model.script(giveBack);
    const chat = one.ask(['x']);
    expect(await noted(one, 'chat.return-verified')).toMatchObject({ detail: { triggers: 1 } });
    expect(one.twin.chat(chat)).toMatchObject({ isBotMuted: false, variables: { external_handoff: 'false' } });
    expect(await one.app.prisma.chatReturn.count()).toBe(0);
    expect(await conversation(one, chat)).toMatchObject({ owner: 'flow', ownerReason: 'returned-to-flow' });
  }, 180_000);

  it('and of which Botmaker accepts the intent and forgets it, is given back once more', async () => {
    const one = await begin();
    one.twin.faults.next('trigger-intent', { kind: 'status', status: 202, when: 'before', body: { webhookNotificationId: 'forgotten' } });
    one.model.script(giveBack);
    const chat = one.ask(['x']);
    expect(await noted(one, 'chat.return-verified')).toMatchObject({ detail: { triggers: 2 } });
    expect([flowSays(one, chat), await intents(one, 'VOLVER_FLUJO'), one.sent(chat)]).toEqual([1, 2, ['Te dejo con el menú.']]);
  }, 180_000);

  it('is nobody’s, and its customer waits in silence, where nobody looks whether it came back', async () => {
    const one = await begin({}, { RETURN_CHECK_MS: '60000' });
    one.twin.faults.next('trigger-intent', { kind: 'status', status: 202, when: 'before', body: { webhookNotificationId: 'forgotten' } });
    one.model.script(giveBack);
    const chat = one.ask(['x']);
    await one.became(chat, ['read', 'accepted'], 60_000);
    one.twin.customerWrites(contactOf(one, chat), 'menú');
    await until(() => one.app.prisma.event.findFirst({ where: { reason: 'not-handed-off' } }), 'the message to be left to the flow', 60_000);
    await one.twin.settled();
    expect(one.twin.chat(chat)?.isBotMuted).toBe(true);
    expect(one.twin.sent(chat).map(({ text }) => text)).toEqual(['Te paso con nuestro asistente.', 'Te dejo con el menú.']);
  }, 180_000);

  it('to a flow that does not take it goes to the queue of people after three tries, with an alarm', async () => {
    const one = await begin(brokenReturn);
    one.model.script(giveBack);
    const chat = one.ask(['x']);
    await becomes(one, chat, 'human');
    await until(() => one.twin.chat(chat)?.queueId, 'the queue', 60_000);
    expect([await intents(one, 'VOLVER_FLUJO'), await intents(one, 'DERIVAR_A_PERSONA')]).toEqual([3, 1]);
    expect(await noted(one, 'chat.return-failed')).toMatchObject({ reason: 'return-failed', detail: { triggers: 3, isSeen: true } });
    await one.app.app.get(ReturnWatch).judge();
    expect(one.app.app.get(Alarms).raised()).toHaveProperty('return-failing');
  }, 180_000);

  it('to a flow that does not take it, without a queue of people, stays ours: the next message is answered', async () => {
    const one = await begin(brokenReturn, { HUMAN_INTENT: '' });
    one.model.script(giveBack);
    const chat = one.ask(['x']);
    await until(async () => (await conversation(one, chat))?.ownerReason === 'return-failed', 'the return to fail', 60_000);
    expect((await conversation(one, chat))?.owner).toBe('agent');
    one.ask(['acá sigo'], contactOf(one, chat));
    await until(() => one.sent(chat).includes('acá sigo'), 'the answer', 60_000);
  }, 180_000);

  it('by an agent whose model is down is told so in one sentence, in bounded time, and is seen with the flow', async () => {
    const one = await begin();
    one.model.script(() => ({ status: 503 }));
    const chats = Array.from({ length: 6 }, (_, n) => one.ask([`nadie ${n}`]));
    for (const chat of chats) {
      await until(() => one.twin.chat(chat)?.isBotMuted === false && one.sent(chat).length > 0, 'the flow to have the chat', 60_000);
      expect(one.sent(chat)).toEqual([expect.stringMatching(/^Disculpá/)]);
    }
    await until(async () => (await one.app.prisma.chatReturn.count()) === 0, 'every return to be seen', 60_000);
    expect(await one.app.prisma.entry.count({ where: { type: 'chat.return-verified' } })).toBe(chats.length);
  }, 160_000);
});

describe('the mute of the bot', () => {
  it('is asked for when a look shows that the bot speaks in a chat of ours', async () => {
    const one = await begin({ flow: { intents: [{ name: 'ASISTENTE', says: ['Te paso con nuestro asistente.'], sets: { external_handoff: 'true' } }] } });
    const chat = one.ask(['ya está']);
    await until(() => one.sent(chat).includes('ya está'), 'the answer', 60_000);
    expect(one.twin.chat(chat)?.isBotMuted).toBe(true);
    expect(await intents(one, 'EXT_MUTE')).toBe(1);
    expect(one.sent(chat)).toEqual(['ya está']);
  }, 180_000);

  it('is renewed before it ends, when the customer writes', async () => {
    const one = await begin();
    const chat = one.ask(['uno']);
    await until(() => one.sent(chat).includes('uno'), 'the answer', 60_000);
    expect(await intents(one, 'EXT_MUTE')).toBe(0);
    const before = one.twin.chat(chat)?.muteExpiresAt?.getTime() ?? 0;
    await one.app.prisma.$executeRaw`UPDATE conversation SET owner_since = owner_since - interval '26 minutes'`;
    one.ask(['dos'], contactOf(one, chat));
    await until(() => one.sent(chat).includes('dos'), 'the next answer', 60_000);
    expect(await intents(one, 'EXT_MUTE')).toBe(1);
    expect(one.twin.chat(chat)?.muteExpiresAt?.getTime()).toBeGreaterThan(before);
    one.ask(['tres'], contactOf(one, chat));
    await until(() => one.sent(chat).includes('tres'), 'the third answer', 60_000);
    expect(await intents(one, 'EXT_MUTE')).toBe(1);
  }, 180_000);

  it('that the flow refuses costs no answer', async () => {
    const one = await begin({ flow: { intents: [{ name: 'ASISTENTE', says: ['Te paso.'], sets: { external_handoff: 'true' } }, { name: 'EXT_MUTE', isActive: false }] } });
    const chat = one.ask(['igual respondo']);
    await one.became(chat, ['dead', 'read'], 60_000);
    expect(one.sent(chat)).toEqual(['igual respondo']);
  }, 180_000);
});
