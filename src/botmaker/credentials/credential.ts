import { errorPolicy, type AppError } from '../../platform/index.js';
import { hasEnded, isRefreshDue, restMs } from './token-times.js';

/*
 * The life of the API credential. Version n becomes n+1 by one writer: whoever asks Botmaker for a new pair.
 *
 *   in force ──nears its end, has ended, or was refused──▶ refresh started ──▶ done ──▶ in force, version n+1
 *      ▲                                                     │    │
 *      │                                                     │    ├──refused──▶ the next secret; none is left ──▶ lost
 *      └───────────after a rest, or at its deadline──────────┴────┴──failed, or its process died
 *
 * started     A row that is committed before Botmaker is asked. While it is under way nobody else asks; whoever needs a token
 *             and has none that may be used waits for it. At its deadline its process is taken for dead: perhaps a new pair
 *             was issued and is lost. Then the pair that we hold is tried (it may still work), then the secret of the
 *             environment that the pair came from, then the one of the environment of today.
 * failed      Nobody knows, or not now: the same secret again, after a rest.
 * refused     Botmaker does not take this secret: the next one, at once.
 * lost        No secret is left, and the token may not be used. A person is called; once an hour all are tried again.
 * superseded  It ended after a later refresh had been stored: its pair is dropped.
 *
 * A failing refresh never stops a send: the token in force is used until it ends or is refused. All times are the database's.
 */

/** What a refresh may be asked with, best first: the refresh token in force, what it came from, what the environment says now. */
export const secretNames = ['pair', 'bootstrap', 'environment'] as const;
export type SecretName = (typeof secretNames)[number];

export type RefreshOutcome = 'done' | 'failed' | 'refused' | 'superseded';

export interface Refresh {
  id: number;
  fromVersion: number;
  secret: SecretName;
  startedAt: Date;
  deadlineAt: Date;
  /** Null: under way, or its process died. */
  outcome: RefreshOutcome | null;
}

/** All that a decision rests on. */
export interface CredentialFacts {
  version: number;
  /** When the token was issued, or stored when it does not say. */
  since: Date;
  /** Null when the token does not say, and then it has no end. */
  expiresAt: Date | null;
  /** Botmaker answered 401 to the token in force. */
  isRefused: boolean;
  /** The secrets that we have; of equal ones the first. */
  secrets: readonly SecretName[];
  /** Those of the last hour, in any order. */
  refreshes: readonly Refresh[];
}

export type Step =
  /** The token in force will do, and nothing else is to be done now. */
  | { kind: 'use' }
  /** Ask for a new pair with this secret. */
  | { kind: 'refresh'; secret: SecretName }
  /** There is no token to use, and none to be had for so long: another process is asking, or everybody rests. */
  | { kind: 'wait'; ms: number; for: 'another' | 'rest' }
  /** There is no token to use, and no secret that Botmaker takes. */
  | { kind: 'lost' };

/** Botmaker allows 3 a minute [O], counted as they arrive: a call may be under way for some seconds. */
const mostPerWindow = 3;
const windowMs = 75_000;
/** A refusal is not asked for again so soon. */
const refusalHoldsMs = 60 * 60 * 1000;

/** Whether the token in force may be used: it has not ended, and it was not refused. */
export function mayUse({ isRefused, since, expiresAt }: Pick<CredentialFacts, 'isRefused' | 'since' | 'expiresAt'>, now: Date): boolean {
  return !isRefused && !hasEnded(now, since, expiresAt);
}

export function nextStep(facts: CredentialFacts, now: Date): Step {
  const isUsable = mayUse(facts, now);
  if (isUsable && !isRefreshDue(now, facts.since, facts.expiresAt)) return { kind: 'use' };
  const orUse = (step: Step): Step => (isUsable ? { kind: 'use' } : step);

  const underWay = facts.refreshes.find(({ outcome, deadlineAt }) => outcome === null && deadlineAt > now);
  if (underWay) return orUse({ kind: 'wait', ms: underWay.deadlineAt.getTime() - now.getTime(), for: 'another' });

  const ours = facts.refreshes.filter(({ fromVersion }) => fromVersion === facts.version);
  const isRuledOut = (name: SecretName): boolean => ours.some(({ secret, outcome, startedAt }) => secret === name && outcome === 'refused' && ageMs(startedAt, now) < refusalHoldsMs);
  const secret = facts.secrets.find((name) => !isRuledOut(name));
  if (!secret) return orUse({ kind: 'lost' });

  const restsMs = Math.max(limitRestMs(facts.refreshes, now), failureRestMs(ours, facts, isUsable, now));
  return restsMs > 0 ? orUse({ kind: 'wait', ms: restsMs, for: 'rest' }) : { kind: 'refresh', secret };
}

/** Whether the pair of this refresh may be stored: no refresh that started later has been. */
export function mayStore(refreshId: number, inForce: { refreshId: number }): boolean {
  return refreshId > inForce.refreshId;
}

/** What an error of the refresh means for the secret it was asked with. A garbled answer counts as refused: asking again gains nothing. */
export function outcomeOf(error: AppError): 'failed' | 'refused' {
  const { job } = errorPolicy[error.kind];
  return job === 'dead' ? 'refused' : 'failed';
}

function limitRestMs(refreshes: readonly Refresh[], now: Date): number {
  const ages = refreshes.map(({ startedAt }) => ageMs(startedAt, now)).filter((age) => age < windowMs).sort((one, other) => one - other);
  const oldestThatCounts = ages[mostPerWindow - 1];
  return oldestThatCounts === undefined ? 0 : windowMs - oldestThatCounts;
}

/** After failures of this version, one after another; the longer the token still lives, the less hurry there is. */
function failureRestMs(ours: readonly Refresh[], { expiresAt }: CredentialFacts, isUsable: boolean, now: Date): number {
  const tried = ours.filter(({ outcome }) => outcome === 'failed' || outcome === null);
  if (tried.length === 0) return 0;
  const lastAgeMs = Math.min(...tried.map(({ startedAt }) => ageMs(startedAt, now)));
  return Math.max(0, restMs(now, isUsable ? expiresAt : null, tried.length) - lastAgeMs);
}

const ageMs = (at: Date, now: Date): number => now.getTime() - at.getTime();
