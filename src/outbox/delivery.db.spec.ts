import { Logger } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { doubtMs, OutboxBench, sendTimeoutMs } from '../../test/support/outbox-bench.js';
import { Role } from '../platform/index.js';
import type { Outcome } from './after-attempt.js';
import type { DeliverHandler } from './deliver.handler.js';
import type { Outgoing } from './message.js';
import { OverdueMessages } from './overdue-messages.job.js';

const goBack: Outgoing = { kind: 'intent', intentIdOrName: 'VOLVER_FLUJO', variables: { external_handoff: 'false' } };

let bench: OutboxBench;
beforeAll(async () => {
  Logger.overrideLogger(false);
  bench = await OutboxBench.start(3);
});
afterAll(() => bench.stop());
afterEach(() => expect(bench.twin.violations).toEqual([]));

const handle = (handler: DeliverHandler, chatId: string): Promise<void> => handler.handle({ chatId, correlationId: chatId });

describe('a claim', () => {
  it('is one worker’s, of three that look at the same chat at once, fifty times over', async () => {
    const round = async (): Promise<void> => {
      const { chatId } = await bench.chat();
      await bench.queue(chatId, ['uno', 'dos']);
      const found = await Promise.all(bench.workers.map(({ claim }) => claim(chatId)));
      expect(found.filter((claim) => claim !== null)).toMatchObject([{ attempt: 1, epoch: 1, messages: [{ part: 0 }, { part: 1 }] }]);
      expect(await bench.prisma.delivery.count({ where: { chatId } })).toBe(1);
      expect((await bench.log(chatId)).filter((type) => type === 'delivery.attempted')).toHaveLength(1);
      const step = await bench.second.step(chatId);
      expect(step.do === 'wait' && step.ms).toBeGreaterThan(sendTimeoutMs * 1.5);
    };
    for (let tens = 0; tens < 5; tens++) await Promise.all(Array.from({ length: 10 }, round));
  });

  it('is made and sent once by three workers who are woken together', async () => {
    const { chatId, remote } = await bench.chat();
    await bench.queue(chatId, ['uno', 'dos', 'tres']);
    await Promise.all(bench.workers.map(({ handler }) => handle(handler, chatId)));
    expect(bench.sent(remote)).toEqual(['uno', 'dos', 'tres']);
  });

  it('takes the texts of one turn, in order; the intent behind them and the next turn go by themselves, later', async () => {
    const { chatId, remote } = await bench.chat();
    await bench.queue(chatId, ['uno', 'dos', goBack]);
    await bench.queue(chatId, ['tres']);
    await handle(bench.first.handler, chatId);
    const calls = await bench.prisma.delivery.findMany({ where: { chatId }, orderBy: { id: 'asc' } });
    expect(calls.map(({ messageIds }) => messageIds.length)).toEqual([2, 1, 1]);
    expect(bench.twin.sent(remote).slice(1).map(({ text }) => text)).toEqual(['uno', 'dos', 'Volvés al menú principal. Escribí *menú* cuando quieras.', 'tres']);
  });

  it('waits for the head of its own chat, and for no other chat', async () => {
    const [blocked, free] = [await bench.chat(), await bench.chat()];
    await bench.queue(blocked.chatId, ['uno']);
    await bench.first.claimed(blocked.chatId);
    await bench.queue(blocked.chatId, ['dos']);
    await bench.queue(free.chatId, ['tres']);
    expect(await bench.second.step(blocked.chatId)).toEqual({ do: 'wait', ms: expect.any(Number) });
    await handle(bench.second.handler, free.chatId);
    expect([bench.sent(blocked.remote), bench.sent(free.remote)]).toEqual([[], ['tres']]);
  });

  it('that became too old while it waited to be sent is not sent, and is taken again', async () => {
    const { chatId, remote } = await bench.chat();
    await bench.queue(chatId, ['una vez']);
    const wary = await bench.worker(sendTimeoutMs / 4);
    await wary.buckets.rest('send-messages');
    await handle(wary.handler, chatId);
    expect(bench.sent(remote)).toEqual([]);
    expect(await bench.messages(chatId)).toMatchObject([{ state: 'retrying', reason: 'outbox.claim-stale', attempts: 0, leaseUntil: null, doubtUntil: null }]);
    await bench.prisma.message.updateMany({ where: { chatId }, data: { nextAttemptAt: new Date(0) } });
    await handle(bench.first.handler, chatId);
    expect(bench.sent(remote)).toEqual(['una vez']);
  });

  it('does not follow the clock of the process: one that is wrong by ten minutes neither delays nor reorders a chat', async () => {
    const { chatId, remote } = await bench.chat();
    const RealDate = Date;
    const inTime = async (shiftMs: number, work: () => Promise<unknown>): Promise<void> => {
      globalThis.Date = class extends RealDate {
        constructor(...given: [] | [number | string | Date]) {
          super(...((given.length > 0 ? given : [RealDate.now() + shiftMs]) as [number]));
        }
        static override now = (): number => RealDate.now() + shiftMs;
      } as DateConstructor;
      await work().finally(() => (globalThis.Date = RealDate));
    };
    await inTime(600_000, () => bench.queue(chatId, ['primero']));
    await inTime(-600_000, () => bench.queue(chatId, ['segundo']));
    await handle(bench.first.handler, chatId);
    expect(bench.sent(remote)).toEqual(['primero', 'segundo']);
  });
});

