import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sendTimeoutMs, Talk } from '../support/talk.js';
import type { Fault } from '../support/twin.js';
import { until } from '../support/until.js';

/** A small generator of numbers in [0, 1) that gives the same ones for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const when = (random: number): 'before' | 'after' => (random < 0.5 ? 'before' : 'after');

/** About a third of the calls to send go wrong, in every way there is. */
function faultOf(random: () => number): Fault | undefined {
  const [kind, moment] = [random(), when(random())];
  if (kind < 0.06) return { kind: 'status', status: 500, when: moment };
  if (kind < 0.1) return { kind: 'status', status: 503, when: moment };
  if (kind < 0.16) return { kind: 'reset', when: moment };
  if (kind < 0.2) return { kind: 'cut' };
  if (kind < 0.24) return { kind: 'silence', when: moment };
  if (kind < 0.28) return { kind: 'stall', ms: sendTimeoutMs * 1.4, when: moment };
  if (kind < 0.31) return { kind: 'garbage', when: moment };
  if (kind < 0.33) return { kind: 'status', status: 429, when: 'before' };
  return kind < 0.35 ? { kind: 'status', status: 400, when: 'before' } : undefined;
}

describe('thirty customers at once, while a third of all calls goes wrong and webhooks come twice and late', () => {
  const seed = Number(process.env['SEED'] ?? 7);
  const customers = 30;
  const questions = 2;
  let talk: Talk;
  let chats: string[];
  beforeAll(async () => {
    const random = seeded(seed);
    talk = await Talk.start({ webhookOrder: 'none', echo: { delayMs: () => random() * 300 }, statusDelays: { sentMs: () => random() * 300, deliveredMs: () => random() * 300, readMs: () => random() * 300 } });
    talk.twin.faults.decideBy((operation) => (operation === 'send-messages' ? faultOf(random) : undefined));
    talk.twin.duplicateWebhooks(() => random() < 0.2);
    const contacts = Array.from({ length: customers }, () => talk.newCustomer());
    for (let question = 1; question <= questions; question++) {
      // The same words for everybody, and twice in a row: nobody can tell the messages apart by what they say.
      chats = contacts.map((contact) => talk.ask(['Ok!', 'Ok!', `respuesta ${question}`], contact));
      await until(async () => (await talk.app.prisma.message.count()) === customers * question * 3, `answers to question ${question}`, 60_000);
    }
    await until(async () => (await talk.app.prisma.message.count({ where: { state: { in: ['planned', 'retrying', 'sending'] } } })) === 0, 'all messages to come to rest', 60_000);
    await talk.twin.settled({ timeoutMs: 10_000 });
    await until(async () => (await talk.app.prisma.envelope.count({ where: { readAt: null } })) === 0, 'all webhooks to be read');
  }, 240_000);
  afterAll(() => talk.stop());

  it(`nobody reads anything twice (seed ${seed})`, () => {
    const payloads = chats.flatMap((chat) => talk.twin.sent(chat).flatMap(({ webhookPayload }) => (webhookPayload === null ? [] : [webhookPayload])));
    expect(payloads.length).toBeGreaterThan(customers);
    expect(payloads).toEqual([...new Set(payloads)]);
    expect(talk.twin.violations).toEqual([]);
  });

  it('everybody reads his answers in the order in which they were given', async () => {
    for (const chat of chats) {
      const order = (await talk.messages(chat)).map(({ id }) => id);
      const seen = talk.twin.sent(chat).flatMap(({ webhookPayload }) => (webhookPayload === null ? [] : [(JSON.parse(webhookPayload) as { message: string }).message]));
      expect(seen).toEqual(order.filter((id) => seen.includes(id)));
    }
  });

  it('of each message is known whether it was read, or it is called unknown or dead, or expired since its customer wrote again', async () => {
    for (const chat of chats) {
      const seen = new Set(talk.twin.sent(chat).map(({ webhookPayload }) => (webhookPayload === null ? null : (JSON.parse(webhookPayload) as { message: string }).message)));
      for (const { id, state } of await talk.messages(chat)) expect({ seen: seen.has(id), state }).toEqual(seen.has(id) ? { seen: true, state: 'read' } : { seen: false, state: expect.stringMatching(/^(unknown|dead|expired)$/) });
    }
  });
});
