import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { WindowWatch } from '../../src/conversation/window/window-watch.job.js';
import { Alarms } from '../../src/platform/index.js';
import { channelsFile } from '../support/channels-file.js';
import { Talk } from '../support/talk.js';
import { until } from '../support/until.js';

/* The 24-hour window: first a template, then the free message. The twin has two lines with rules of their own. */
const ownLine = '5491150000001';
const quietLine = '5491150000002';
const patience = 60_000;
const line = (number: string) => ({ id: `acmebot-whatsapp-${number}`, platform: 'whatsapp' as const, name: number, number, isActive: true });
const back = { name: 'volver', state: 'APPROVED', category: 'UTILITY', locale: 'es_AR', text: 'Ya tenemos tu respuesta. ¿Te la enviamos?', lines: [ownLine, quietLine], buttons: [{ text: 'Sí, enviar', webhookPayload: 'retomar' }] } as const;
const needy = { name: 'falta_un_dato', state: 'APPROVED', category: 'UTILITY', locale: 'es_AR', lines: [ownLine], text: 'Hola {{dato_que_nadie_tiene}}' } as const;

let talk: Talk;
beforeAll(async () => {
  talk = await Talk.start(
    { channels: [line(ownLine), line(quietLine)], flow: { templates: [back] } },
    { CHANNELS_FILE: channelsFile(`defaults: { templates: [volver] }\nchannels:\n  - { id: "${quietLine}", quietHours: { from: "00:00", to: "24:00" } }`), OWNER_PROOF_MS: '0', SILENT_AFTER_MS: '0' },
  );
}, 180_000);
afterAll(() => talk.stop());
afterEach(() => expect(talk.twin.violations).toEqual([]));

const contactOf = (chat: string): string => talk.twin.chat(chat)?.contactId ?? '';
/** Everything the customer sees of us and of the account, in order. */
const seen = (chat: string): (string | null)[] => talk.twin.sent(chat).filter(({ origin, status }) => (origin === 'api' || origin === 'template') && status !== 'failed').map(({ text }) => text);
const entries = async (chat: string, type: string): Promise<{ reason: string | null; detail: unknown }[]> => {
  const { id } = await talk.app.prisma.chat.findUniqueOrThrow({ where: { botmakerChatId: chat } });
  return talk.app.prisma.entry.findMany({ where: { chatId: id, type }, orderBy: { id: 'asc' } });
};

/** The agent is still thinking when the window of the chat closes; `isKnown`: by our own reckoning, too. */
async function askTooLate(parts: string[], isKnown: boolean, channelId = line(ownLine).id): Promise<string> {
  const goOn = talk.holdModel();
  const chat = talk.twin.customerWrites({ contactId: talk.newCustomer(), channelId }, `decir: ${parts.join(' | ')}`).chatId;
  await talk.asked(parts);
  talk.twin.closeWindow(chat);
  if (isKnown) await talk.app.prisma.conversation.updateMany({ where: { chat: { botmakerChatId: chat } }, data: { windowClosesAt: new Date(Date.now() - 1000) } });
  goOn();
  return chat;
}

