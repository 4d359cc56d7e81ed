import { Logger } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { doubtMs, OutboxBench, type Worker } from '../../test/support/outbox-bench.js';
import type { Fault } from '../../test/support/twin.js';
import { until } from '../../test/support/until.js';
import { AppError } from '../platform/index.js';
import type { Outgoing } from './message.js';

/*
 * Messages whose send got no answer, where no echo ever comes: this Botmaker has no webhook. Time is passed by moving the
 * messages back.
 */
const goBack: Outgoing = { kind: 'intent', intentIdOrName: 'VOLVER_FLUJO', variables: { external_handoff: 'false' } };
const notTaken: Fault = { kind: 'status', status: 500, when: 'before' };
const taken: Fault = { kind: 'status', status: 500, when: 'after' };
const emptyList: Fault = { kind: 'garbage', when: 'before', status: 200, contentType: 'application/json', body: '{"items":[],"nextPage":null}' };
const ok = (count: number): string[] => Array.from({ length: count }, () => 'Ok!');

let bench: OutboxBench;
beforeAll(async () => {
  Logger.overrideLogger(false);
  bench = await OutboxBench.start(3);
});
afterAll(() => bench.stop());
afterEach(() => {
  expect(bench.twin.violations).toEqual([]);
  expect(bench.twin.faults.pending('send-messages') + bench.twin.faults.pending('list-messages')).toBe(0);
});

const work = (chatId: string, worker: Worker = bench.first): Promise<void> => worker.handler.handle({ chatId, correlationId: chatId });
const remoteIds = (remote: string): string[] => bench.twin.sent(remote).filter(({ origin }) => origin === 'api').map(({ messageId }) => messageId);
const resolved = async (by: string): Promise<number> => (await bench.first.metrics.doubtsResolved.get()).values.find(({ labels }) => labels.by === by)?.value ?? 0;

/** A send that ended in doubt, of which Botmaker took the message or not. */
async function doubted(outgoing: (string | Outgoing)[], fault: Fault): Promise<{ chatId: string; remote: string }> {
  const chat = await bench.chat();
  await bench.owned(chat.chatId, 'flow');
  await bench.queue(chat.chatId, outgoing);
  bench.twin.faults.next(typeof outgoing[0] === 'string' ? 'send-messages' : 'trigger-intent', fault);
  await work(chat.chatId);
  expect((await bench.states(chat.chatId))[0]).toBe('sending');
  return chat;
}

/** The doubt has lasted so many times as long as it is held, and somebody looks. */
async function pass(chatId: string, doubts: number, worker?: Worker): Promise<void> {
  await bench.pass(chatId, doubts * doubtMs);
  await work(chatId, worker);
}

