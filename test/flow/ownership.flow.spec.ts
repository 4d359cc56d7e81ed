import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Talk } from '../support/talk.js';
import { until } from '../support/until.js';

/* Nobody is talked over, and nobody is left alone: what no webhook tells is looked at. */
const proofMs = 150;
/** For a busy machine: nothing here is about time. */
const patient = 60_000;

let talk: Talk;
let unasking: Talk;
beforeAll(async () => {
  talk = await Talk.start({}, { OWNER_PROOF_MS: String(proofMs), SILENT_AFTER_MS: '0' });
  // The control: whatever a look is needed for must go wrong here.
  unasking = await Talk.start({}, { OWNER_PROOF_MS: '0', SILENT_AFTER_MS: '0' });
}, 180_000);
afterAll(async () => {
  await talk.stop();
  await unasking.stop();
});
afterEach(() => {
  talk.twin.faults.clear();
  expect(talk.twin.violations).toEqual([]);
});

const ownerIn = async (one: Talk, chat: string): Promise<string | null> =>
  (await one.app.prisma.conversation.findFirst({ where: { chat: { botmakerChatId: chat } } }))?.owner ?? null;
const becomes = (one: Talk, chat: string, owner: string): Promise<boolean> => until(async () => (await ownerIn(one, chat)) === owner, `the chat to be with: ${owner}`, patient);
const contactOf = (one: Talk, chat: string): string => one.twin.chat(chat)?.contactId ?? '';
const looks = (one: Talk): number => one.twin.calls.filter(({ operation }) => operation === 'get-chat').length;
const turnsOf = (one: Talk, chat: string): Promise<{ state: string; outcome: string | null }[]> =>
  one.app.prisma.turn.findMany({ where: { chat: { botmakerChatId: chat } }, orderBy: { createdAt: 'asc' }, select: { state: true, outcome: true } });
/** The last proof counts no more: as if the chat had not been seen for an hour. */
const forget = (one: Talk): Promise<number> => one.app.prisma.$executeRaw`UPDATE chat_proof SET asked_at = asked_at - interval '1 hour'`;

async function takenWhileThinking(one: Talk, said: string): Promise<string> {
  const answer = one.holdModel();
  const chat = one.ask([said]);
  await one.asked([said]);
  one.twin.operatorTakes(chat);
  await forget(one);
  answer();
  return chat;
}

describe('a person who takes the chat while the agent thinks, and has not written yet', () => {
  it('is not talked over: the answer is held', async () => {
    const chat = await takenWhileThinking(talk, 'no se dice');
    const [message] = await talk.became(chat, ['held'], patient);
    expect(message?.reason).toBe('owned-by-human');
    await becomes(talk, chat, 'human');
    expect(talk.sent(chat)).toEqual([]);

    talk.twin.operatorWrites(chat, 'Hola, soy Olga');
    await talk.became(chat, ['expired'], patient);
    expect(talk.sent(chat)).toEqual([]);
  }, 3 * patient);

  it('and lets it go without a word has taken nothing from the customer: the answer is sent, once', async () => {
    const chat = await takenWhileThinking(talk, 'se dice después');
    await talk.became(chat, ['held'], patient);
    await becomes(talk, chat, 'human');
    talk.twin.operatorReleases(chat, { keepMuted: true });
    await talk.became(chat, ['read'], patient);
    expect(talk.sent(chat)).toEqual(['se dice después']);
    expect(await ownerIn(talk, chat)).toBe('agent');
  }, 3 * patient);

  it('is talked over where nobody is asked: only the look tells', async () => {
    const chat = await takenWhileThinking(unasking, 'encima de Olga');
    await unasking.became(chat, ['read'], patient);
    expect(unasking.sent(chat)).toEqual(['encima de Olga']);
  }, 3 * patient);
});

describe('a chat that a person has taken unseen', () => {
  it('costs no call of the model: it is looked at before the turn', async () => {
    const chat = talk.ask(['la primera']);
    await talk.became(chat, ['read'], patient);
    talk.twin.operatorTakes(chat);
    await forget(talk);
    const asked = talk.model.requests.length;
    talk.ask(['la segunda'], contactOf(talk, chat));
    await becomes(talk, chat, 'human');
    await until(async () => (await turnsOf(talk, chat)).at(-1)?.outcome === 'owned-by-human', 'the turn to stand back', patient);
    expect(talk.model.requests).toHaveLength(asked);
    expect(talk.sent(chat)).toEqual(['la primera']);
  }, 3 * patient);
});

/** A person takes the chat, talks with the customer, lets it go; the flow hands over again, and its variable was set already. */
async function handedOverInSilence(one: Talk, wish: string): Promise<string> {
  const chat = one.ask(['antes de Olga']);
  await one.became(chat, ['read'], patient);
  one.twin.operatorWrites(chat, 'Hola, soy Olga, ¿es por el pedido 77?');
  await becomes(one, chat, 'human');
  one.twin.customerWrites(contactOf(one, chat), 'sí, llegó roto');
  one.twin.operatorWrites(chat, 'Te mando otro, sale mañana');
  await one.twin.settled();
  one.twin.operatorReleases(chat);
  one.ask([wish], contactOf(one, chat));
  return chat;
}