describe('an answer that is ready when the window has closed', () => {
  it('waits: first a template, then, when the customer taps it, the answer, once, and nothing else', async () => {
    const chat = await askTooLate(['la respuesta', 'y su final'], true);
    await talk.became(chat, ['held', 'held', 'read'], patience);
    expect(seen(chat)).toEqual(['Ya tenemos tu respuesta. ¿Te la enviamos?']);
    const asked = talk.model.requests.length;
    talk.twin.customerTaps(contactOf(chat), 'Sí, enviar');
    await talk.became(chat, ['read', 'read', 'read'], patience);
    expect(seen(chat)).toEqual(['Ya tenemos tu respuesta. ¿Te la enviamos?', 'la respuesta', 'y su final']);
    expect(talk.model.requests).toHaveLength(asked);
    expect([(await entries(chat, 'window.asked')).length, (await entries(chat, 'window.opened')).length, (await entries(chat, 'mail.answered')).length]).toEqual([1, 1, 1]);
    expect(await talk.app.prisma.reopening.count()).toBe(0);
  }, 180_000);

  it('comes back into this path when only the platform knew, and told so after its 202; a further question is answered after it', async () => {
    const chat = await askTooLate(['uno'], false);
    await talk.became(chat, ['held', 'read'], patience);
    expect(seen(chat)).toEqual(['Ya tenemos tu respuesta. ¿Te la enviamos?']);
    talk.ask(['dos'], contactOf(chat));
    await talk.became(chat, ['read', 'read', 'read'], patience);
    expect(seen(chat)).toEqual(['Ya tenemos tu respuesta. ¿Te la enviamos?', 'uno', 'dos']);
    expect(await talk.app.prisma.messageCopy.count()).toBe(0);
  }, 180_000);

  it('waits for a customer who comes by himself, where quiet hours let nobody ask him', async () => {
    const chat = await askTooLate(['de noche'], true, line(quietLine).id);
    await until(async () => (await entries(chat, 'window.waits')).length > 0, 'the reopening to wait', patience);
    expect([await talk.states(chat), seen(chat)]).toEqual([['held'], []]);
    expect((await entries(chat, 'window.waits'))[0]?.detail).toMatchObject({ for: 'quiet-hours' });
  }, 180_000);

  it('is not said any more when a person has taken the chat and written', async () => {
    const chat = await askTooLate(['tarde'], true);
    await talk.became(chat, ['held', 'read'], patience);
    talk.twin.operatorWrites(chat, 'Te respondo yo');
    await talk.became(chat, ['expired', 'read'], patience);
    talk.twin.customerWrites(contactOf(chat), 'Hola');
    await until(() => talk.app.prisma.reopening.count({ where: { chat: { botmakerChatId: chat } } }).then((count) => count === 0), 'the reopening to end', patience);
    expect(seen(chat)).toEqual(['Ya tenemos tu respuesta. ¿Te la enviamos?']);
  }, 180_000);

  it('joins the one that waits already: the customer is asked once', async () => {
    const chat = await askTooLate(['primera'], true);
    await talk.became(chat, ['held', 'read'], patience);
    await until(async () => (await entries(chat, 'window.asked')).length === 1, 'the customer to be asked', patience);
    const parked = (await talk.messages(chat))[0]!;
    await talk.app.prisma.message.create({ data: { id: parked.id.replace(/^.{8}/, 'ffffffff'), runId: parked.runId, chatId: parked.chatId, correlationId: parked.correlationId, part: 9, kind: 'text', text: 'segunda', content: { kind: 'text', text: 'segunda' } } });
    await talk.became(chat, ['held', 'read', 'held'], patience);
    talk.twin.customerWrites(contactOf(chat), 'sí');
    await until(() => seen(chat).length === 3, 'both answers', patience);
    expect(seen(chat)).toEqual(['Ya tenemos tu respuesta. ¿Te la enviamos?', 'primera', 'segunda']);
    expect(await entries(chat, 'window.asked')).toHaveLength(1);
  }, 180_000);
});

describe('a template', () => {
  it('that the platform refuses is followed by the next one; without any the answer waits, and an alarm says so', async () => {
    await talk.stop();
    talk = await Talk.start(
      { channels: [line(ownLine)], flow: { templates: [needy, { ...back, name: 'aun_no', state: 'ACCOUNT_PENDING' }] } },
      { CHANNELS_FILE: channelsFile('defaults: { templates: [aun_no, falta_un_dato] }'), OWNER_PROOF_MS: '0', SILENT_AFTER_MS: '0' },
    );
    const chat = await askTooLate(['espera'], true);
    await talk.became(chat, ['held', 'dead'], patience);
    await until(async () => (await entries(chat, 'window.waits')).length > 0, 'the reopening to wait', patience);
    await talk.app.app.get(WindowWatch).judge();
    expect(talk.app.app.get(Alarms).raised()).toHaveProperty('no-template');
    talk.twin.customerWrites(contactOf(chat), 'Hola, ¿hay novedades?');
    await until(() => seen(chat).includes('espera'), 'the answer', patience);
    await talk.app.app.get(WindowWatch).judge();
    expect(talk.app.app.get(Alarms).raised()).not.toHaveProperty('no-template');
  }, 180_000);
});
