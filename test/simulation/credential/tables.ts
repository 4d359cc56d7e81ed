import type { CredentialFacts, Refresh, RefreshOutcome, SecretName, Step } from '../../../src/botmaker/credentials/credential.js';
import { promise } from '../engine/violation.js';
import { tokenLifeMs, type Pair, type SimulatedIssuer } from './platform.js';
import type { CredentialRules } from './rules.js';

/** The credential as a process read it. */
export interface Stored {
  version: number;
  pair: Pair;
  refreshId: number;
  /** The database's clock when it was read. */
  now: number;
}

export interface Look {
  credential: Stored;
  step: Step;
  refreshId: number | null;
}

const hourMs = 3_600_000;

/** The credential's row and the rows of its refreshes: `credential.store` and `refresh.store` as transactions. */
export class CredentialTables {
  version = 1;
  private refreshId = 0;
  private readonly refreshes: Refresh[] = [];

  constructor(
    public pair: Pair,
    private readonly issuer: SimulatedIssuer,
    private readonly rules: CredentialRules,
  ) {}

  read(now: Date): Stored {
    return { version: this.version, pair: this.pair, refreshId: this.refreshId, now: now.getTime() };
  }

  /** A new pair may be on its way. */
  isAsking(now: Date): boolean {
    return this.refreshes.some(({ outcome, deadlineAt }) => outcome === null && deadlineAt > now);
  }

  facts(refusedVersion: number, now: Date): CredentialFacts {
    const since = new Date(this.pair.issuedAt);
    return {
      version: this.version,
      since,
      expiresAt: new Date(since.getTime() + tokenLifeMs),
      isRefused: this.version === refusedVersion,
      secrets: this.pair.refresh === this.issuer.first.refresh ? ['pair'] : ['pair', 'bootstrap'],
      refreshes: this.refreshes.filter(({ startedAt }) => now.getTime() - startedAt.getTime() < hourMs),
    };
  }

  /** Looks what is to be done; when that is a refresh, its row is there before anybody is asked. */
  begin(refusedVersion: number, deadlineMs: number, now: Date): Look {
    const credential = this.read(now);
    const step = this.rules.nextStep(this.facts(refusedVersion, now), now);
    if (step.kind !== 'refresh') return { credential, step, refreshId: null };
    const id = this.refreshes.length + 1;
    const outcome = this.rules.leavesRow ? null : ('superseded' as const);
    this.refreshes.push({ id, fromVersion: this.version, secret: step.secret, startedAt: this.rules.leavesRow ? now : new Date(0), deadlineAt: new Date(now.getTime() + deadlineMs), outcome });
    return { credential, step, refreshId: id };
  }

  secretOf(name: SecretName, { pair }: Stored): string {
    return name === 'pair' ? pair.refresh : this.issuer.first.refresh;
  }

  /** Stores the pair that a refresh got, unless a later one has been stored. */
  store(refreshId: number, pair: Pair): void {
    if (!this.rules.mayStore(refreshId, { refreshId: this.refreshId })) return this.end(refreshId, 'superseded');
    promise(this.issuer.works(pair) || !this.issuer.works(this.pair), 'a token that works is not replaced by one that does not', `${this.pair.access} by ${pair.access}`);
    Object.assign(this, { version: this.version + 1, pair, refreshId });
    this.end(refreshId, 'done');
  }

  end(refreshId: number, outcome: RefreshOutcome): void {
    const row = this.refreshes[refreshId - 1];
    if (row) row.outcome ??= outcome;
  }
}