describe('a worker that is lost after its claim', () => {
  it('leaves the message in doubt, and what is behind it waits', async () => {
    const { chatId, remote } = await bench.chat();
    await bench.queue(chatId, ['quizás']);
    await bench.queue(chatId, ['después']);
    await bench.first.claimed(chatId);
    await bench.loseWorker(chatId);
    await handle(bench.second.handler, chatId);
    expect(await bench.messages(chatId)).toMatchObject([{ state: 'sending', epoch: 2, attempts: 1, doubtedAt: expect.any(Date) }, { state: 'planned' }]);
    const step = await bench.second.step(chatId);
    expect(step.do === 'wait' && step.ms).toBeLessThanOrEqual(doubtMs);
    expect(bench.sent(remote)).toEqual([]);
    expect(await bench.log(chatId)).toEqual(['outbox.queued', 'outbox.queued', 'delivery.attempted', 'delivery.in-doubt']);
  });

  it('is found lost once, by three who look at the same time', async () => {
    const { chatId } = await bench.chat();
    await bench.queue(chatId, ['quizás']);
    await bench.first.claimed(chatId);
    await bench.loseWorker(chatId);
    await Promise.all(bench.workers.map(({ handler }) => handle(handler, chatId)));
    expect((await bench.log(chatId)).filter((type) => type === 'delivery.in-doubt')).toHaveLength(1);
    expect((await bench.messages(chatId))[0]?.epoch).toBe(2);
  });
});

