import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { doubtMs, OutboxBench, type Worker } from '../../test/support/outbox-bench.js';
import { CorrelationLog } from '../correlation/index.js';
import { Jobs, OutboxConfig, Role } from '../platform/index.js';
import { callStep } from './call-step.js';
import type { Outgoing } from './message.js';
import { ResponseStore, type SeenCall } from './response.store.js';
import { UnseenAnswers } from './unseen-answers.job.js';

/* An answer for which a code block waits: of its call and the outbox one delivers it, whoever is first. */
let bench: OutboxBench;
let responses: ResponseStore;
let elsewhere: ResponseStore;
const of = ({ database }: Worker): ResponseStore => new ResponseStore(database, new CorrelationLog(), new Jobs(), new OutboxConfig(60_000, 1000, 0));
beforeAll(async () => {
  Logger.overrideLogger(false);
  bench = await OutboxBench.start(2);
  responses = of(bench.first);
  elsewhere = of(bench.second);
});
afterAll(() => bench.stop());
afterEach(() => expect(bench.twin.violations).toEqual([]));

const sent = (remote: string): (string | null)[] => bench.twin.sent(remote).filter(({ origin }) => origin === 'api').map(({ text }) => text);
const work = (chatId: string, worker: Worker = bench.first): Promise<void> => worker.handler.handle({ chatId, correlationId: chatId });

interface Asked {
  chatId: string;
  remote: string;
  runId: string;
  calls: string[];
}

/** A turn that has answered a message for which these calls wait; `waitsMs` from now. */
async function asked(outgoing: (string | Outgoing)[], { calls = 1, waitsMs = 30_000 } = {}): Promise<Asked> {
  const { chatId, remote } = await bench.chat();
  await bench.owned(chatId, 'agent');
  const event = await bench.prisma.event.create({ data: { key: randomUUID(), chatId, kind: 'message', author: 'customer', state: 'read', content: {}, occurredAt: new Date(), receivedAt: new Date() } });
  const ids = Array.from({ length: calls }, () => randomUUID());
  const now = Date.now();
  await bench.prisma.codeAction.createMany({ data: ids.map((id) => ({ id, correlationId: id, chatId, messageEventId: event.id, calledAt: new Date(now), waitsUntil: new Date(now + waitsMs) })) });
  const runId = randomUUID();
  await bench.first.database.inTransaction(async (tx) => {
    await tx.turn.create({ data: { runId, chatId, correlationId: runId, state: 'finished', outcome: 'answered', startsAt: new Date(), firstMailAt: new Date() } });
    await tx.event.update({ where: { id: event.id }, data: { runId } });
    await bench.first.outbox.queue(tx, { runId, chatId, correlationId: runId }, outgoing.map((one): Outgoing => (typeof one === 'string' ? { kind: 'text', text: one } : one)));
  });
  return { chatId, remote, runId, calls: ids };
}

const seen = async (id: string): Promise<SeenCall> => (await responses.look([id]))[0]!;
const stepOf = async (id: string): Promise<string> => callStep(await seen(id)).do;

