import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { Alarms, AppError, Metrics, toAppError } from '../../platform/index.js';
import { mayUse, outcomeOf } from './credential.js';
import type { RefreshSecret, StoredCredential, TokenPair } from './credential.store.js';
import { PairRequest, requestTimeoutMs } from './pair-request.client.js';
import { RefreshStore, type Look } from './refresh.store.js';
import { isEndNear, tokenTimes } from './token-times.js';

/** A process that was frozen this long between its row and its request does not ask: others may take it for dead by then. */
const askWithinMs = 5000;
/** After this long a refresh that did not end is taken for one whose process died. */
const deadlineMs = askWithinMs + requestTimeoutMs + 5000;
/** How often whoever waits for another's refresh looks whether it has ended. */
const lookEveryMs = 100;
const storeTries = 3;
const storeAgainMs = 200;

/** A pair that Botmaker issued and the database did not take yet: nobody else has it. */
interface Unstored {
  refreshId: number;
  pair: TokenPair;
  /** As if it were stored. */
  credential: StoredCredential;
}

/**
 * Gets a new pair, by the rules of `credential.ts`. Nothing is locked while Botmaker is asked.
 *
 * Failure windows. Killed before the row is committed: nothing happened. Killed after, before the pair is stored: the row is
 * found past its deadline, and the pair that we hold is tried again, then the secrets of the environment. The database goes
 * away before the pair is stored: this process uses it and stores it when it can. Frozen: `askWithinMs` keeps it from asking
 * late, and the number of its refresh from storing late.
 */
@Injectable()
export class Refreshing {
  private readonly logger = new Logger(Refreshing.name);
  private unstored: Unstored | null = null;
  private hopelessVersion = 0;

  constructor(
    private readonly refreshes: RefreshStore,
    private readonly request: PairRequest,
    private readonly alarms: Alarms,
    private readonly metrics: Metrics,
  ) {}

  /**
   * The credential to use after version `refused` got a 401 (0: none did): another replica's, or a fresh one; null when no
   * secret is left to ask with. Throws when there may be one later.
   */
  async renew(refused: number): Promise<StoredCredential | null> {
    for (;;) {
      const begunAt = performance.now();
      const look = await this.refreshes.begin(refused, deadlineMs);
      this.tell(look);
      const { step, credential } = look;
      switch (step.kind) {
        case 'use':
          return credential;
        case 'lost':
          return this.giveUp(look);
        case 'wait':
          if (step.for === 'rest') throw new AppError('rate-limited', 'credential.refresh-rests', 'a new token was asked for a moment ago', { details: { called: false, retryInMs: Math.round(step.ms) } });
          await delay(Math.min(step.ms, lookEveryMs));
          break;
        case 'refresh': {
          const issued = await this.ask(look, begunAt);
          if (issued) return issued;
        }
      }
    }
  }

  /** What this process got and could not store yet, after one more try to store it; null when there is none. */
  async pending(): Promise<StoredCredential | null> {
    if (this.unstored) await this.store(1);
    return this.unstored?.credential ?? null;
  }

  /** Begins a refresh if one is due and asks. Resolves with a credential only when it could not be stored; null: look again. */
  private async ask(look: Look, begunAt: number): Promise<StoredCredential | null> {
    const { credential, step, refreshId } = look;
    const secret = step.kind === 'refresh' ? credential.secrets.get(step.secret) : undefined;
    if (step.kind !== 'refresh' || !secret || refreshId === null) throw new AppError('bug', 'credential.missing', 'a refresh was begun without its secret');
    let pair: TokenPair;
    try {
      pair = await this.request.ask(step.secret, secret, credential.accessToken, () => refuseWhenLate(begunAt));
    } catch (thrown) {
      await this.fail(look, refreshId, toAppError(thrown));
      return null;
    }
    this.metrics.tokenRefreshes.inc({ outcome: 'done' });
    this.unstored = { refreshId, pair, credential: asIfStored(credential, pair, secret) };
    await this.store(storeTries);
    return this.pendingCredential();
  }

  private pendingCredential(): StoredCredential | null {
    return this.unstored?.credential ?? null;
  }

  /** A refusal is stored, and the next secret's turn comes. A failure is stored and thrown: later. */
  private async fail({ facts, credential }: Look, refreshId: number, error: AppError): Promise<void> {
    const outcome = outcomeOf(error);
    this.metrics.tokenRefreshes.inc({ outcome: 'failed' });
    const isUsable = mayUse(facts, credential.now);
    this.alarms.raise('credential-refresh-failing', { code: error.code, tokenWorks: isUsable });
    this.logger[isUsable ? 'warn' : 'error']({ err: error, code: error.code, outcome }, 'the API token could not be refreshed');
    await this.refreshes.fail(refreshId, outcome, error.code);
    if (outcome === 'failed') throw error;
  }

  private async store(tries: number): Promise<void> {
    for (let tried = 1; this.unstored; tried++) {
      try {
        const outcome = await this.refreshes.store(this.unstored.refreshId, this.unstored.pair);
        if (outcome === 'superseded') this.logger.warn({ refreshId: this.unstored.refreshId }, 'a refresh ended after a later one: its pair is dropped');
        this.unstored = null;
      } catch (error) {
        if (tried < tries) await delay(tried * storeAgainMs);
        else return this.logger.error({ err: error, code: toAppError(error).code }, 'a new API token could not be stored: this process uses it and tries again');
      }
    }
  }

  /** What a look-out sees: the alarms of all replicas follow the same rows. */
  private tell({ facts, credential, step }: Look): void {
    const failing = facts.refreshes.filter(({ fromVersion, outcome, deadlineAt }) => fromVersion === facts.version && (outcome === 'failed' || outcome === 'refused' || (outcome === null && deadlineAt <= credential.now)));
    this.alarms.set('credential-refresh-failing', failing.length > 0, { attempts: failing.length });
    this.alarms.set('credential-ends-soon', isEndNear(credential.now, facts.since, facts.expiresAt), { endsAt: facts.expiresAt?.toISOString() ?? null });
    this.alarms.set('credential-lost', step.kind === 'lost', { version: facts.version });
  }

  /** Said once a version: each further message would say the same. */
  private giveUp({ credential, facts }: Look): null {
    if (this.hopelessVersion === credential.version) return null;
    this.hopelessVersion = credential.version;
    if (facts.secrets.length === 0) {
      this.logger.error({ code: 'credential.no-refresh', version: credential.version }, 'the API token does not work any more: set BM_ACCESS_TOKEN anew, or BM_CLIENT_ID, BM_SECRET_ID and BM_REFRESH_TOKEN so that it can be refreshed');
    }
    return null;
  }
}

function refuseWhenLate(begunAt: number): void {
  if (performance.now() - begunAt > askWithinMs) {
    throw new AppError('upstream-unavailable', 'credential.refresh-stale', 'the refresh was begun too long ago to ask now', { details: { called: false } });
  }
}

function asIfStored(credential: StoredCredential, pair: TokenPair, { clientId, secretId }: RefreshSecret): StoredCredential {
  const { issuedAt, expiresAt } = tokenTimes(pair.accessToken);
  return { ...credential, client: { clientId, secretId }, ...pair, version: credential.version + 1, expiresAt, since: issuedAt ?? credential.now };
}