describe('an outcome that comes late', () => {
  const outcomes: Record<string, Outcome> = {
    accepted: { kind: 'accepted', httpStatus: 202, notificationId: null, ms: 9 },
    retrying: { kind: 'retrying', code: 'botmaker.unreachable', httpStatus: null, inMs: 5, wasCalled: true },
    rejected: { kind: 'rejected', code: 'botmaker.rejected', httpStatus: 400 },
    'in-doubt': { kind: 'in-doubt', code: 'botmaker.outcome-unknown', httpStatus: 500, holdMs: 5 },
  };

  it.each([
    ['accepted', 'accepted'],
    ['retrying', 'sending'],
    ['rejected', 'sending'],
    ['in-doubt', 'sending'],
  ])('%s, after the worker was given up, leaves the message %s', async (kind, state) => {
    const { chatId } = await bench.chat();
    await bench.queue(chatId, ['uno']);
    const claim = await bench.first.claimed(chatId);
    await bench.loseWorker(chatId);
    await handle(bench.second.handler, chatId);
    const [held] = await bench.messages(chatId);
    await bench.first.outcomes.record(claim, outcomes[kind]!);
    const [after] = await bench.messages(chatId);
    expect(after).toMatchObject(state === 'accepted' ? { state, doubtUntil: null, reason: null } : { state, doubtUntil: held!.doubtUntil, epoch: 2 });
    expect((await bench.second.step(chatId)).do).toBe(state === 'accepted' ? 'rest' : 'wait');
  });

  it.each(Object.keys(outcomes))('%s does not touch what another worker has in hand again', async (kind) => {
    const { chatId } = await bench.chat();
    await bench.queue(chatId, ['uno']);
    const claim = await bench.first.claimed(chatId);
    await bench.prisma.message.updateMany({ where: { chatId }, data: { state: 'planned', leaseUntil: null } });
    const again = await bench.second.claimed(chatId);
    const [held] = await bench.messages(chatId);
    await bench.first.outcomes.record(claim, outcomes[kind]!);
    expect((await bench.messages(chatId))[0]).toMatchObject({ state: 'sending', epoch: again.epoch, leaseUntil: held!.leaseUntil, doubtUntil: null });
    await bench.second.outcomes.record(again, outcomes['accepted']!);
    expect(await bench.states(chatId)).toEqual(['accepted']);
  });

  it.each(Object.keys(outcomes))('%s does not take back what an echo has proved', async (kind) => {
    const { chatId } = await bench.chat();
    await bench.queue(chatId, ['uno']);
    const claim = await bench.first.claimed(chatId);
    expect(await bench.echo(chatId, { remoteId: `R-${chatId}`, text: 'uno' })).toBe(true);
    await bench.status(chatId, { status: 'delivered', remoteId: `R-${chatId}` });
    await bench.first.outcomes.record(claim, outcomes[kind]!);
    expect(await bench.messages(chatId)).toMatchObject([{ state: 'delivered', reason: null, doubtUntil: null }]);
    expect(await bench.second.step(chatId)).toEqual({ do: 'rest' });
  });

  it.each(['unknown', 'retrying', 'expired'])('and is an acceptance tells the truth of what was in doubt and is %s by now', async (state) => {
    const { chatId } = await bench.chat();
    await bench.queue(chatId, ['uno']);
    const claim = await bench.first.claimed(chatId);
    await bench.loseWorker(chatId);
    await handle(bench.second.handler, chatId);
    await bench.prisma.message.updateMany({ where: { chatId }, data: { state, doubtUntil: null } });
    await bench.first.outcomes.record(claim, outcomes['accepted']!);
    expect(await bench.messages(chatId)).toMatchObject([{ state: 'accepted', reason: null }]);
    expect(await bench.second.claim(chatId)).toBeNull();
  });

  it('is stored although the database refuses twice: a known failure must not become a doubt', async () => {
    const { chatId, remote } = await bench.chat();
    await bench.queue(chatId, ['uno']);
    await bench.prisma.$executeRaw`CREATE SEQUENCE refusals`;
    await bench.prisma.$executeRaw`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF nextval('refusals') <= 2 THEN RAISE 'deadlock detected' USING ERRCODE = '40P01'; END IF; RETURN NEW; END $$`;
    await bench.prisma.$executeRaw`CREATE TRIGGER refusing BEFORE UPDATE ON delivery FOR EACH ROW EXECUTE FUNCTION refuse()`;
    await handle(bench.first.handler, chatId);
    await bench.prisma.$executeRaw`DROP TRIGGER refusing ON delivery`;
    expect([await bench.states(chatId), bench.sent(remote)]).toEqual([['accepted'], ['uno']]);
  });
});

describe('a refusal', () => {
  it('ends the texts behind it with a reason, and lets the intent go that gives the chat back', async () => {
    const { chatId } = await bench.chat();
    await bench.queue(chatId, ['uno', 'dos', goBack]);
    const [, second] = await bench.messages(chatId);
    await bench.prisma.message.update({ where: { id: second!.id }, data: { nextAttemptAt: new Date(Date.now() + 60_000) } });
    const claim = await bench.first.claimed(chatId);
    expect(claim.messages).toHaveLength(1);
    await bench.first.outcomes.record(claim, { kind: 'rejected', code: 'botmaker.rejected', httpStatus: 400 });
    expect([await bench.states(chatId), await bench.reasons(chatId)]).toEqual([['dead', 'dead', 'planned'], ['botmaker.rejected', 'earlier-part-failed', null]]);
    expect((await bench.second.claimed(chatId)).messages).toMatchObject([{ part: 2 }]);
  });
});