describe('an answer that a code block waits for', () => {
  it('is planned for when it stops waiting, and not sent before', async () => {
    const { chatId, remote } = await asked(['uno', 'dos']);
    await work(chatId);
    expect([sent(remote), await bench.states(chatId)]).toEqual([[], ['planned', 'planned']]);
    await bench.pass(chatId, 31_000);
    await work(chatId);
    expect(sent(remote)).toEqual(['uno', 'dos']);
  });

  it('is due at once when no call waits any more', async () => {
    const { chatId, remote } = await asked(['uno'], { waitsMs: -1 });
    await work(chatId);
    expect(sent(remote)).toEqual(['uno']);
  });

  it('is given whole, intents too, and then nobody sends it', async () => {
    const intent: Outgoing = { kind: 'intent', intentIdOrName: 'VOLVER_FLUJO', variables: { external_handoff: 'false' } };
    const { chatId, remote, runId, calls: [call = ''] } = await asked(['uno', intent]);
    expect(await responses.give(await seen(call), runId)).toBe(true);
    await bench.pass(chatId, 31_000);
    await Promise.all([work(chatId), work(chatId, bench.second)]);
    expect([sent(remote), await bench.states(chatId), await stepOf(call)]).toEqual([[], ['accepted', 'accepted'], 'repeat']);
    expect(await bench.log(chatId)).toContain('response.given');
  });

  it.each<[string, (made: Asked) => Promise<unknown>]>([
    ['a worker has claimed it', async ({ chatId }) => [await bench.pass(chatId, 31_000), await bench.second.claimed(chatId)]],
    ['a part of it has gone another way', ({ chatId }) => bench.prisma.message.updateMany({ where: { chatId, part: 1 }, data: { state: 'expired', reason: 'superseded' } })],
    ['the customer wrote again and it was called back', ({ chatId }) => bench.second.database.inTransaction((tx) => bench.second.outbox.recallUnsent(tx, chatId))],
    ['an operator has taken the chat', async ({ chatId }) => [await bench.told(chatId, { author: 'operator', agoMs: -1000 }), await bench.owned(chatId, 'human')]],
    ['the window has closed', ({ chatId }) => bench.owned(chatId, 'agent', new Date(Date.now() - 1000))],
    ['the call was given up', ({ calls }) => elsewhere.leave(calls[0] ?? '', 'deadline')],
    ['the time of the call is up', ({ calls }) => bench.prisma.codeAction.updateMany({ where: { id: { in: calls } }, data: { waitsUntil: new Date(Date.now() - 1) } })],
    ['an older answer of the chat is in doubt: it would overtake it', async ({ chatId }) => {
      const older = await bench.queue(chatId, ['antes']);
      await bench.prisma.message.updateMany({ where: { runId: older }, data: { state: 'sending', createdAt: new Date(Date.now() - 60_000) } });
    }],
  ])('is not given, and nothing of it is changed, when %s', async (_what, happen) => {
    const made = await asked(['uno', 'dos']);
    const call = await seen(made.calls[0] ?? '');
    await happen(made);
    const before = await bench.prisma.message.findMany({ where: { runId: made.runId }, orderBy: { part: 'asc' } });
    expect(await responses.give(call, made.runId)).toBe(false);
    expect(await bench.prisma.message.findMany({ where: { runId: made.runId }, orderBy: { part: 'asc' } })).toEqual(before);
  });

  it('is delivered once when its call and two workers reach for it at one moment', async () => {
    const ways = { block: 0, api: 0 };
    for (let round = 0; round < 25; round++) {
      const { chatId, remote, runId, calls: [call = ''] } = await asked(['uno', 'dos']);
      const waiting = await seen(call);
      await bench.pass(chatId, 31_000);
      const [isGiven] = await Promise.all([responses.give(waiting, runId), work(chatId), work(chatId, bench.second)]);
      await work(chatId);
      expect(sent(remote)).toEqual(isGiven ? [] : ['uno', 'dos']);
      ways[isGiven ? 'block' : 'api']++;
    }
    expect(ways.block + ways.api).toBe(25);
  });

  it('the control: whoever went by what he saw a moment ago would say what the API has sent; the statement that marks it looks again', async () => {
    const { chatId, remote, runId, calls: [call = ''] } = await asked(['uno']);
    const waiting = await seen(call);
    await bench.pass(chatId, 31_000);
    await work(chatId, bench.second);
    expect([callStep(waiting).do, sent(remote)]).toEqual(['give', ['uno']]);
    expect(await responses.give(waiting, runId)).toBe(false);
  });

  it('is given to one of two calls about its message, and the other is given the same', async () => {
    const { runId, calls: [one = '', two = ''] } = await asked(['uno'], { calls: 2 });
    const [first, second] = [await seen(one), await seen(two)];
    const given = await Promise.all([responses.give(first, runId), elsewhere.give(second, runId)]);
    expect(given.sort()).toEqual([false, true]);
    expect([await stepOf(one), await stepOf(two)]).toEqual(['repeat', 'repeat']);
  });

  it('is the outbox’s as soon as the last call about it stops waiting', async () => {
    const { chatId, remote, calls: [one = '', two = ''] } = await asked(['uno'], { calls: 2 });
    await responses.leave(one, 'caller-gone');
    await work(chatId);
    expect(sent(remote)).toEqual([]);
    await bench.sleepAll();
    await responses.leave(two, 'draining');
    expect(await bench.woken(chatId)).toEqual([chatId]);
    await work(chatId);
    expect(sent(remote)).toEqual(['uno']);
  });
});

describe('an answer that a code block was given and that no echo shows', () => {
  const watch = (): UnseenAnswers => new UnseenAnswers(new Role('worker'), bench.first.database, new CorrelationLog(), bench.first.metrics, new OutboxConfig(doubtMs, 1000, 0));
  const given = async (text: string): Promise<Asked> => {
    const made = await asked([text]);
    expect(await responses.give(await seen(made.calls[0] ?? ''), made.runId)).toBe(true);
    return made;
  };

  it('is unknown after the time of a doubt, for a person, when other answers were echoed; a late echo tells the truth', async () => {
    const [lost, heard] = [await given('perdida'), await given('oída')];
    await watch().look();
    expect(await bench.states(lost.chatId)).toEqual(['accepted']);
    await bench.echo(heard.chatId, { text: 'oída', remoteId: `HEARD-${heard.chatId}` });
    for (const { chatId } of [lost, heard]) await bench.pass(chatId, doubtMs + 1000);
    await watch().look();
    expect([await bench.states(lost.chatId), await bench.reasons(lost.chatId), await bench.states(heard.chatId)]).toEqual([['unknown'], ['response-unseen'], ['accepted']]);
    expect([await bench.log(lost.chatId), sent(lost.remote)]).toEqual([expect.arrayContaining(['message.unknown']), []]);
    await bench.echo(lost.chatId, { text: 'perdida', remoteId: `LATE-${lost.chatId}` });
    expect(await bench.states(lost.chatId)).toEqual(['accepted']);
  });

  it('proves nothing where no answer of a block is ever echoed', async () => {
    await bench.prisma.message.updateMany({ where: { confirmedBy: 'response' }, data: { confirmedAt: null } });
    const { chatId } = await given('sin ecos');
    await bench.pass(chatId, doubtMs + 1000);
    await watch().look();
    expect(await bench.states(chatId)).toEqual(['accepted']);
  });

  it('counts neither as an echo nor as a missing one of the API', async () => {
    const before = await bench.first.echoes.read();
    const { chatId } = await given('nada que ver');
    await bench.pass(chatId, doubtMs + 1000);
    expect(await bench.first.echoes.read()).toEqual(before);
  });
});
