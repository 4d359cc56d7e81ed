import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TurnBench, leaseMs } from '../../test/support/turn-bench.js';
import { until } from '../../test/support/until.js';
import { claimed, ended, isHeldBy, released, renewed, type Turn } from './turn.js';

let bench: TurnBench;
beforeAll(async () => {
  bench = await TurnBench.start();
});
afterAll(() => bench.stop());

const rulesOf = ({ state, epoch, attempts, startsAt, leaseUntil }: { state: string; epoch: number; attempts: number; startsAt: Date; leaseUntil: Date | null }): Turn => ({ state: state as Turn['state'], epoch, attempts, startsAt, leaseUntil });

describe('claiming a turn', () => {
  it('is for one worker, however many want it at once', async () => {
    for (let round = 0; round < 10; round++) {
      const runId = await bench.turn();
      const claims = await Promise.all([1, 2, 3].flatMap(() => [bench.first.claim(runId), bench.second.claim(runId)]));
      expect(claims.filter((claim) => claim !== null)).toHaveLength(1);
      expect(await bench.row(runId)).toMatchObject({ state: 'running', epoch: 1, attempts: 1 });
    }
  });

  it('lasts for a lease, by the database’s clock', async () => {
    const { runId } = await bench.held();
    const { leaseUntil, startedAt } = await bench.row(runId);
    expect(leaseUntil!.getTime() - startedAt!.getTime()).toBe(leaseMs);
  });

  it('takes over what a dead worker left, and then the dead one may write nothing', async () => {
    const dead = await bench.held();
    expect(await bench.second.claim(dead.runId)).toBeNull();
    await bench.endLease(dead.runId);
    const next = await bench.second.claim(dead.runId);
    expect(next).toMatchObject({ epoch: 2, attempts: 2, isExhausted: false });
    const { tx, turns, leaseStore, ledger } = bench.first;
    expect(await leaseStore.renew([dead])).toEqual([]);
    expect(await tx((inTx) => turns.release(inTx, dead, { next: 'again', delayMs: 0, isCounted: true }))).toBe(false);
    expect(await tx((inTx) => turns.end(inTx, dead, { state: 'finished', outcome: 'answered' }))).toBe(false);
    await expect(ledger.of(dead).begin({ tool: 'x', call: 'x-1' })).rejects.toMatchObject({ code: 'turn.lease-lost' });
    expect(await bench.row(dead.runId)).toMatchObject({ state: 'running', epoch: 2, outcome: null });
    expect(await bench.prisma.effect.count({ where: { runId: dead.runId } })).toBe(0);
  });

  it('of one that was tried three times is only for ending it', async () => {
    const runId = await bench.turn({ state: 'running', leaseInMs: -1, epoch: 3, attempts: 3 });
    expect(await bench.first.claim(runId)).toMatchObject({ isExhausted: true, attempts: 3, epoch: 4 });
  });
});

describe('the store and the rules', () => {
  const cases = [
    { state: 'queued' as const }, { state: 'queued' as const, startsInMs: 60_000 }, { state: 'queued' as const, attempts: 2, epoch: 5 },
    { state: 'running' as const, leaseInMs: 60_000, epoch: 1, attempts: 1 }, { state: 'running' as const, leaseInMs: -60_000, epoch: 2, attempts: 2 },
    { state: 'running' as const, leaseInMs: -60_000, epoch: 4, attempts: 3 }, { state: 'finished' as const, epoch: 1 }, { state: 'failed' as const, epoch: 1 }, { state: 'skipped' as const },
  ];

  it.each(cases)('agree about claiming %j', async (given) => {
    const runId = await bench.turn(given);
    const before = rulesOf(await bench.row(runId));
    const { now } = await bench.clock();
    const expected = claimed(before, now, leaseMs);
    expect((await bench.first.claim(runId)) !== null).toBe(expected !== null);
    const { leaseUntil: _lease, ...rest } = rulesOf(await bench.row(runId));
    expect({ ...(expected ?? before), leaseUntil: undefined }).toEqual({ ...rest, leaseUntil: undefined });
  });

  it.each(cases)('agree about what a holder of the right epoch, and of another, may do to %j', async (given) => {
    for (const wrongBy of [0, 1, -1]) {
      const runId = await bench.turn(given);
      const before = rulesOf(await bench.row(runId));
      const hold = { runId, epoch: before.epoch - wrongBy };
      const { now } = await bench.clock();
      expect((await bench.first.leaseStore.renew([hold])).length === 1).toBe(renewed(before, hold.epoch, now, leaseMs) !== null);
      const again = { next: 'again', delayMs: 500, isCounted: false } as const;
      const claim = { ...hold, chatId: '', correlationId: runId, attempts: 1, isTakenOver: false, waitingMs: 0, isExhausted: false };
      const wasReleased = await bench.first.tx((tx) => bench.first.turns.release(tx, claim, again));
      expect(wasReleased).toBe(released(before, hold.epoch, again, now) !== null);
      if (wasReleased) expect(await bench.row(runId)).toMatchObject({ state: 'queued', leaseUntil: null, attempts: released(before, hold.epoch, again, now)?.attempts });
      const other = await bench.turn(given);
      expect(await bench.first.tx((tx) => bench.first.turns.end(tx, { ...hold, runId: other }, { state: 'failed', reason: 'poison' }))).toBe(ended(before, hold.epoch, 'failed') !== null);
      expect((await bench.row(other)).finishedAt !== null).toBe(isHeldBy(before, hold.epoch));
    }
  });
});

