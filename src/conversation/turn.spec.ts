import { describe, expect, it } from '@jest/globals';
import { errorKinds, type ErrorKind } from '../platform/index.js';
import { afterError, claimed, ended, hasBegun, isExhausted, isHeldBy, mayBeClaimed, mostAttempts, released, renewed, superseded, triesHandedOn, type Turn, type Verdict } from './turn.js';

const now = new Date('2026-03-02T14:00:00Z');
const at = (ms: number): Date => new Date(now.getTime() + ms);
const queued = (more: Partial<Turn> = {}): Turn => ({ state: 'queued', epoch: 0, attempts: 0, startsAt: now, leaseUntil: null, ...more });
const running = (more: Partial<Turn> = {}): Turn => ({ state: 'running', epoch: 1, attempts: 1, startsAt: at(-5000), leaseUntil: at(10_000), ...more });

describe('a turn', () => {
  it.each([
    ['is due', queued(), true],
    ['is due in the time that the queue rounds away', queued({ startsAt: at(20) }), true],
    ['is not due', queued({ startsAt: at(21) }), false],
    ['is held', running(), false],
    ['is held to the very moment', running({ leaseUntil: now }), false],
    ['has lost its worker', running({ leaseUntil: at(-1) }), true],
    ['has finished', running({ state: 'finished', leaseUntil: null }), false],
    ['is dead', running({ state: 'failed', leaseUntil: null }), false],
    ['was skipped', queued({ state: 'skipped' }), false],
  ])('that %s may be claimed: %j', (_, turn, may) => {
    expect(mayBeClaimed(turn, now)).toBe(may);
    expect(claimed(turn, now, 15_000) !== null).toBe(may);
  });

  it('is held by the last claim alone, for one lease, and each claim is a try', () => {
    const first = claimed(queued(), now, 15_000)!;
    expect(first).toEqual({ state: 'running', epoch: 1, attempts: 1, startsAt: now, leaseUntil: at(15_000) });
    const second = claimed(first, at(15_001), 15_000)!;
    expect(second).toMatchObject({ epoch: 2, attempts: 2, leaseUntil: at(30_001) });
    expect([isHeldBy(second, 1), isHeldBy(second, 2)]).toEqual([false, true]);
  });

  it('can be renewed, given back and ended by its holder, and by nobody who had it before', () => {
    const turn = running({ epoch: 3 });
    const again = { next: 'again', delayMs: 2000, isCounted: true } as const;
    for (const epoch of [2, 4]) {
      expect([renewed(turn, epoch, now, 15_000), released(turn, epoch, again, now), ended(turn, epoch, 'finished')]).toEqual([null, null, null]);
    }
    expect(renewed(turn, 3, now, 15_000)).toEqual({ ...turn, leaseUntil: at(15_000) });
    expect(released(turn, 3, again, now)).toEqual({ ...turn, state: 'queued', leaseUntil: null, startsAt: at(2000) });
    expect(ended(turn, 3, 'failed')).toEqual({ ...turn, state: 'failed', leaseUntil: null });
    expect(renewed({ ...turn, state: 'queued', leaseUntil: null }, 3, now, 15_000)).toBeNull();
  });

  it('may still be ended by a worker whose lease ran out, as long as nobody else has claimed it', () => {
    expect(ended(running({ leaseUntil: at(-60_000) }), 1, 'finished')).not.toBeNull();
  });

  it('is tried three times, also when each try ends with its process', () => {
    let turn = queued();
    let clock = now;
    const tries: number[] = [];
    while (!isExhausted(turn)) {
      turn = claimed(turn, clock, 1000)!;
      tries.push(turn.attempts);
      clock = new Date(turn.leaseUntil!.getTime() + 1);
    }
    expect(tries).toEqual([1, 2, 3]);
    // However often whoever is to end it dies of that, too.
    expect(claimed(claimed(turn, clock, 1000)!, new Date(clock.getTime() + 2000), 1000)).toMatchObject({ attempts: mostAttempts, epoch: 5 });
  });

  it('gets its try back when the process only drains, so that ten deploys do not kill it', () => {
    let turn = queued();
    for (let deploy = 0; deploy < 10; deploy++) {
      turn = claimed(turn, now, 1000)!;
      const verdict = afterError({ ...turn, waitingMs: 0 }, { kind: 'shutdown', restMs: null }, true);
      turn = released(turn, turn.epoch, verdict as Extract<typeof verdict, { next: 'again' }>, now)!;
    }
    expect(turn).toMatchObject({ state: 'queued', attempts: 0, epoch: 10, startsAt: now });
  });
});