describe('a chat that a person has let go and the flow hands over again without any webhook telling', () => {
  it('is ours again, and the agent knows what was said meanwhile', async () => {
    const chat = await handedOverInSilence(talk, 'después de Olga');
    await until(() => talk.sent(chat).includes('después de Olga'), 'the answer', patient);
    expect(talk.sent(chat)).toEqual(['antes de Olga', 'después de Olga']);
    const prompt = JSON.stringify(talk.model.requests.at(-1)?.body.messages);
    for (const line of ['¿es por el pedido 77?', 'llegó roto', 'Te mando otro, sale mañana']) expect(prompt).toContain(line);
    const { id } = await talk.app.prisma.chat.findUniqueOrThrow({ where: { botmakerChatId: chat } });
    expect((await talk.app.prisma.entry.findMany({ where: { type: 'chat.owner-changed', chatId: id }, orderBy: { id: 'asc' } })).map(({ reason }) => reason)).toEqual(['handed-off', 'operator-wrote', 'released']);
  }, 3 * patient);

  it('stays the person’s, in silence, where nobody is asked', async () => {
    const chat = await handedOverInSilence(unasking, 'nadie lo dice');
    await until(async () => (await unasking.app.prisma.event.count({ where: { chat: { botmakerChatId: chat }, author: 'customer', reason: 'owned-by-human' } })) === 2, 'the message to be set aside', patient);
    expect(await unasking.app.prisma.$queryRaw`SELECT 1 FROM graphile_worker.jobs WHERE key LIKE 'look-at-chat:%'`).toEqual([]);
    expect([await ownerIn(unasking, chat), looks(unasking)]).toEqual(['human', 0]);
  }, 3 * patient);

  it('is the flow’s when the bot speaks again, and later hand-overs are noticed all the same', async () => {
    const chat = talk.ask(['va a Olga']);
    await talk.became(chat, ['read'], patient);
    talk.twin.operatorWrites(chat, 'Listo, cualquier cosa avisá');
    await becomes(talk, chat, 'human');
    await talk.twin.settled();
    talk.twin.operatorReleases(chat);
    talk.twin.customerWrites(contactOf(talk, chat), 'horarios');
    await becomes(talk, chat, 'flow');
    talk.ask(['vuelve a nosotros'], contactOf(talk, chat));
    await until(() => talk.sent(chat).includes('vuelve a nosotros'), 'the answer', patient);
    expect(talk.sent(chat)).toEqual(['va a Olga', 'vuelve a nosotros']);
  }, 3 * patient);
});

describe('when Botmaker does not say who has a chat', () => {
  it('the customer gets the answer all the same: the webhooks’ word counts', async () => {
    talk.twin.faults.decideBy((operation) => (operation === 'get-chat' ? { kind: 'status', status: 500, when: 'before' } : undefined));
    const chat = talk.ask(['igual se dice']);
    await talk.became(chat, ['read'], patient);
    expect(talk.sent(chat)).toEqual(['igual se dice']);
  }, 3 * patient);
});

describe('an old “no” of the flow’s variable that is told after it has handed over anew', () => {
  /** Variables are told without their time [O]. */
  async function tellLate(one: Talk, chat: string): Promise<void> {
    const body = { chatPlatform: 'whatsapp', chatChannelId: one.twin.channelId, contactId: contactOf(one, chat), customerId: chat, variables: { external_handoff: 'false' } };
    const { status } = await fetch(`${one.app.address}/botmaker/webhook`, { method: 'POST', body: JSON.stringify(body), headers: { 'auth-bm-token': one.twin.webhookToken, 'content-type': 'application/json' } });
    expect(status).toBe(200);
  }

  async function overtaken(one: Talk, said: string): Promise<string> {
    const answer = one.holdModel();
    const chat = one.ask([said]);
    await one.asked([said]);
    await tellLate(one, chat);
    await becomes(one, chat, 'flow');
    answer();
    return chat;
  }

  it('takes nothing from the customer: Botmaker is asked, and he is answered', async () => {
    const chat = await overtaken(talk, 'a pesar de todo');
    await talk.became(chat, ['read'], patient);
    expect([talk.sent(chat), await ownerIn(talk, chat)]).toEqual([['a pesar de todo'], 'agent']);
  }, 3 * patient);

  it('leaves him without an answer where nobody is asked', async () => {
    const chat = await overtaken(unasking, 'nadie responde');
    await until(async () => (await turnsOf(unasking, chat)).at(-1)?.outcome === 'not-handed-off', 'the turn to stand back', patient);
    expect([unasking.sent(chat), await ownerIn(unasking, chat)]).toEqual([[], 'flow']);
  }, 3 * patient);
});
