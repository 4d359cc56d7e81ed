import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { InactivityWatch } from '../../src/conversation/ends/inactivity-watch.job.js';
import { channelsFile } from '../support/channels-file.js';
import { line } from '../support/lines.js';
import { startApp, type RunningApp } from '../support/running-app.js';
import { Talk } from '../support/talk.js';
import { until } from '../support/until.js';

/* Five and thirty minutes are a second or two here. */
const [quick, warned, stranded, patient, brazil] = [line(1), line(2), line(3), line(4), line(5)];
const warning = '¿Te quedó algo pendiente? Si no, cierro.';
const channels = `
defaults: { ends: { inactivity: { returnAfterMs: 1500 } } }
channels:
  - { id: ${warned.id}, ends: { inactivity: { warnAfterMs: 700, warnText: "${warning}", returnAfterMs: 5000 } } }
  - { id: ${stranded.id}, returnIntent: null }
  - { id: ${patient.id}, ends: { inactivity: { returnAfterMs: 0 } } }
  - { id: ${brazil.id}, returnIntent: VOLTAR }
`;
const env = { CHANNELS_FILE: channelsFile(channels), RETURN_CHECK_MS: '150', SILENT_AFTER_MS: '0' };

let talk: Talk;
afterEach(() => expect(talk.twin.violations).toEqual([]));

const ask = (wanted: string, { id: channelId } = quick, contactId = talk.newCustomer()): string => talk.twin.customerWrites({ contactId, channelId }, { text: `decir: ${wanted}` }).chatId;
const answered = (chat: string, wanted: string): Promise<boolean> => until(() => talk.sent(chat).includes(wanted), `the answer ${wanted}`, 60_000);
const contactOf = (chat: string): string => talk.twin.chat(chat)?.contactId ?? '';
const conversation = (chat: string): Promise<{ owner: string; ownerReason: string | null } | null> => talk.app.prisma.conversation.findFirst({ where: { chat: { botmakerChatId: chat } }, select: { owner: true, ownerReason: true } });
const isFlows = (chat: string): Promise<boolean> => until(async () => (await conversation(chat))?.owner === 'flow', 'the flow to have the chat', 60_000);
const notes = async (chat: string, type: string): Promise<number> => {
  const { id } = await talk.app.prisma.chat.findUniqueOrThrow({ where: { botmakerChatId: chat } });
  return talk.app.prisma.entry.count({ where: { chatId: id, type, reason: 'inactive' } });
};

describe('a customer who stops writing', () => {
  let beside: RunningApp;
  beforeAll(async () => {
    const flow = { intents: [{ name: 'VOLTAR', sets: { external_handoff: 'false' }, unmutes: true, says: ['Menu.'] }] };
    talk = await Talk.start({ channels: [quick, warned, stranded, patient, brazil], flow }, env);
    beside = await startApp({ beside: talk.app, role: 'worker', env: { ...env, AGENT_MODEL: 'openai:test', OPENAI_API_KEY: 'x', OPENAI_BASE_URL: talk.model.baseUrl, BM_API_BASE: `http://${talk.gate.host}/v2.0`, BM_ACCESS_TOKEN: talk.twin.credentials.accessToken, BM_SECURITY_TOKEN: talk.twin.webhookToken } });
  }, 180_000);
  afterAll(async () => {
    await beside.stop();
    await talk.stop();
  });

  it('goes back to the flow, once, and nothing is said', async () => {
    const chats = Array.from({ length: 4 }, (_, index) => ask(`uno ${index}`));
    for (const [index, chat] of chats.entries()) {
      await answered(chat, `uno ${index}`);
      await isFlows(chat);
      await until(() => talk.twin.chat(chat)?.isBotMuted === false, 'the bot to speak', 60_000);
      expect([talk.sent(chat), await conversation(chat), await notes(chat, 'chat.owner-changed')]).toEqual([[`uno ${index}`], { owner: 'flow', ownerReason: 'inactive' }, 1]);
    }
    await until(async () => (await talk.app.prisma.chatReturn.count()) === 0, 'every return to be seen', 60_000);
    for (const chat of chats) expect(talk.twin.sent(chat).filter(({ intentName }) => intentName === 'VOLVER_FLUJO')).toHaveLength(1);
  }, 180_000);

  it('is warned once where that is configured, then goes back', async () => {
    const chat = ask('dos', warned);
    await answered(chat, 'dos');
    await answered(chat, warning);
    expect((await conversation(chat))?.owner).toBe('agent');
    await isFlows(chat);
    expect([talk.sent(chat), await notes(chat, 'turn.skipped')]).toEqual([['dos', warning], 1]);
    expect(await talk.app.prisma.$queryRaw`SELECT count(*)::int AS answers FROM analytics.answer_times JOIN chat ON chat.id = chat_id WHERE botmaker_chat_id = ${chat}`).toEqual([{ answers: 1 }]);
  }, 180_000);

  it('goes back by the intent of his line', async () => {
    const chat = ask('nueve', brazil);
    await isFlows(chat);
    await until(() => talk.twin.sent(chat).some(({ text }) => text === 'Menu.'), 'the flow', 60_000);
    expect(talk.twin.sent(chat).map(({ intentName }) => intentName)).not.toContain('VOLVER_FLUJO');
  }, 180_000);

  it('and writes after the warning is answered, and is warned anew in the next silence', async () => {
    const chat = ask('tres', warned);
    await answered(chat, warning);
    ask('cuatro', warned, contactOf(chat));
    await answered(chat, 'cuatro');
    await isFlows(chat);
    expect(talk.sent(chat)).toEqual(['tres', warning, 'cuatro', warning]);
  }, 180_000);

  it('stays ours where nothing leads back, where it is switched off, and where the flow has not taken him', async () => {
    const [one, other, failed] = [ask('cinco', stranded), ask('seis', patient), ask('siete')];
    await Promise.all([answered(one, 'cinco'), answered(other, 'seis'), answered(failed, 'siete')]);
    await talk.app.prisma.conversation.updateMany({ where: { chat: { botmakerChatId: failed } }, data: { owner: 'agent', ownerReason: 'return-failed' } });
    // One that goes back shows that the watch has had its time with all of them.
    const last = ask('ocho');
    await isFlows(last);
    expect([await conversation(one), await conversation(other), await conversation(failed)]).toMatchObject([{ owner: 'agent' }, { owner: 'agent' }, { owner: 'agent' }]);
  }, 180_000);
});