describe('a lease', () => {
  const forever = new AbortController().signal;

  it('is renewed while its turn is held, together with the others of the process', async () => {
    const turns = [await bench.held(), await bench.held()];
    const at = performance.now();
    const held = turns.map((turn) => bench.first.leases.hold(turn, at, forever));
    const first = await Promise.all(turns.map(async ({ runId }) => (await bench.row(runId)).leaseUntil!.getTime()));
    await until(async () => {
      const now = await Promise.all(turns.map(async ({ runId }) => (await bench.row(runId)).leaseUntil!.getTime()));
      return now.every((leaseUntil, index) => leaseUntil > first[index]!);
    }, 'both leases to be longer');
    expect(held.map((lease) => lease.signal.aborted)).toEqual([false, false]);
    for (const lease of held) lease.end();
  });

  it('is renewed while somebody keeps another turn of the process locked, and that one is not taken for lost', async () => {
    const [locked, free] = [await bench.held(), await bench.held()];
    const at = performance.now();
    const held = [locked, free].map((turn) => bench.first.leases.hold(turn, at, forever));
    const before = (await bench.row(free.runId)).leaseUntil!.getTime();
    await bench.second.tx(async (tx) => {
      await tx.$executeRaw`SELECT FROM turn WHERE run_id = ${locked.runId}::uuid FOR UPDATE`;
      await until(async () => (await bench.row(free.runId)).leaseUntil!.getTime() > before, 'the lease of the other to be longer', leaseMs);
      expect(held.map((lease) => lease.isLost())).toEqual([false, false]);
    });
    for (const lease of held) lease.end();
  });

  it('that is with another worker is lost, and its work is told to stop', async () => {
    const turn = await bench.held();
    const lease = bench.first.leases.hold(turn, performance.now(), forever);
    await bench.endLease(turn.runId);
    await bench.second.claim(turn.runId);
    await until(() => lease.signal.aborted, 'the work to be stopped');
    expect(lease.isLost()).toBe(true);
    expect(() => lease.lastLook()).toThrow(expect.objectContaining({ code: 'turn.lease-lost' }));
    lease.end();
  });

  it('of a turn whose place another has taken is lost at the next look that asks, long before it is over', async () => {
    const turn = await bench.held();
    const lease = bench.first.leases.hold(turn, performance.now(), forever);
    await lease.confirm();
    await bench.second.tx(async (tx) => {
      const found = await bench.second.begun.find(tx, turn.chatId);
      await bench.second.begun.supersede(tx, found!, 'merged');
    });
    lease.lastLook();
    await expect(lease.confirm()).rejects.toMatchObject({ code: 'turn.lease-lost' });
    expect(lease.signal.aborted).toBe(true);
    lease.end();
  });

  it('lasts as long as we know while the database can not tell', async () => {
    const turn = await bench.held();
    const lease = bench.first.leases.hold(turn, performance.now(), forever);
    await bench.second.database.prisma.$executeRaw`ALTER TABLE turn RENAME TO turn_away`;
    await lease.confirm();
    await bench.second.database.prisma.$executeRaw`ALTER TABLE turn_away RENAME TO turn`;
    expect(lease.isLost()).toBe(false);
    lease.end();
  });

  it('of a worker that was frozen is lost before any timer can say so', async () => {
    const lease = bench.first.leases.hold(await bench.held(), performance.now(), forever);
    lease.lastLook();
    const until = performance.now() + leaseMs + 50;
    while (performance.now() < until); // as good as SIGSTOP: nothing else of this process runs
    expect(() => lease.lastLook()).toThrow(expect.objectContaining({ code: 'turn.lease-lost' }));
    expect(lease.signal.aborted).toBe(true);
    lease.end();
  });

  it('stops its work when the process drains, without being lost', async () => {
    const drain = new AbortController();
    const lease = bench.first.leases.hold(await bench.held(), performance.now(), drain.signal);
    drain.abort();
    expect([lease.signal.aborted, lease.isLost()]).toEqual([true, false]);
    lease.end();
  });
});
