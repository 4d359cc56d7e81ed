import { Logger } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { doubtMs, OutboxBench, sendTimeoutMs, type Worker } from '../../test/support/outbox-bench.js';
import { until } from '../../test/support/until.js';
import { nextStep, type Messages } from './next-step.js';

/* Who may send: of several workers one, of a claim and a recall one, and nobody who has slept through his claim. */
let bench: OutboxBench;
beforeAll(async () => {
  Logger.overrideLogger(false);
  bench = await OutboxBench.start(2);
});
afterAll(() => bench.stop());
afterEach(() => expect(bench.twin.violations).toEqual([]));

const work = (chatId: string, worker: Worker = bench.first): Promise<void> => worker.handler.handle({ chatId, correlationId: chatId });

/** What a worker saw a moment ago, and what he will claim by it. */
async function seen(chatId: string): Promise<() => Promise<unknown>> {
  const queue = await bench.first.queues.look(chatId);
  const step = nextStep(queue?.open ?? []);
  if (!queue || step.do !== 'send') throw new Error(`nothing to send: ${step.do}`);
  return () => bench.first.deliveries.claim(queue, step.messages as Messages);
}

describe('a claim by what was seen a moment ago', () => {
  it.each<[string, (chatId: string) => Promise<unknown>]>([
    ['another worker has claimed, sent and been refused since: the epoch is another', async (chatId) => {
      const claim = await bench.second.claimed(chatId);
      await bench.second.outcomes.record(claim, { kind: 'retrying', code: 'botmaker.unreachable', httpStatus: null, inMs: 0, wasCalled: true });
    }],
    ['an operator has taken the chat', async (chatId) => [await bench.told(chatId, { author: 'operator' }), await bench.owned(chatId, 'human')]],
    ['an operator has written, and nobody has looked at it yet', async (chatId) => [await bench.owned(chatId, 'agent'), await bench.told(chatId, { author: 'operator', state: 'received' })]],
    ['the window has closed', (chatId) => bench.owned(chatId, 'agent', new Date(Date.now() - 1000))],
    ['a newer turn has called it back', (chatId) => bench.second.database.inTransaction((tx) => bench.second.outbox.recallUnsent(tx, chatId))],
    ['one of its parts has been confirmed', async (chatId) => bench.prisma.message.updateMany({ where: { chatId, part: 1 }, data: { state: 'accepted' } })],
  ])('fails whole, and nothing is attempted, when %s', async (_what, happen) => {
    const { chatId } = await bench.chat();
    await bench.queue(chatId, ['uno', 'dos']);
    const claim = await seen(chatId);
    await happen(chatId);
    const attempts = await bench.prisma.delivery.count({ where: { chatId } });
    expect(await claim()).toBeNull();
    expect(await bench.prisma.delivery.count({ where: { chatId } })).toBe(attempts);
  });

  it('succeeds for the words and the intent of the very turn that handed the chat to a person', async () => {
    const { chatId, remote } = await bench.chat();
    await bench.told(chatId, { author: 'operator', agoMs: 60_000 });
    await bench.queue(chatId, ['Te paso con una persona.', { kind: 'intent', intentIdOrName: 'VOLVER_FLUJO', variables: {} }]);
    await bench.owned(chatId, 'human');
    await work(chatId);
    expect([await bench.states(chatId), bench.sent(remote)]).toEqual([['accepted', 'accepted'], ['Te paso con una persona.']]);
  });

  it('of which twenty race with a recall wins or loses as a whole: what was called back is not sent', async () => {
    for (let round = 0; round < 20; round++) {
      const { chatId } = await bench.chat();
      const runId = await bench.queue(chatId, ['uno', 'dos', 'tres']);
      const [claim, recalled] = await Promise.all([bench.first.claim(chatId), bench.second.database.inTransaction((tx) => bench.second.outbox.recallUnsent(tx, chatId))]);
      expect([claim !== null, recalled, new Set(await bench.states(chatId)).size]).toEqual([recalled.length === 0, claim ? [] : [runId], 1]);
    }
  });
});