describe('a message in doubt that Botmaker took', () => {
  it('is found in its list when the doubt has lasted, is not sent again, and what waits behind it goes', async () => {
    const { chatId, remote } = await doubted(['uno', 'dos'], taken);
    await bench.queue(chatId, ['después']);
    await work(chatId, bench.second);
    expect(bench.sent(remote)).toEqual(['uno', 'dos']);
    await pass(chatId, 1, bench.second);
    const [one, two] = await bench.messages(chatId);
    expect([one, two]).toMatchObject([{ state: 'accepted', confirmedBy: 'lookup', attempts: 1, doubtUntil: null }, { state: 'accepted', confirmedBy: 'lookup', attempts: 1 }]);
    expect([one?.remoteId, two?.remoteId, bench.sent(remote)]).toEqual([...remoteIds(remote).slice(0, 2), ['uno', 'dos', 'después']]);
  });

  it('is found there although nothing can be sent: while a worker leaves the sending alone, it looks', async () => {
    const { chatId } = await doubted(['uno'], taken);
    const resting = await bench.worker(30_000, false, undefined, 60_000);
    for (let call = 0; call < 20; call++) await resting.upstreams.call('botmaker-send', false, () => Promise.reject(new AppError('upstream-unavailable', 'test.away', 'as told'))).catch(() => undefined);
    expect(resting.upstreams.restMs('botmaker-send')).toBeGreaterThan(0);
    await pass(chatId, 1, resting);
    expect(await bench.messages(chatId)).toMatchObject([{ state: 'accepted', confirmedBy: 'lookup', doubtUntil: null }]);
  });

  it('is found there although the inbox has not come to what Botmaker told of its chat', async () => {
    const { chatId, remote } = await doubted(['uno'], taken);
    const { contactId } = await bench.prisma.chat.findUniqueOrThrow({ where: { id: chatId } });
    await bench.prisma.envelope.create({ data: { door: 'webhook', body: Buffer.from(JSON.stringify({ contactId })), correlationId: chatId, receivedAt: new Date(Date.now() - 2 * doubtMs) } });
    await pass(chatId, 1);
    expect([await bench.messages(chatId), bench.sent(remote)]).toMatchObject([[{ state: 'accepted', confirmedBy: 'lookup' }], ['uno']]);
    await bench.prisma.envelope.deleteMany({ where: { readAt: null } });
  });

  it('is looked for by one worker at a time: all chats share a few looks a second', async () => {
    const { chatId } = await doubted(['uno'], taken);
    await bench.pass(chatId, doubtMs);
    const looks = (): number => bench.twin.calls.filter(({ operation }) => operation === 'list-messages').length;
    const before = looks();
    await Promise.all([work(chatId, bench.first), work(chatId, bench.second)]);
    expect([looks() - before, await bench.states(chatId)]).toEqual([1, ['accepted']]);
  });

  it('would be sent twice if the looks could not see it (the negative control of the look-up), and that is counted', async () => {
    const { chatId, remote } = await doubted(['uno'], taken);
    bench.twin.faults.next('list-messages', emptyList, emptyList);
    await pass(chatId, 1);
    await pass(chatId, 0.5);
    expect(bench.sent(remote)).toEqual(['uno', 'uno']);
    for (const remoteId of remoteIds(remote)) await bench.echo(chatId, { remoteId, text: 'uno' });
    expect(await bench.prisma.messageCopy.count({ where: { message: { chatId } } })).toBe(1);
  });

  it('is not given up because others have the slots: a look that finds none is no failed one', async () => {
    const { chatId, remote } = await doubted(['uno'], taken);
    const slotless = await bench.worker(30_000, true);
    await slotless.buckets.rest('list-messages');
    const others = setInterval(() => void slotless.buckets.rest('list-messages'), 200);
    await pass(chatId, 1, slotless);
    clearInterval(others);
    expect(await bench.messages(chatId)).toMatchObject([{ state: 'sending', lookups: 0, failedLooks: 0 }]);
    expect(await bench.prisma.entry.count({ where: { chatId, type: 'delivery.looked-up' } })).toBe(0);
    await pass(chatId, 1 / 6);
    expect([await bench.messages(chatId), bench.sent(remote)]).toMatchObject([[{ state: 'accepted', confirmedBy: 'lookup' }], ['uno']]);
  });

  it('is not resent however often the look fails, which proves nothing; in the end a person is asked', async () => {
    const { chatId, remote } = await doubted(['uno'], taken);
    const failures: Fault[] = [{ kind: 'status', status: 500, when: 'before' }, { kind: 'reset', when: 'before' }, { kind: 'silence', when: 'before' }, { kind: 'garbage', when: 'before', status: 200 },
      { kind: 'garbage', when: 'before', status: 200, contentType: 'application/json', body: '{"messages":[]}' }, { kind: 'status', status: 429, when: 'before' }];
    for (const failure of failures) {
      bench.twin.faults.next('list-messages', failure);
      await pass(chatId, failure === failures[0] ? 1 : 1 / 6);
      expect(await bench.messages(chatId)).toMatchObject([{ state: 'sending', lookups: 0 }]);
    }
    await until(() => bench.first.buckets.take('list-messages', 0).then(() => true, () => false), 'the rest after the 429 to end');
    for (let looks = failures.length + 1; looks <= 12; looks++) {
      expect(await bench.messages(chatId)).toMatchObject([{ state: 'sending', failedLooks: looks - 1 }]);
      bench.twin.faults.next('list-messages', { kind: 'garbage', when: 'before', status: 200 });
      await pass(chatId, 1 / 6);
    }
    expect(await bench.messages(chatId)).toMatchObject([{ state: 'unknown', reason: 'look-up-failed' }]);
    expect(bench.sent(remote)).toEqual(['uno']);
    await bench.echo(chatId, { remoteId: remoteIds(remote)[0]!, text: 'uno' });
    expect(await bench.states(chatId)).toEqual(['accepted']);
  });

  it('is not taken for absent while the list does not even show what was said before it', async () => {
    const { chatId, remote } = await doubted(['uno'], taken);
    await bench.told(chatId, { author: 'customer', remoteId: 'NOT-LISTED-YET', agoMs: 90_000 });
    bench.twin.faults.next('list-messages', emptyList);
    await pass(chatId, 1);
    expect(await bench.messages(chatId)).toMatchObject([{ state: 'sending', lookups: 0 }]);
    await pass(chatId, 1 / 6);
    expect([await bench.messages(chatId), bench.sent(remote)]).toMatchObject([[{ state: 'accepted', confirmedBy: 'lookup' }], ['uno']]);
  });
});

