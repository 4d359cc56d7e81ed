import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { doubtMs, sendTimeoutMs, Talk } from '../support/talk.js';
import type { Fault } from '../support/twin.js';

/*
 * Whatever goes wrong on the way, a customer never reads the same answer twice, and what became of it is known or is called
 * unknown. Each story: a customer asks, one call of ours meets a fault, and everything comes to rest.
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

/** Each text at most once, in the order in which it was meant. */
function expectNothingTwice(seen: readonly (string | null)[]): void {
  expect(seen).toEqual([...new Set(seen)]);
}

const before = (status: number, body?: unknown): Fault => ({ kind: 'status', status, when: 'before', ...(body === undefined ? {} : { body }) });
const after = (status: number): Fault => ({ kind: 'status', status, when: 'after' });
const garbage: Fault = { kind: 'garbage', when: 'after', status: 202, contentType: 'application/json', body: '{"webhookNotif' };
const emptyObject: Fault = { kind: 'garbage', when: 'after', status: 202, contentType: 'application/json', body: '{}' };

describe('an answer of several parts', () => {
  it('goes out in one call, in order, each part with a payload of its own', async () => {
    const calls = talk.calls;
    const chat = talk.ask(['uno', 'dos', 'tres']);
    const messages = await talk.became(chat, ['read', 'read', 'read']);
    const seen = talk.twin.sent(chat).filter(({ origin }) => origin === 'api');
    expect(seen.map(({ text }) => text)).toEqual(['uno', 'dos', 'tres']);
    expect(seen.map(({ webhookPayload }) => JSON.parse(webhookPayload ?? '{}') as unknown)).toEqual(messages.map(({ id, runId, part }) => ({ v: 1, runId, message: id, part })));
    expect(seen.map(({ messageId }) => messageId)).toEqual(messages.map(({ remoteId }) => remoteId));
    expect(new Set(seen.map(({ txId }) => txId)).size).toBe(1);
    expect(talk.calls - calls).toBe(1);
  });
});

describe('an answer that Botmaker surely refused', () => {
  it.each<[string, Fault, string]>([
    ['400', before(400), 'botmaker.rejected'],
    ['403', before(403), 'botmaker.forbidden'],
    ['404', before(404), 'botmaker.not-found'],
    ['422', before(422), 'botmaker.rejected'],
  ])('with %s is dead, with all its parts and a reason, and is not tried again', async (_status, fault, reason) => {
    const calls = talk.calls;
    talk.twin.faults.next('send-messages', fault);
    const chat = talk.ask(['uno', 'dos']);
    const messages = await talk.became(chat, ['dead', 'dead']);
    expect(messages.map((message) => message.reason)).toEqual([reason, reason]);
    talk.ask(['otra vez'], messages[0] && talk.twin.chat(chat)?.contactId);
    await talk.became(chat, ['dead', 'dead', 'read']);
    expect(talk.sent(chat)).toEqual(['otra vez']);
    expect(talk.calls - calls).toBe(2);
  });

  it('with 401 is delivered once, with a token that was renewed for it', async () => {
    talk.twin.expireAccessToken();
    const chat = talk.ask(['uno', 'dos']);
    await talk.became(chat, ['read', 'read']);
    expect(talk.sent(chat)).toEqual(['uno', 'dos']);
    expect(talk.twin.calls.filter(({ operation }) => operation === 'refresh-api-credentials')).toHaveLength(1);
    expect((await talk.messages(chat)).map(({ attempts }) => attempts)).toEqual([1, 1]);
  });

  it('with 429 is tried again after a rest, and delivered once', async () => {
    talk.twin.faults.next('send-messages', before(429));
    const chat = talk.ask(['uno', 'dos']);
    const messages = await talk.became(chat, ['read', 'read']);
    expect(messages.every(({ attempts }) => attempts >= 2)).toBe(true);
    expect(talk.sent(chat)).toEqual(['uno', 'dos']);
    const [refused, taken] = talk.twin.calls.filter(({ operation }) => operation === 'send-messages').slice(-2);
    expect([refused?.status, taken?.status]).toEqual([429, 202]);
    expect(taken!.at.getTime() - refused!.at.getTime()).toBeGreaterThanOrEqual(990);
  });

  it('because nobody listens is tried again, and delivered once when somebody does', async () => {
    const release = talk.holdModel();
    const chat = talk.ask(['uno', 'dos']);
    await talk.asked(['uno', 'dos']);
    await talk.gate.close();
    release();
    const waiting = await talk.became(chat, ['retrying', 'retrying']);
    expect(waiting[0]?.reason).toBe('botmaker.unreachable');
    await talk.gate.open();
    const messages = await talk.became(chat, ['read', 'read']);
    expect(messages[0]?.attempts).toBeGreaterThanOrEqual(2);
    expect(talk.sent(chat)).toEqual(['uno', 'dos']);
  });
});

