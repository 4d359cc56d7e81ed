import { errorPolicy, type ErrorKind } from '../platform/index.js';

/*
 * The life of a turn.
 *
 *   queued ──claim──▶ running ──▶ finished(outcome)
 *     │  ▲              │  └────▶ failed(poison)
 *     │  └──released,───┘
 *     │   or its lease ended
 *     └──▶ skipped(reason) ◀── the customer wrote again (double-texting.ts)
 *
 * queued    The burst may still grow; the turn starts at `startsAt`. On its first try it has read nothing yet.
 * running   A worker holds it by lease and epoch, and has read the mail. When the lease ends, another worker takes it over
 *           with the next epoch, and the first one can't write any more.
 * finished  A decision was made, or the fallback took its place, and its messages are in the outbox, in one transaction.
 * failed    Dead: it broke every worker that tried it. The customer got the fallback.
 * skipped   There was nothing (more) for us to answer; or another turn took the place of this one, which had begun: `merged`
 *           or `interrupted`. Whoever held it has lost it, as if it had been taken over.
 *
 * At most one turn of a chat is queued or running: a unique index, not an agreement between workers.
 *
 * A claim is a try, and it is counted before anything is read: whatever the mail does to its worker, also ending the whole
 * process, the next claim knows of it. After three tries the turn may be claimed only to be ended. Giving a turn back because
 * the process drains takes its try back.
 *
 * Everything here is a rule without a clock or a database. `now` is always the database's clock.
 */

/** How often the agent is asked before the customer gets the fallback instead. */
export const mostAttempts = 3;

/** The pause before the second try; before the third it is twice as long. */
const retryMs = 2000;

/** So long after the customer wrote, a turn still waits for a dependency that is left alone. */
const mostWaitingMs = 45_000;

/** A job may be run this much before its time, because the queue rounds. */
const earlyMs = 20;

export interface Turn {
  state: 'queued' | 'running' | 'finished' | 'failed' | 'skipped';
  /** Grows with each claim; whoever holds an older one may write nothing. */
  epoch: number;
  /** Tries so far, the running one included. */
  attempts: number;
  startsAt: Date;
  /** Set exactly while it is running. */
  leaseUntil: Date | null;
}

export function mayBeClaimed({ state, startsAt, leaseUntil }: Turn, now: Date): boolean {
  if (state === 'queued') return startsAt.getTime() <= now.getTime() + earlyMs;
  return state === 'running' && leaseUntil !== null && leaseUntil < now;
}

/** It was tried as often as it may be: it is claimed to be ended, and the agent is not asked again. */
export function isExhausted({ attempts }: Turn): boolean {
  return attempts >= mostAttempts;
}

/** What a claim makes of it. Null: it is not due, somebody holds it, or it has ended. */
export function claimed(turn: Turn, now: Date, leaseMs: number): Turn | null {
  if (!mayBeClaimed(turn, now)) return null;
  const attempts = isExhausted(turn) ? turn.attempts : turn.attempts + 1;
  return { ...turn, state: 'running', epoch: turn.epoch + 1, attempts, leaseUntil: later(now, leaseMs) };
}

/**
 * Whether the worker that claimed it with `epoch` may still write: renew, give back, end. A lease that has run out is not
 * enough to forbid it, only the next claim is, because nobody else has done anything meanwhile.
 */
export function isHeldBy({ state, epoch: current }: Turn, epoch: number): boolean {
  return state === 'running' && current === epoch;
}

/** Null: it was taken over, and whoever asks must stop. */
export function renewed(turn: Turn, epoch: number, now: Date, leaseMs: number): Turn | null {
  return isHeldBy(turn, epoch) ? { ...turn, leaseUntil: later(now, leaseMs) } : null;
}

/** What is to be done about a try that failed: again, or the fallback and the end. */
export type Verdict = Again | Fallback;

export interface Again {
  next: 'again';
  delayMs: number;
  isCounted: boolean;
}

export interface Fallback {
  next: 'fallback';
  /** Poison: it breaks whoever tries it. Otherwise it was the model's failure, which is an outcome like others. */
  isPoison: boolean;
}

export const poisoned: Fallback = { next: 'fallback', isPoison: true };

export interface TurnFailure {
  kind: ErrorKind;
  /** How long the dependency is left alone, when that is why it was not asked at all; else null. Nobody has failed then. */
  restMs: number | null;
}

/** `waitingMs`: since the customer wrote. */
export function afterError({ attempts, waitingMs }: { attempts: number; waitingMs: number }, { kind, restMs }: TurnFailure, isDraining: boolean): Verdict {
  if (isDraining) return { next: 'again', delayMs: 0, isCounted: false };
  if (restMs !== null && waitingMs + restMs < mostWaitingMs) return { next: 'again', delayMs: Math.max(restMs, retryMs), isCounted: false };
  if (errorPolicy[kind].job === 'retry' && attempts < mostAttempts) return { next: 'again', delayMs: retryMs * attempts, isCounted: true };
  return kind === 'bug' ? poisoned : { next: 'fallback', isPoison: false };
}

/** Gives it back. Null: it was taken over meanwhile. */
export function released(turn: Turn, epoch: number, { delayMs, isCounted }: Again, now: Date): Turn | null {
  if (!isHeldBy(turn, epoch)) return null;
  return { ...turn, state: 'queued', leaseUntil: null, startsAt: later(now, delayMs), attempts: isCounted ? turn.attempts : Math.max(0, turn.attempts - 1) };
}

/** Ends it. Null: it was taken over meanwhile. */
export function ended(turn: Turn, epoch: number, state: 'finished' | 'failed' | 'skipped'): Turn | null {
  return isHeldBy(turn, epoch) ? { ...turn, state, leaseUntil: null } : null;
}

/** Another turn takes its place. Not its holder's to do, but whoever sorts the chat's mail. Null: it has ended, or has not begun. */
export function superseded(turn: Turn): Turn | null {
  return hasBegun(turn) ? { ...turn, state: 'skipped', leaseUntil: null } : null;
}

/** It has read its mail: it runs, or it was given back. */
export function hasBegun({ state, epoch }: Turn): boolean {
  return state === 'running' || (state === 'queued' && epoch > 0);
}

/**
 * The tries that count against the turn that takes its place: the one under way is given back, but mail that ended its worker
 * does not get three more by being joined.
 */
export function triesHandedOn({ state, attempts, leaseUntil }: Turn, now: Date): number {
  const isUnderWay = state === 'running' && leaseUntil !== null && leaseUntil >= now;
  return isUnderWay ? Math.max(0, attempts - 1) : attempts;
}

const later = (now: Date, ms: number): Date => new Date(now.getTime() + ms);
