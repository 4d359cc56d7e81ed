import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { channelsFile } from '../support/channels-file.js';
import { line } from '../support/lines.js';
import { Talk } from '../support/talk.js';
import { until } from '../support/until.js';

const [people, flow, nobody, endless] = [line(1), line(2), line(3), line(4)];
const channels = `
defaults: { ends: { replyCap: 2 } }
channels:
  - { id: ${flow.id}, humanIntent: null, ends: { replyCapText: Hasta acá llego. } }
  - { id: ${nobody.id}, humanIntent: null, returnIntent: null }
  - { id: ${endless.id}, ends: { replyCap: 0 } }
`;

let talk: Talk;
beforeAll(async () => {
  talk = await Talk.start({ channels: [people, flow, nobody, endless] }, { CHANNELS_FILE: channelsFile(channels), RETURN_CHECK_MS: '150', SILENT_AFTER_MS: '0' });
}, 180_000);
afterAll(() => talk.stop());
afterEach(() => expect(talk.twin.violations).toEqual([]));

/** A customer of this line asks for each of these, one answer after the other. */
async function ask(channelId: string, ...wanted: string[]): Promise<{ chat: string; write: (wanted: string) => void }> {
  const contactId = talk.newCustomer();
  const write = (text: string): string => talk.twin.customerWrites({ contactId, channelId }, { text: `decir: ${text}` }).chatId;
  let chat = '';
  for (const text of wanted) {
    chat = write(text);
    await until(() => talk.sent(chat).includes(text), `the answer ${text}`, 60_000);
  }
  return { chat, write };
}
const owner = (chat: string): Promise<{ owner: string; ownerReason: string | null } | null> => talk.app.prisma.conversation.findFirst({ where: { chat: { botmakerChatId: chat } }, select: { owner: true, ownerReason: true } });
const capped = (chat: string): Promise<boolean> => until(async () => (await talk.app.prisma.turn.count({ where: { chat: { botmakerChatId: chat }, outcome: 'reply-cap' } })) === 1, 'the cap', 60_000);

describe('a conversation with as many answers as it may have', () => {
  it('goes to a person with a polite sentence, and the model is not asked', async () => {
    const { chat, write } = await ask(people.id, 'uno', 'dos');
    const asked = talk.model.requests.length;
    write('tres');
    await capped(chat);
    await until(() => talk.twin.chat(chat)?.queueId === 'soporte', 'the queue', 60_000);
    expect(talk.sent(chat)).toEqual(['uno', 'dos', expect.stringMatching(/^Hasta acá puedo ayudarte/)]);
    expect([talk.model.requests.length, await owner(chat)]).toEqual([asked, { owner: 'human', ownerReason: 'reply-cap' }]);
  }, 180_000);

  it('goes back to the flow where there are no people, and begins to count anew when it comes again', async () => {
    const { chat, write } = await ask(flow.id, 'uno', 'dos');
    write('tres');
    await capped(chat);
    await until(() => talk.twin.chat(chat)?.isBotMuted === false, 'the bot to speak', 60_000);
    expect([talk.sent(chat), await owner(chat)]).toEqual([['uno', 'dos', 'Hasta acá llego.'], { owner: 'flow', ownerReason: 'reply-cap' }]);
    await until(async () => (await talk.app.prisma.chatReturn.count({ where: { chat: { botmakerChatId: chat } } })) === 0, 'the return to be seen', 60_000);
    write('cuatro');
    await until(() => talk.sent(chat).includes('cuatro'), 'the answer', 60_000);
  }, 180_000);

  it('goes on where nobody could be given the chat, and where no cap is set', async () => {
    for (const { id } of [nobody, endless]) {
      const { chat } = await ask(id, 'uno', 'dos', 'tres', 'cuatro');
      expect([talk.sent(chat), (await owner(chat))?.owner]).toEqual([['uno', 'dos', 'tres', 'cuatro'], 'agent']);
    }
  }, 180_000);
});