describe('a message in doubt that Botmaker did not take', () => {
  it('is sent once more after two looks, with its chat waiting and no other, and the log tells it', async () => {
    const { chatId, remote } = await doubted(['quizás'], notTaken);
    await bench.queue(chatId, ['después']);
    const before = await resolved('resent');
    await pass(chatId, 1);
    expect([await bench.states(chatId), bench.sent(remote)]).toEqual([['sending', 'planned'], []]);
    await work(chatId, bench.second);
    expect(bench.sent(remote)).toEqual([]);
    await pass(chatId, 0.5);
    expect([await bench.states(chatId), bench.sent(remote)]).toEqual([['accepted', 'accepted'], ['quizás', 'después']]);
    expect(await bench.log(chatId)).toEqual([
      'outbox.queued', 'delivery.attempted', 'delivery.in-doubt', 'outbox.queued', 'delivery.looked-up', 'delivery.looked-up', 'message.resending',
      'delivery.attempted', 'delivery.accepted', 'delivery.attempted', 'delivery.accepted',
    ]);
    expect((await resolved('resent')) - before).toBe(1);
  });

  it('is not sent a third time: in doubt again, after looks of its own, it is for a person', async () => {
    const { chatId, remote } = await doubted(['uno'], notTaken);
    await pass(chatId, 1);
    bench.twin.faults.next('send-messages', notTaken);
    await pass(chatId, 0.5);
    expect(await bench.messages(chatId)).toMatchObject([{ state: 'sending', attempts: 2, lookups: 0 }]);
    await pass(chatId, 1);
    await pass(chatId, 0.5);
    await pass(chatId, 5);
    expect([await bench.messages(chatId), bench.sent(remote)]).toMatchObject([[{ state: 'unknown', reason: 'no-echo', attempts: 2 }], []]);
  });

  it('counts two looks at the same moment as one', async () => {
    const { chatId, remote } = await doubted(['uno'], notTaken);
    await bench.pass(chatId, doubtMs);
    await Promise.all(bench.workers.map((worker) => work(chatId, worker)));
    expect([await bench.messages(chatId), bench.sent(remote)]).toMatchObject([[{ state: 'sending', lookups: 1 }], []]);
  });

  it('is not confirmed by the copies of twelve like it that Botmaker took without telling their ids', async () => {
    const { chatId, remote } = await bench.chat();
    await bench.queue(chatId, ok(12));
    await work(chatId);
    await bench.queue(chatId, ok(8));
    bench.twin.faults.next('send-messages', notTaken);
    await work(chatId);
    await pass(chatId, 1);
    expect((await bench.states(chatId)).slice(12)).toEqual(Array.from({ length: 8 }, () => 'sending'));
    // A look that found no slot is made again.
    await until(async () => (await pass(chatId, 0.5), bench.sent(remote).length > 12), 'them to go out again');
    expect(bench.sent(remote)).toHaveLength(20);
  });

  it('part by part: of twenty equal texts those that are listed are confirmed, and only the others go out again', async () => {
    const { chatId, remote } = await doubted(ok(20), notTaken);
    const items = Array.from({ length: 13 }, (_, index) => ({ id: `LISTED-${chatId.slice(-8)}-${index}`, creationTime: new Date().toISOString(), from: 'bot', content: { type: 'text', text: 'Ok!' } }));
    const thirteen: Fault = { kind: 'garbage', when: 'before', status: 200, contentType: 'application/json', body: JSON.stringify({ items, nextPage: null }) };
    bench.twin.faults.next('list-messages', thirteen, thirteen);
    await pass(chatId, 1);
    const seen = await bench.messages(chatId);
    expect(seen.map(({ remoteId }) => remoteId)).toEqual([...items.map(({ id }) => id), ...Array.from({ length: 7 }, () => null)]);
    await pass(chatId, 0.5);
    expect(bench.sent(remote)).toHaveLength(7);
  });

  it.each<[string, (chatId: string) => Promise<unknown>, string]>([
    ['the customer wrote again', (chatId) => bench.told(chatId, { author: 'customer' }), 'superseded'],
    ['a person took the chat', async (chatId) => [await bench.told(chatId, { author: 'operator' }), await bench.owned(chatId, 'human')], 'owned-by-human'],
    ['the window has closed', (chatId) => bench.owned(chatId, 'agent', new Date(Date.now() - 1000)), 'window-closed'],
    ['it is too old', (chatId) => bench.prisma.$executeRaw`UPDATE message SET created_at = created_at - interval '4 minutes' WHERE chat_id = ${chatId}::uuid`, 'too-old'],
  ])('expires instead of being sent once more when %s', async (_why, happen, reason) => {
    const { chatId, remote } = await doubted(['uno'], notTaken);
    await happen(chatId);
    await pass(chatId, 1);
    await pass(chatId, 0.5);
    expect([await bench.messages(chatId), bench.sent(remote)]).toMatchObject([[{ state: 'expired', reason, attempts: 1 }], []]);
  });

  it('is not sent again while a body of its chat waits unread, for its echo may lie in there; what others or later bodies say holds nothing up', async () => {
    const { chatId, remote } = await doubted(['uno'], notTaken);
    await pass(chatId, 1);
    const { contactId } = await bench.prisma.chat.findUniqueOrThrow({ where: { id: chatId } });
    const unread = (told: string, agoMs = 2 * doubtMs): Promise<{ id: bigint }> =>
      bench.prisma.envelope.create({ data: { door: 'webhook', body: Buffer.from(JSON.stringify({ contactId: told })), correlationId: chatId, receivedAt: new Date(Date.now() - agoMs) } });
    await unread('somebody else');
    // The message is older than one and a half doubts by then.
    await unread(contactId!, 1000);
    const { id } = await unread(contactId!);
    await pass(chatId, 0.5);
    expect([await bench.messages(chatId), bench.sent(remote)]).toMatchObject([[{ state: 'sending', lookups: 1 }], []]);
    await bench.prisma.envelope.update({ where: { id }, data: { readAt: new Date() } });
    await pass(chatId, 0.5);
    expect(bench.sent(remote)).toEqual(['uno']);
    await bench.prisma.envelope.deleteMany({ where: { readAt: null } });
  });

  it('is not sent again where no message is ever echoed: a person decides, and has it sent once', async () => {
    const silent = await bench.chat();
    await bench.queue(silent.chatId, ok(20));
    await work(silent.chatId);
    await bench.pass(silent.chatId, 2 * doubtMs);
    const { chatId, remote } = await doubted(['uno'], notTaken);
    await pass(chatId, 1);
    await pass(chatId, 0.5);
    const [message] = await bench.messages(chatId);
    expect([message, bench.sent(remote)]).toMatchObject([{ state: 'unknown', reason: 'echo-blind' }, []]);
    await bench.first.redrive.redrive(message!.id, 'Mesa de ayuda', 'no le llegó');
    await work(chatId);
    expect([await bench.states(chatId), bench.sent(remote)]).toEqual([['accepted'], ['uno']]);
    for (const { text } of await bench.messages(silent.chatId)) await bench.echo(silent.chatId, { remoteId: `E-${Math.random()}`, text: text! });
  });
});

describe('an intent in doubt', () => {
  const triggered = (): number => bench.twin.calls.filter(({ operation }) => operation === 'trigger-intent').length;

  it('is settled by the variables that it sets, when Botmaker tells them', async () => {
    const { chatId } = await doubted([goBack], taken);
    const calls = triggered();
    await bench.told(chatId, { variables: { external_handoff: 'false', other: 'x' } });
    await pass(chatId, 1);
    expect([await bench.messages(chatId), triggered() - calls]).toMatchObject([[{ state: 'accepted', confirmedBy: 'variables' }], 0]);
  });

  it('of which nothing is told is triggered once more, because its effect is the same and without it nobody has the chat', async () => {
    const { chatId } = await doubted([goBack], notTaken);
    const calls = triggered();
    await bench.told(chatId, { variables: { external_handoff: 'true' } });
    await pass(chatId, 1);
    await pass(chatId, 0.5);
    expect([await bench.states(chatId), triggered() - calls]).toEqual([['accepted'], 1]);
  });
});
