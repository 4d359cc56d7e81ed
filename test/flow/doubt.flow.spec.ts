import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Message } from '../../src/generated/prisma/client.js';
import { Metrics } from '../../src/platform/index.js';
import { adminKey } from '../support/running-app.js';
import { doubtMs, Talk } from '../support/talk.js';
import type { Fault, TwinOptions } from '../support/twin.js';
import { until } from '../support/until.js';

/*
 * What becomes of a send that got no answer, in an account whose echoes and listings lag, are lost, or carry nothing. The
 * customer reads each answer once, or not at all where a stale one would be worse; and when he does read it twice, we know.
 */
let talk: Talk;
beforeAll(async () => {
  talk = await Talk.start();
});
afterAll(() => talk.stop());
afterEach(() => {
  expect(talk.twin.violations).toEqual([]);
  expect(talk.twin.faults.pending('send-messages')).toBe(0);
});

const long = 25_000;
const reset = (when: 'before' | 'after'): Fault => ({ kind: 'reset', when });
const contactOf = (chat: string): string => talk.twin.chat(chat)!.contactId;

/** An answer whose send is cut off. Resolves with its chat when it is in doubt. */
async function cutOff(text: string, when: 'before' | 'after', options: TwinOptions = {}): Promise<{ chat: string; first: Message }> {
  await talk.moveTo({ statusDelays: { readMs: null }, ...options });
  talk.twin.faults.next('send-messages', reset(when));
  const chat = talk.ask([text]);
  const [first] = await talk.became(chat, ['sending'], long);
  await until(async () => (await talk.messages(chat))[0]?.doubtedAt, 'the doubt');
  return { chat, first: first! };
}

describe('an answer that Botmaker took, but whose echo is lost', () => {
  it('is found in its list, gets the statuses that had come for it, and is read once', async () => {
    const { chat } = await cutOff('una vez', 'after', { echo: { on: false } });
    const [message] = await talk.became(chat, ['delivered'], long);
    expect(message).toMatchObject({ confirmedBy: 'lookup', resentAt: null, doubtUntil: null });
    expect(message!.remoteId).toBe(talk.twin.sent(chat).find(({ origin }) => origin === 'api')?.messageId);
    expect(talk.sent(chat)).toEqual(['una vez']);
  });

  it('is found by a later look when the list lags behind the first', async () => {
    const { chat } = await cutOff('con demora', 'after', { echo: { on: false }, listingDelayMs: 1.25 * doubtMs });
    const [message] = await talk.became(chat, ['delivered'], long);
    expect([message?.confirmedBy, message?.resentAt, talk.sent(chat)]).toEqual(['lookup', null, ['con demora']]);
  });

  it('and which is never listed, is for a person, and not sent again', async () => {
    const { chat } = await cutOff('perdido de vista', 'after', { echo: { on: false }, listingDelayMs: 3_600_000 });
    const [message] = await talk.became(chat, ['unknown'], 2 * long);
    expect([message?.reason, talk.sent(chat)]).toEqual(['look-up-failed', ['perdido de vista']]);
  });

  it('is settled by an echo that comes after the first look, whatever it carries', async () => {
    for (const echoCarries of ['clientPayload', 'txId', 'none'] as const) {
      const { chat } = await cutOff(`eco tardío ${echoCarries}`, 'after', { echo: { delayMs: 1.3 * doubtMs }, echoCarries, listingDelayMs: 3_600_000 });
      const [message] = await talk.became(chat, ['delivered'], long);
      expect([message?.resentAt, talk.sent(chat)]).toEqual([null, [`eco tardío ${echoCarries}`]]);
    }
  });
});

describe('an answer that Botmaker did not take', () => {
  it('expires when the customer has written again, and what he wrote is answered by one turn that reads everything unanswered', async () => {
    const { chat } = await cutOff('primera', 'before');
    talk.ask(['segunda'], contactOf(chat));
    await talk.became(chat, ['sending', 'planned'], long);
    talk.ask(['tercera'], contactOf(chat));
    const messages = await talk.became(chat, ['expired', 'expired', 'delivered'], long);
    expect([messages.map(({ reason }) => reason), talk.sent(chat)]).toEqual([['superseded', 'superseded', null], ['tercera']]);
    const mail = await talk.app.prisma.event.findMany({ where: { runId: messages[2]!.runId }, orderBy: { occurredAt: 'asc' } });
    expect(mail.map(({ text }) => text)).toEqual(['decir: segunda', 'decir: tercera']);
  });

  it('expires when an operator has taken the chat', async () => {
    const { chat } = await cutOff('sin respuesta', 'before');
    talk.twin.operatorWrites(chat, 'Hola, soy Marta.');
    const [message] = await talk.became(chat, ['expired'], long);
    expect([message?.reason, talk.sent(chat)]).toEqual(['owned-by-human', []]);
  });

  it('and neither when it is sent once more, is for a person, who has it sent', async () => {
    const { chat } = await cutOff('a la tercera', 'before');
    talk.twin.faults.next('send-messages', reset('before'));
    const [message] = await talk.became(chat, ['unknown'], long);
    expect([message?.reason, talk.sent(chat)]).toEqual(['no-echo', []]);
    expect((await talk.outcomes(chat)).filter((outcome) => outcome === 'in-doubt')).toHaveLength(2);
    const headers = { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' };
    const answer = await fetch(`${talk.app.address}/api/v1/messages/${message!.id}/redrive`, { method: 'POST', headers, body: '{"reason":"no le llegó"}' });
    expect(answer.status).toBe(202);
    await talk.became(chat, ['delivered'], long);
    expect(talk.sent(chat)).toEqual(['a la tercera']);
  });
});

describe('an answer that was sent once more although Botmaker had it', () => {
  const duplicates = async (): Promise<number> => (await talk.app.app.get(Metrics).duplicatesDetected.get()).values[0]?.value ?? 0;

  it.each(['clientPayload', 'txId', 'none'] as const)('because its echo came too late and no look showed it, is a duplicate that we know of (echoes carry %s)', async (echoCarries) => {
    let lagMs = 4 * doubtMs;
    const counted = await duplicates();
    const { chat, first } = await cutOff('dos veces', 'after', { echoCarries, echo: { delayMs: () => lagMs } });
    const before = await talk.app.prisma.event.findMany({ where: { chatId: first.chatId, kind: 'message' } });
    const items = before.map(({ remoteId, occurredAt, text }) => ({ id: remoteId, creationTime: occurredAt.toISOString(), from: 'user', content: { type: 'text', text } }));
    const blind: Fault = { kind: 'garbage', when: 'before', status: 200, contentType: 'application/json', body: JSON.stringify({ items, nextPage: null }) };
    talk.twin.faults.next('list-messages', blind, blind);
    lagMs = 20;
    await until(async () => (await talk.app.log({ chatId: first.chatId })).includes('message.duplicate-detected'), 'the duplicate to be noticed', long);
    expect((await duplicates()) - counted).toBe(1);
    expect(talk.sent(chat)).toEqual(['dos veces', 'dos veces']);
  });
});
