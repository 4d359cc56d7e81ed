import { Injectable } from '@nestjs/common';
import { CorrelationLog } from '../../correlation/index.js';
import { AppError, Database, type Tx } from '../../platform/index.js';
import { mayStore, nextStep, type CredentialFacts, type Refresh, type RefreshOutcome, type Step } from './credential.js';
import { CredentialStore, type StoredCredential, type TokenPair } from './credential.store.js';

/** What is to be done about the credential, what that rests on, and, when a refresh was begun, its row. */
export interface Look {
  credential: StoredCredential;
  facts: CredentialFacts;
  step: Step;
  refreshId: number | null;
}

/** The refreshes of all replicas, one row each. */
@Injectable()
export class RefreshStore {
  constructor(
    private readonly database: Database,
    private readonly credentials: CredentialStore,
    private readonly log: CorrelationLog,
  ) {}

  /**
   * Looks what is to be done and, when that is a refresh, begins it: its row is committed before anybody is asked, and the
   * others find it. A process that has not asked within `deadlineMs` is taken for dead. `refusedVersion` got a 401.
   */
  async begin(refusedVersion: number, deadlineMs: number): Promise<Look> {
    return this.database.inTransaction(async (tx) => {
      const look = await this.look(tx, refusedVersion);
      if (look.step.kind !== 'refresh') return look;
      const [begun] = await tx.$queryRaw<{ id: number }[]>`
        INSERT INTO credential_refresh (from_version, secret, deadline_at)
        VALUES (${look.credential.version}, ${look.step.secret}, clock_timestamp() + make_interval(secs => ${deadlineMs / 1000})) RETURNING id`;
      return { ...look, refreshId: begun?.id ?? null };
    });
  }

  /** Stores the pair that a refresh got, unless a later one has been stored: then this process was asleep, and its pair is old. */
  async store(refreshId: number, pair: TokenPair): Promise<'done' | 'superseded'> {
    return this.database.inTransaction(async (tx) => {
      const inForce = await this.locked(tx);
      const outcome = mayStore(refreshId, inForce) ? 'done' : 'superseded';
      if (outcome === 'done') await this.credentials.replace(tx, inForce.version, pair, refreshId);
      await this.end(tx, refreshId, outcome, null);
      return outcome;
    });
  }

  /** Notes that a refresh got no pair. */
  async fail(refreshId: number, outcome: 'failed' | 'refused', code: string): Promise<void> {
    await this.database.inTransaction(async (tx) => {
      await this.end(tx, refreshId, outcome, code);
      await this.log.append(tx, { type: 'token.refresh-failed', detail: { code } });
    });
  }

  private async look(tx: Tx, refusedVersion: number): Promise<Look> {
    const credential = await this.locked(tx);
    const refreshes = await tx.$queryRaw<Refresh[]>`
      SELECT id, from_version AS "fromVersion", secret, started_at AS "startedAt", deadline_at AS "deadlineAt", outcome
      FROM credential_refresh WHERE started_at > clock_timestamp() - interval '1 hour'`;
    const { version, since, expiresAt, secrets } = credential;
    const facts = { version, since, expiresAt, secrets: [...secrets.keys()], isRefused: version === refusedVersion, refreshes };
    return { credential, facts, step: nextStep(facts, credential.now), refreshId: null };
  }

  private async locked(tx: Tx): Promise<StoredCredential> {
    const credential = await this.credentials.lock(tx);
    if (!credential) throw new AppError('bug', 'credential.missing', 'no credential is stored: the boot did not finish');
    return credential;
  }

  private async end(tx: Tx, refreshId: number, outcome: RefreshOutcome, code: string | null): Promise<void> {
    await tx.$executeRaw`UPDATE credential_refresh SET ended_at = clock_timestamp(), outcome = ${outcome}, code = ${code} WHERE id = ${refreshId} AND outcome IS NULL`;
  }
}
