import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { channelsFile } from '../support/channels-file.js';
import { CodeBlocks } from '../support/code-blocks.js';
import { line } from '../support/lines.js';
import { Talk } from '../support/talk.js';
import { until } from '../support/until.js';

const [plain, wordless, brazil, stranded, mute] = [line(1), line(2), line(3), line(4), line(5)];
const channels = `
channels:
  - { id: ${wordless.id}, ends: { closingText: "" } }
  - { id: ${brazil.id}, language: pt }
  - { id: ${stranded.id}, returnIntent: null }
  - { id: ${mute.id}, returnIntent: null, ends: { closingText: "" } }
`;

let talk: Talk;
beforeAll(async () => {
  talk = await Talk.start({ channels: [plain, wordless, brazil, stranded, mute] }, { CHANNELS_FILE: channelsFile(channels), RETURN_CHECK_MS: '150', SILENT_AFTER_MS: '600' });
}, 180_000);
afterAll(() => talk.stop());
afterEach(() => expect(talk.twin.violations).toEqual([]));

/** The agent has answered a new customer of this line with `answer`. */
async function answered(answer: string, { id: channelId } = plain): Promise<{ chat: string; write: (text: string) => void }> {
  const contactId = talk.newCustomer();
  const chat = talk.twin.customerWrites({ contactId, channelId }, { text: `decir: ${answer}` }).chatId;
  await talk.became(chat, ['read'], 60_000);
  return { chat, write: (text) => void talk.twin.customerWrites({ contactId, channelId }, { text }) };
}
const outcomes = async (chat: string): Promise<(string | null)[]> => (await talk.app.prisma.turn.findMany({ where: { chat: { botmakerChatId: chat }, state: 'finished' }, orderBy: { createdAt: 'asc' } })).map(({ outcome }) => outcome);
const ended = (chat: string, outcome: string): Promise<boolean> => until(async () => (await outcomes(chat)).at(-1) === outcome, `a turn that ends as ${outcome}`, 60_000);
const owner = (chat: string): Promise<{ owner: string; ownerReason: string | null } | null> => talk.app.prisma.conversation.findFirst({ where: { chat: { botmakerChatId: chat } }, select: { owner: true, ownerReason: true } });
/** How often the model was asked in the course of `story`. */
async function asked(story: () => Promise<unknown>): Promise<number> {
  const before = talk.model.requests.length;
  await story();
  return talk.model.requests.length - before;
}