describe('a message that was surely not sent', () => {
  const age = (chatId: string, minutes: number): Promise<unknown> => bench.prisma.$executeRaw`UPDATE message SET created_at = created_at - make_interval(mins => ${minutes}) WHERE chat_id = ${chatId}::uuid`;

  it.each([
    [0, 400, 'dead', 'botmaker.rejected'],
    [14, 401, 'retrying', 'botmaker.token-refused'],
    [16, 401, 'dead', 'botmaker.token-refused'],
    [14, 429, 'retrying', 'botmaker.rate-limited'],
    [16, 429, 'dead', 'botmaker.rate-limited'],
  ])('though planned %i minutes ago, and gets %i, is %s (nobody wants an answer that late)', async (minutes, status, state, reason) => {
    const { chatId, remote } = await bench.chat();
    await bench.queue(chatId, ['uno']);
    await age(chatId, minutes);
    bench.twin.faults.next('send-messages', { kind: 'status', status, when: 'before' });
    // A 429 makes its process rest: the next one must be another's.
    await handle(minutes === 16 ? bench.workers[2]!.handler : bench.second.handler, chatId);
    expect(await bench.messages(chatId)).toMatchObject([{ state, reason }]);
    expect(bench.sent(remote)).toEqual([]);
  });
});

describe('what was not sent yet', () => {
  it('expires when somebody else speaks; what is being sent can’t be called back', async () => {
    const { chatId } = await bench.chat();
    await bench.queue(chatId, ['en camino']);
    await bench.first.claimed(chatId);
    await bench.queue(chatId, ['tarde', goBack]);
    const expired = await bench.second.database.inTransaction((tx) => bench.second.outbox.expireUnsent(tx, chatId, 'owned-by-human'));
    expect(expired).toBe(2);
    expect([await bench.states(chatId), await bench.reasons(chatId)]).toEqual([['sending', 'expired', 'expired'], [null, 'owned-by-human', 'owned-by-human']]);
  });

  it('is either sent or expired, never both, when the two meet', async () => {
    for (let round = 0; round < 20; round++) {
      const { chatId } = await bench.chat();
      await bench.queue(chatId, ['uno']);
      const [claim, expired] = await Promise.all([
        bench.first.claim(chatId),
        bench.second.database.inTransaction((tx) => bench.second.outbox.expireUnsent(tx, chatId, 'owned-by-human')),
      ]);
      expect((claim ? 1 : 0) + expired).toBe(1);
      expect(await bench.states(chatId)).toEqual([expired ? 'expired' : 'sending']);
    }
  });
});

describe('the lookout', () => {
  it('wakes the chats whose next message is due, whose worker is lost or whose doubt is over, and no others', async () => {
    const past = new Date(Date.now() - 10_000);
    const future = new Date(Date.now() + 60_000);
    const rows = {
      due: { state: 'planned', nextAttemptAt: past },
      retryDue: { state: 'retrying', nextAttemptAt: past },
      lost: { state: 'sending', nextAttemptAt: past, leaseUntil: past },
      doubtOver: { state: 'sending', nextAttemptAt: past, doubtUntil: past },
      retryLater: { state: 'retrying', nextAttemptAt: future },
      held: { state: 'sending', nextAttemptAt: past, leaseUntil: future },
      inDoubt: { state: 'sending', nextAttemptAt: past, doubtUntil: future },
      over: { state: 'accepted', nextAttemptAt: past },
      unknown: { state: 'unknown', nextAttemptAt: past, doubtUntil: past },
    };
    const chats: Record<string, string> = {};
    for (const [name, data] of Object.entries(rows)) {
      const { chatId } = await bench.chat();
      chats[name] = chatId;
      await bench.queue(chatId, ['uno']);
      await bench.prisma.message.updateMany({ where: { chatId }, data });
      // What waits behind the head is long due, and is no reason to wake anybody.
      if (name === 'inDoubt' || name === 'held') await bench.queue(chatId, ['dos']);
    }
    await bench.sleepAll();
    await new OverdueMessages(new Role('api'), bench.first.database, { enqueueAll: () => Promise.reject(new Error('not the doors’ work')) } as never).look();
    await bench.first.lookout.look();
    const ids = ['due', 'retryDue', 'lost', 'doubtOver'].map((name) => chats[name]!).sort();
    expect(await bench.woken(...Object.values(chats))).toEqual(ids);
  });
});