describe('an answer that Botmaker took, although we were told otherwise', () => {
  it.each<[string, Fault, string?]>([
    ['500', after(500)],
    ['502', after(502)],
    ['503', after(503)],
    ['504', after(504)],
    ['a reset', { kind: 'reset', when: 'after' }],
    ['half an answer', { kind: 'cut' }],
    ['an answer after the time limit', { kind: 'stall', ms: sendTimeoutMs * 1.5, when: 'after' }],
    ['silence', { kind: 'silence', when: 'after' }],
    ['a page with 202', { kind: 'garbage', when: 'after' }],
    ['a page with 200', { kind: 'garbage', when: 'after', status: 200 }],
    ['a redirect', after(307)],
    ['a 202 with half a JSON', garbage, 'accepted'],
    ['a 202 without an id', emptyObject, 'accepted'],
    ['a time-out, and accepts it later', { kind: 'stall', ms: sendTimeoutMs * 1.5, when: 'before' }],
  ])('by %s, is confirmed by its echo and read once', async (_what, fault, outcome = 'in-doubt') => {
    const calls = talk.calls;
    talk.twin.faults.next('send-messages', fault);
    const chat = talk.ask(['uno', 'dos']);
    const messages = await talk.became(chat, ['read', 'read']);
    expect(messages).toMatchObject([{ reason: null, doubtUntil: null, attempts: 1 }, { reason: null, doubtUntil: null, attempts: 1 }]);
    expect(messages.every(({ confirmedAt, remoteId }) => confirmedAt !== null && remoteId !== null)).toBe(true);
    expect(talk.sent(chat)).toEqual(['uno', 'dos']);
    expect([await talk.outcomes(chat), talk.calls - calls]).toEqual([[outcome], 1]);
  });

  it.each([0, 1, 20, 120])('by an answer that is torn off after %i bytes, is confirmed by its echo and read once', async (bytes) => {
    const shown = (): (number | null)[] => talk.twin.calls.filter(({ operation }) => operation === 'send-read-typing-feedback').map(({ status }) => status);
    const [release, before] = [talk.holdModel(), shown().length];
    const chat = talk.ask([`roto tras ${bytes}`]);
    await talk.asked([`roto tras ${bytes}`]);
    await talk.twin.until(() => shown().length >= before + 2 && !shown().includes(null));
    talk.gate.cutNextAnswerAfter(bytes);
    release();
    await talk.became(chat, ['read']);
    expect([talk.sent(chat), await talk.outcomes(chat)]).toEqual([[`roto tras ${bytes}`], ['in-doubt']]);
  });
});

describe('an answer that Botmaker did not take, of which we cannot know', () => {
  it('is held in doubt, and sent once more when two looks prove it absent, after a 500, 502 or 503, a reset, silence, or a page with 200', async () => {
    const calls = talk.calls;
    const faults: Fault[] = [before(500), before(502), before(503), { kind: 'reset', when: 'before' }, { kind: 'silence', when: 'before' }, { kind: 'garbage', when: 'before', status: 200 }];
    talk.twin.faults.next('send-messages', ...faults);
    const chats = faults.map(() => talk.ask(['uno', 'dos']));
    await Promise.all(chats.map(async (chat) => {
      const messages = await talk.became(chat, ['read', 'read'], 30_000);
      for (const { sendingAt, doubtedAt, resentAt } of messages) {
        expect(resentAt).not.toBeNull();
        expect(sendingAt!.getTime() - doubtedAt!.getTime()).toBeGreaterThanOrEqual(1.5 * doubtMs - 5);
      }
      // A worker that the machine kept from its claim for too long gives it back, surely unsent.
      const outcomes = (await talk.outcomes(chat)).filter((outcome) => outcome !== 'retrying');
      expect([talk.sent(chat), outcomes]).toEqual([['uno', 'dos'], ['in-doubt', 'accepted']]);
    }));
    expect(talk.calls - calls).toBe(2 * faults.length);
  });

  it('but was told that it did stays accepted: nobody sends it again', async () => {
    const calls = talk.calls;
    talk.twin.faults.next('send-messages', before(202, { webhookNotificationId: 'FORGOTTEN' }));
    const chat = talk.ask(['uno']);
    await talk.became(chat, ['accepted']);
    talk.ask(['dos'], talk.twin.chat(chat)?.contactId);
    await talk.became(chat, ['accepted', 'read']);
    expect([talk.sent(chat), talk.calls - calls]).toEqual([['dos'], 2]);
  });
});