describe('a customer who says goodbye', () => {
  it('is told the same, and the flow has him again; no model is asked', async () => {
    const { chat, write } = await answered('Llega el martes. ¿Algo más?');
    expect(await asked(async () => {
      write('no, gracias');
      write('🙏');
      await ended(chat, 'closed-by-customer');
    })).toBe(0);
    await until(() => talk.twin.chat(chat)?.isBotMuted === false, 'the bot to speak', 60_000);
    expect(talk.sent(chat)).toEqual(['Llega el martes. ¿Algo más?', expect.stringMatching(/^¡Gracias a vos/)]);
    expect(talk.twin.chat(chat)?.variables).toMatchObject({ external_handoff: 'false' });
    expect(await owner(chat)).toEqual({ owner: 'flow', ownerReason: 'closed-by-customer' });
    await until(() => talk.app.prisma.entry.findFirst({ where: { type: 'chat.return-verified' } }), 'the return to be seen', 60_000);
  }, 180_000);

  it('is told so in the language of his line', async () => {
    const { chat, write } = await answered('Chega na terça.', brazil);
    write('muito obrigada, tchau');
    await until(() => talk.sent(chat)[1], 'the farewell', 60_000);
    expect(talk.sent(chat)[1]).toMatch(/^Eu que agradeço/);
  }, 180_000);

  it('in the words of an answer to our question is answered by the agent', async () => {
    const { chat, write } = await answered('¿Lo cancelo?');
    expect(await asked(async () => {
      write('sí, gracias');
      await until(async () => (await outcomes(chat)).length === 2, 'the next turn', 60_000);
    })).toBe(1);
    expect(await outcomes(chat)).toEqual(['answered', 'answered']);
    expect(await owner(chat)).toMatchObject({ owner: 'agent' });
  }, 180_000);

  it('and asks something in the same breath is answered by the agent', async () => {
    const { chat, write } = await answered('Llega el martes.');
    write('gracias');
    write('¿y a qué hora?');
    await until(async () => (await outcomes(chat)).length === 2, 'the next turn', 60_000);
    expect(await outcomes(chat)).toEqual(['answered', 'answered']);
  }, 180_000);

  it('hears nothing but the flow where the line has no farewell; nobody takes him for one who waits', async () => {
    const { chat, write } = await answered('Llega el martes.', wordless);
    write('gracias');
    await ended(chat, 'closed-by-customer');
    await until(() => talk.twin.chat(chat)?.isBotMuted === false, 'the bot to speak', 60_000);
    expect(talk.sent(chat)).toEqual(['Llega el martes.']);
    // One who does wait shows that the watch has looked at both.
    const { chatId: other } = talk.twin.customerWrites({ contactId: talk.newCustomer(), channelId: plain.id }, { text: 'hola' });
    talk.twin.operatorTakes(other);
    await talk.twin.settled();
    talk.twin.customerWrites(talk.twin.chat(other)?.contactId ?? '', '¿alguien?');
    const silent = async (): Promise<string[]> => (await talk.app.api<{ items: { botmakerChatId: string }[] }>('/api/v1/silent-chats')).body.items.map(({ botmakerChatId }) => botmakerChatId);
    await until(async () => (await silent()).includes(other), 'the other to be listed', 60_000);
    expect(await silent()).not.toContain(chat);
  }, 180_000);

  it('stays ours where nothing leads back to the flow, and is told the same', async () => {
    const { chat, write } = await answered('Llega el martes.', stranded);
    write('chau');
    await ended(chat, 'closed-by-customer');
    await until(() => talk.sent(chat).length === 2, 'the farewell', 60_000);
    expect(await owner(chat)).toMatchObject({ owner: 'agent', ownerReason: 'handed-off' });
    write('decir: acá sigo');
    await until(() => talk.sent(chat).includes('acá sigo'), 'the answer', 60_000);
  }, 180_000);

  it('is answered by the agent where there is neither a farewell nor a way back', async () => {
    const { chat, write } = await answered('Llega el martes.', mute);
    write('chau');
    await until(async () => (await outcomes(chat)).length === 2, 'the next turn', 60_000);
    expect(await outcomes(chat)).toEqual(['answered', 'answered']);
  }, 180_000);
});

describe('a customer who says goodbye through a code block', () => {
  it('gets the farewell and the way back in the answer to its call, and no model is asked', async () => {
    const blocks = await CodeBlocks.start({ env: { CODE_ACTION_DEADLINE_MS: '60000' } });
    try {
      blocks.model.script({ text: 'Llega el martes.' });
      const question = blocks.write('¿cuándo llega?');
      expect(await blocks.call(question)).toMatchObject({ status: 'answered', replyText: 'Llega el martes.', returnIntent: null });
      const thanks = blocks.write('listo, gracias', question.contactId);
      expect(await blocks.call(thanks)).toMatchObject({ status: 'answered', replyText: expect.stringMatching(/^¡Gracias a vos/), returnIntent: 'VOLVER_FLUJO', agentIsSpeaking: false });
      expect(blocks.model.requests).toHaveLength(1);
      expect(await blocks.owner(thanks)).toEqual({ owner: 'flow', ownerReason: 'closed-by-customer' });
      expect(await blocks.sent(thanks)).toEqual([]);
    } finally {
      await blocks.stop();
    }
  }, 180_000);
});