describe('a turn whose place another takes', () => {
  it('has begun: it runs, or was given back; one that has read nothing grows instead, and one that has ended stays as it is', () => {
    const turns = [queued(), queued({ epoch: 1 }), running(), running({ leaseUntil: at(-1) }), running({ state: 'finished', leaseUntil: null }), queued({ state: 'skipped', epoch: 1 })];
    expect(turns.map(hasBegun)).toEqual([false, true, true, true, false, false]);
    expect(turns.map((turn) => superseded(turn)?.state ?? null)).toEqual([null, 'skipped', 'skipped', 'skipped', null, null]);
  });

  it('is over for its holder, whatever he wants to write', () => {
    const over = superseded(running({ epoch: 2 }))!;
    expect([renewed(over, 2, now, 1000), released(over, 2, { next: 'again', delayMs: 0, isCounted: true }, now), ended(over, 2, 'finished'), claimed(over, at(60_000), 1000)]).toEqual([null, null, null, null]);
  });

  it('hands on the tries that ended their worker, and not the one that is cut short', () => {
    expect(triesHandedOn(running({ attempts: 2 }), now)).toBe(1);
    expect(triesHandedOn(running({ attempts: 2, leaseUntil: at(-1) }), now)).toBe(2);
    expect(triesHandedOn(queued({ attempts: 2, epoch: 2 }), now)).toBe(2);
  });
});

describe('a try that failed', () => {
  const failed = (attempts: number, kind: ErrorKind, more: { restMs?: number; waitingMs?: number } = {}): Verdict => afterError({ attempts, waitingMs: more.waitingMs ?? 0 }, { kind, restMs: more.restMs ?? null }, false);

  it('is followed by another after a growing pause, when that may help', () => {
    expect([1, 2].map((attempts) => failed(attempts, 'upstream-unavailable'))).toEqual([
      { next: 'again', delayMs: 2000, isCounted: true },
      { next: 'again', delayMs: 4000, isCounted: true },
    ]);
  });

  it('for the third time is the end: the model’s failure is an outcome, a defect of ours is poison', () => {
    expect(failed(3, 'upstream-unavailable')).toEqual({ next: 'fallback', isPoison: false });
    expect(failed(3, 'bug')).toEqual({ next: 'fallback', isPoison: true });
  });

  it('is the end at once when another would fail alike', () => {
    expect(failed(1, 'upstream-rejected')).toEqual({ next: 'fallback', isPoison: false });
  });

  it('because a dependency is left alone for a while is none: it is tried when that is over, unless the customer has waited too long', () => {
    expect(failed(1, 'upstream-unavailable', { restMs: 9000 })).toEqual({ next: 'again', delayMs: 9000, isCounted: false });
    expect(failed(3, 'upstream-unavailable', { restMs: 0 })).toEqual({ next: 'again', delayMs: 2000, isCounted: false });
    expect(failed(1, 'upstream-unavailable', { restMs: 9000, waitingMs: 40_000 })).toMatchObject({ next: 'again', isCounted: true });
    expect(failed(3, 'upstream-unavailable', { restMs: 9000, waitingMs: 40_000 })).toEqual({ next: 'fallback', isPoison: false });
  });

  it('never goes on for ever, whatever went wrong', () => {
    for (const kind of errorKinds) expect(failed(mostAttempts, kind).next).toBe('fallback');
  });
});