describe('what is called back', () => {
  const recall = (chatId: string): Promise<string[]> => bench.first.database.inTransaction((tx) => bench.first.outbox.recallUnsent(tx, chatId));

  it('are the runs of which nothing was sent, with their intents, each message with its reason', async () => {
    const { chatId } = await bench.chat();
    const runs = [await bench.queue(chatId, ['uno', { kind: 'intent', intentIdOrName: 'VOLVER_FLUJO', variables: {} }]), await bench.queue(chatId, ['dos'])];
    expect((await recall(chatId)).sort()).toEqual(runs.sort());
    expect([await bench.states(chatId), await bench.reasons(chatId)]).toEqual([['expired', 'expired', 'expired'], ['superseded', 'superseded', 'superseded']]);
    expect((await bench.log(chatId)).filter((type) => type === 'message.expired')).toHaveLength(3);
    expect(await recall(chatId)).toEqual([]);
  });

  it('is not the mail of a run that the customer may have had a part of, nor what a person ordered', async () => {
    const { chatId } = await bench.chat();
    await bench.queue(chatId, ['uno', 'dos']);
    const [first] = await bench.messages(chatId);
    await bench.prisma.message.update({ where: { id: first!.id }, data: { state: 'accepted' } });
    await bench.queue(chatId, ['en duda', 'tres']);
    await bench.prisma.message.updateMany({ where: { chatId, text: 'en duda' }, data: { state: 'sending', doubtUntil: new Date(), doubtedAt: new Date() } });
    await bench.queue(chatId, ['de nuevo']);
    await bench.prisma.message.updateMany({ where: { chatId, text: 'de nuevo' }, data: { redrivenAt: new Date() } });
    expect(await recall(chatId)).toEqual([]);
    expect(await bench.states(chatId)).toEqual(['accepted', 'expired', 'sending', 'expired', 'planned']);
  });
});

describe('a worker that is frozen between its claim and its send, until the message was given up and sent by another', () => {
  async function freezeAndReplace(frozen: Worker): Promise<{ chatId: string; remote: string }> {
    const chat = await bench.chat();
    await bench.queue(chat.chatId, ['una vez']);
    await frozen.buckets.rest('send-messages');
    const asleep = setInterval(() => void frozen.buckets.rest('send-messages'), 200);
    const waking = work(chat.chatId, frozen);
    await until(async () => (await bench.states(chat.chatId))[0] === 'sending', 'the claim');
    await bench.loseWorker(chat.chatId);
    await work(chat.chatId, bench.second);
    for (const doubts of [1, 0.5]) {
      await bench.pass(chat.chatId, doubts * doubtMs);
      await work(chat.chatId, bench.second);
    }
    expect(bench.sent(chat.remote)).toEqual(['una vez']);
    clearInterval(asleep);
    await waking;
    return chat;
  }

  it('does not send when it wakes, and what it writes down changes nothing', async () => {
    const { chatId, remote } = await freezeAndReplace(await bench.worker(sendTimeoutMs / 8, true));
    expect([await bench.messages(chatId), bench.sent(remote)]).toMatchObject([[{ state: 'accepted', attempts: 2, reason: null }], ['una vez']]);
  });

  it('would send it twice if it did not look at its own clock (the negative control of the self-abort), and that is counted', async () => {
    const { chatId, remote } = await freezeAndReplace(await bench.worker(600_000, true));
    expect(bench.sent(remote)).toEqual(['una vez', 'una vez']);
    for (const { messageId } of bench.twin.sent(remote).filter(({ origin }) => origin === 'api')) await bench.echo(chatId, { remoteId: messageId, text: 'una vez' });
    expect(await bench.prisma.messageCopy.count({ where: { message: { chatId } } })).toBe(1);
  });
});
