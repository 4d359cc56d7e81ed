import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TurnBench, type TurnWorker } from '../../test/support/turn-bench.js';
import { until } from '../../test/support/until.js';
import type { ClaimedTurn } from './turn.store.js';
import { hasBegun, type Turn } from './turn.js';

let bench: TurnBench;
beforeAll(async () => {
  bench = await TurnBench.start();
});
afterAll(() => bench.stop());

const chatOf = async (runId: string): Promise<string> => (await bench.row(runId)).chatId;
const find = ({ tx, begun }: TurnWorker, chatId: string) => tx((inTx) => begun.find(inTx, chatId));
const supersede = async (runId: string, reason: 'merged' | 'interrupted' = 'merged') =>
  bench.first.tx(async (tx) => {
    const turn = await bench.first.begun.find(tx, await chatOf(runId));
    return bench.first.begun.supersede(tx, turn!, reason);
  });
/** Somebody waits for a row that another transaction holds. */
const isWaiting = (): Promise<unknown> =>
  until(async () => (await bench.prisma.$queryRaw<unknown[]>`SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`).length > 0, 'somebody to wait for a lock');
const cancel = { tool: 'cancel', call: 'cancel-1' };

describe('the turn that new mail meets', () => {
  it.each([
    { state: 'queued' as const }, { state: 'queued' as const, epoch: 1 }, { state: 'running' as const, leaseInMs: 60_000, epoch: 1 }, { state: 'running' as const, leaseInMs: -1, epoch: 3 },
    { state: 'finished' as const, epoch: 1 }, { state: 'failed' as const, epoch: 1 }, { state: 'skipped' as const, epoch: 1 },
  ])('is one that has begun, as the rule says: %j', async (given) => {
    const runId = await bench.turn(given);
    const row = await bench.row(runId);
    const found = await find(bench.first, row.chatId);
    expect(found !== null).toBe(hasBegun(row as unknown as Turn));
    if (found) expect(found).toMatchObject({ runId, state: row.state, epoch: row.epoch, restarts: 0, effects: [], isBusyTold: false });
  });

  it('comes with the effects that it has had, also with one that began while its row was waited for', async () => {
    const turn = await bench.held();
    let go = (): void => undefined;
    const held = new Promise<void>((ready) => (go = ready));
    let noteBegun = (): void => undefined;
    const effectBegun = new Promise<void>((ready) => (noteBegun = ready));
    const begins = bench.second.tx(async (tx) => {
      await tx.$queryRaw`SELECT 1 FROM turn WHERE run_id = ${turn.runId}::uuid FOR SHARE`;
      await tx.$executeRaw`INSERT INTO effect (run_id, call, tool, epoch) VALUES (${turn.runId}::uuid, 'cancel-1', 'cancel', 1)`;
      noteBegun();
      await held;
    });
    await effectBegun;
    const found = find(bench.first, turn.chatId);
    await isWaiting();
    go();
    await begins;
    expect((await found)?.effects).toEqual(['begun']);
  });
});

describe('a turn whose place another takes', () => {
  it('is lost to its worker as if it had been taken over: it may renew, give back, end and begin nothing', async () => {
    const turn = await bench.held();
    await supersede(turn.runId);
    const { tx, turns, leaseStore, ledger } = bench.first;
    expect(await leaseStore.renew([turn])).toEqual([]);
    expect(await tx((inTx) => turns.release(inTx, turn, { next: 'again', delayMs: 0, isCounted: true }))).toBe(false);
    expect(await tx((inTx) => turns.end(inTx, turn, { state: 'finished', outcome: 'answered' }))).toBe(false);
    await expect(ledger.of(turn).begin(cancel)).rejects.toMatchObject({ code: 'turn.lease-lost' });
    expect(await bench.first.claim(turn.runId)).toBeNull();
    expect(await bench.row(turn.runId)).toMatchObject({ state: 'skipped', reason: 'merged', outcome: null, leaseUntil: null });
  });

  it('lets no effect begin between the look and the end: it waits, and then may not', async () => {
    const turn = await bench.held();
    let begin: Promise<unknown> = Promise.resolve();
    await bench.first.tx(async (tx) => {
      const found = await bench.first.begun.find(tx, turn.chatId);
      begin = bench.second.ledger.of(turn).begin(cancel).catch((error: unknown) => error);
      await isWaiting();
      await bench.first.begun.supersede(tx, found!, 'merged');
    });
    expect(await begin).toMatchObject({ code: 'turn.lease-lost' });
    expect(await bench.prisma.effect.count({ where: { runId: turn.runId } })).toBe(0);
  });

  it('hands on the tries that were lost, and not the one that is cut short', async () => {
    expect(await supersede((await bench.held()).runId)).toEqual({ restarts: 1, attempts: 0 });
    expect(await supersede(await bench.turn({ state: 'running', leaseInMs: -1, epoch: 2, attempts: 2 }))).toEqual({ restarts: 1, attempts: 2 });
    expect(await supersede(await bench.turn({ state: 'queued', epoch: 1, attempts: 1 }))).toEqual({ restarts: 1, attempts: 1 });
  });

  it('hands on the effects that were had, with what they gave: the turn that goes on does not have them again', async () => {
    const old = await bench.held();
    await bench.first.ledger.of(old).begin(cancel);
    await bench.first.ledger.of(old).settle(cancel, { state: 'done', result: 'cancelado' }, 1);
    const failed = { tool: 'book', call: 'book-1' };
    await bench.first.ledger.of(old).begin(failed);
    await bench.first.ledger.of(old).settle(failed, { state: 'failed', code: 'orders.away' }, 1);
    await supersede(old.runId, 'interrupted');
    const next: ClaimedTurn = await bench.held();
    expect(await bench.first.tx((tx) => bench.first.effects.handOn(tx, old.runId, next.runId))).toBe(1);
    expect(await bench.second.ledger.of(next).begin(cancel)).toEqual({ state: 'done', result: 'cancelado' });
    expect(await bench.second.ledger.of(next).begin(failed)).toEqual({ state: 'begun' });
  });

  it('hands on nothing that the other turn has had itself: its own stays', async () => {
    const [one, other] = [await bench.held(), await bench.held()];
    for (const turn of [one, other]) {
      await bench.first.ledger.of(turn).begin(cancel);
      await bench.first.ledger.of(turn).settle(cancel, { state: 'done', result: turn.runId }, 1);
    }
    expect(await bench.first.tx((tx) => bench.first.effects.handOn(tx, one.runId, other.runId))).toBe(0);
    expect(await bench.first.effects.had(bench.prisma, other.runId)).toEqual([{ tool: 'cancel', result: other.runId }]);
  });
});