describe('while an answer is in doubt', () => {
  it('the next answer of its chat waits, and those of other chats don’t', async () => {
    talk.twin.faults.next('send-messages', before(500));
    const chat = talk.ask(['primera']);
    const [first] = await talk.became(chat, ['sending']);
    talk.ask(['segunda'], talk.twin.chat(chat)?.contactId);
    const other = talk.ask(['otra']);
    await talk.became(other, ['read']);
    expect(await talk.states(chat)).toEqual(expect.arrayContaining(['sending']));
    const [doubted, second] = await talk.became(chat, ['expired', 'read'], 20_000);
    expect(doubted?.reason).toBe('superseded');
    expect(second!.sendingAt!.getTime()).toBeGreaterThanOrEqual(first!.sendingAt!.getTime() + 1.5 * doubtMs - 5);
    expect(talk.sent(chat)).toEqual(['segunda']);
  });
});

describe('an answer that the platform could not deliver', () => {
  it('is dead with the platform’s code, although the call was accepted', async () => {
    const release = talk.holdModel();
    const chat = talk.ask(['a nadie']);
    await talk.asked(['a nadie']);
    talk.twin.failDeliveries(chat, { code: 131026, error: 'Message undeliverable' });
    release();
    const [message] = await talk.became(chat, ['dead']);
    expect(message).toMatchObject({ reason: 'platform.131026', attempts: 1 });
    expect(message?.acceptedAt).not.toBeNull();
    expect(talk.sent(chat)).toEqual([]);
  });
});

describe('the negative control: a sender that retries what it does not know', () => {
  async function sendNaively(chat: string, text: string): Promise<void> {
    const request = { method: 'POST', headers: { 'access-token': talk.twin.credentials.accessToken, 'content-type': 'application/json' }, body: JSON.stringify({ chat: { chatId: chat }, messages: [{ text }] }) };
    for (let tries = 0; tries < 3; tries++) {
      const status = await fetch(`${talk.twin.baseUrl}/chats-actions/send-messages`, { ...request, signal: AbortSignal.timeout(sendTimeoutMs) }).then((answer) => answer.status, () => null);
      if (status === 202) return;
    }
  }

  it.each<[string, Fault]>([
    ['500', after(500)],
    ['a reset', { kind: 'reset', when: 'after' }],
    ['silence', { kind: 'silence', when: 'after' }],
    ['a time-out, and accepts it later', { kind: 'stall', ms: sendTimeoutMs * 1.5, when: 'before' }],
  ])('shows the customer everything twice after %s, and the rule of this file notices', async (_what, fault) => {
    const { chatId: chat } = talk.twin.customerWrites(talk.newCustomer(), 'horarios');
    talk.twin.faults.next('send-messages', fault);
    await sendNaively(chat, 'uno');
    await talk.twin.until(() => talk.sent(chat).length === 2);
    expect(() => expectNothingTwice(talk.sent(chat))).toThrow();
  });

  it('and nobody else: no customer of the stories above read anything twice', () => {
    const ours = talk.twin.chats().filter(({ chatId }) => talk.twin.sent(chatId).some(({ webhookPayload }) => webhookPayload !== null));
    expect(ours.length).toBeGreaterThan(20);
    for (const { chatId } of ours) expectNothingTwice(talk.sent(chatId));
  });
});