describe('a customer who writes at the moment in which his silence ends', () => {
  beforeAll(async () => {
    talk = await Talk.start({ channels: [quick] }, { ...env, OWNER_PROOF_MS: '0' });
  }, 180_000);
  afterAll(() => talk.stop());

  it('is answered, and keeps the chat as it was', async () => {
    talk.twin.faults.next('get-chat', { kind: 'stall', ms: 1500, when: 'after' });
    const chat = ask('uno');
    await answered(chat, 'uno');
    // The watch has found him quiet and looks at who has the chat: decided is nothing yet.
    await until(() => talk.twin.faults.pending('get-chat') === 0, 'the look', 60_000);
    ask('dos', quick, contactOf(chat));
    await answered(chat, 'dos');
    const { id } = await talk.app.prisma.chat.findUniqueOrThrow({ where: { botmakerChatId: chat } });
    const answers = await talk.app.prisma.message.findMany({ where: { chatId: id, kind: 'text' }, orderBy: { createdAt: 'asc' } });
    await isFlows(chat);
    const change = await talk.app.prisma.entry.findFirstOrThrow({ where: { chatId: id, type: 'chat.owner-changed', reason: 'inactive' } });
    expect(change.at.getTime() - answers[1]!.createdAt.getTime()).toBeGreaterThanOrEqual(1500);
  }, 180_000);

  it('is not given back while his message has not been read', async () => {
    const chat = ask('tres');
    await answered(chat, 'tres');
    const { id } = await talk.app.prisma.chat.findUniqueOrThrow({ where: { botmakerChatId: chat } });
    // As a slow reader leaves it: told, and not sorted. Whoever looks for such mail takes three seconds to find it.
    const at = new Date();
    await talk.app.prisma.event.create({ data: { key: `late:${chat}`, chatId: id, kind: 'message', author: 'customer', state: 'received', text: 'decir: cuatro', content: { text: 'decir: cuatro' }, occurredAt: at, receivedAt: at } });
    await answered(chat, 'cuatro');
    expect(await notes(chat, 'chat.owner-changed')).toBe(0);
  }, 180_000);
});

describe('where no line gives a quiet customer back', () => {
  it('nobody looks for one', async () => {
    talk = await Talk.start({ channels: [patient] }, { ...env, CHANNELS_FILE: channelsFile('defaults: { ends: { inactivity: { returnAfterMs: 500 } } }'), RETURN_INTENT: '' });
    try {
      const chat = ask('uno', patient);
      await answered(chat, 'uno');
      await talk.app.prisma.$executeRaw`UPDATE conversation SET quiet_look_at = '2026-01-01', owner_since = '2026-01-01', last_customer_at = '2026-01-01'`;
      await talk.app.app.get(InactivityWatch).tick();
      expect(await talk.app.prisma.conversation.findFirstOrThrow()).toMatchObject({ owner: 'agent', quietLookAt: new Date('2026-01-01') });
    } finally {
      await talk.stop();
    }
  }, 180_000);
});
