import { AppError } from '../../../src/platform/index.js';
import type { Process, Script } from '../engine/process.js';
import { promise } from '../engine/violation.js';
import type { World } from '../engine/world.js';
import type { SimulatedDatabase } from '../surroundings/database.js';
import type { Fleet } from '../surroundings/fleet.js';
import { Trouble } from '../surroundings/trouble.js';
import { tokenLifeMs, type Pair, type SimulatedIssuer } from './platform.js';
import { deadlineMs, type CredentialRules } from './rules.js';
import type { CredentialTables, Look, Stored } from './tables.js';

export interface HolderParts {
  world: World;
  fleet: Fleet;
  database: SimulatedDatabase;
  issuer: SimulatedIssuer;
  tables: CredentialTables;
  rules: CredentialRules;
}

const cacheMs = 30_000;
const lookEveryMs = 100;
const storeTries = 3;

/** As `credentials.service.ts` and `refreshing.service.ts`: what one process knows of the token, and how it gets a new one. */
export class TokenHolder {
  private cached: { credential: Stored; at: number } | null = null;
  private refusedVersion = 0;
  private unstored: { refreshId: number; pair: Pair; credential: Stored } | null = null;

  constructor(
    private readonly process: Process,
    private readonly parts: HolderParts,
  ) {}

  /** Calls Botmaker with the token in force, once more after a 401. */
  *call(): Script {
    const first = yield* this.current();
    if (this.use(first)) return;
    const second = yield* this.replaceRefused(first.version);
    if (second) this.use(second);
  }

  /** As the job that looks once a minute. */
  *look(): Script {
    if (!(yield* this.pending())) yield* this.renew();
  }

  /** Whether the token worked. Not even asked with one that has ended. */
  private use({ pair, version }: Stored): boolean {
    const { world, issuer } = this.parts;
    promise(world.clock.now < pair.issuedAt + tokenLifeMs, 'a token that has ended is not used', `version ${version}`);
    const works = issuer.works(pair);
    if (!works) world.trace.note(this.process.name, `is refused with ${pair.access}, version ${version}`);
    return works;
  }

  private *current(): Script<Stored> {
    const held = this.cached && this.process.monotonic() - this.cached.at < cacheMs ? this.cached.credential : yield* this.read();
    if (!this.hasEnded(held)) return held;
    const renewed = yield* this.renew();
    if (renewed) return renewed;
    throw new Trouble('upstream-unavailable', 'the token has ended and there is no new one');
  }

  private *replaceRefused(refused: number): Script<Stored | null> {
    this.refusedVersion = Math.max(this.refusedVersion, refused);
    const latest = yield* this.read();
    if (latest.version > refused && !this.hasEnded(latest)) return latest;
    return yield* this.renew();
  }

  private *renew(): Script<Stored | null> {
    for (;;) {
      const renewed = yield* this.sharedLook();
      if (!renewed || (renewed.version > this.refusedVersion && !this.hasEnded(renewed))) return renewed;
      yield 1;
    }
  }

  private *sharedLook(): Script<Stored | null> {
    const { database, tables } = this.parts;
    for (;;) {
      const begunAt = this.process.monotonic();
      const look = yield* database.transaction((now) => tables.begin(this.refusedVersion, deadlineMs, now));
      const { step, credential } = look;
      if (step.kind === 'use') return this.keep(credential);
      if (step.kind === 'lost') return null;
      if (step.kind === 'refresh') {
        const issued = yield* this.ask(look, begunAt);
        if (issued) return this.keep(issued);
      } else if (step.for === 'rest') throw new Trouble('rate-limited', 'everybody rests');
      else yield Math.min(step.ms, lookEveryMs);
    }
  }

  private *ask({ credential, step, refreshId }: Look, begunAt: number): Script<Stored | null> {
    const { world, fleet, issuer, tables, rules } = this.parts;
    if (step.kind !== 'refresh' || refreshId === null) throw new Error('a refresh was not begun');
    world.trace.note(this.process.name, `begins refresh ${refreshId} of version ${credential.version} with the secret ${step.secret}`);
    yield* fleet.pass(this.process, 'before a refresh');
    if (rules.isTooLateToAsk(this.process.monotonic() - begunAt)) return yield* this.fail(refreshId, 'upstream-unavailable');
    const { answer, afterMs } = issuer.refresh(tables.secretOf(step.secret, credential));
    yield* fleet.pass(this.process, 'during a refresh');
    yield afterMs;
    yield* fleet.pass(this.process, 'before it stores a pair');
    if ('kind' in answer) return yield* this.fail(refreshId, answer.kind);
    this.unstored = { refreshId, pair: answer.pair, credential: { ...credential, version: credential.version + 1, pair: answer.pair } };
    yield* this.store(storeTries);
    return this.unstored?.credential ?? null;
  }

  private *fail(refreshId: number, kind: Trouble['kind']): Script<null> {
    const { database, tables, rules, world } = this.parts;
    const outcome = rules.outcomeOf(new AppError(kind, 'simulated', 'simulated'));
    world.trace.note(this.process.name, `refresh ${refreshId}: ${outcome}`);
    yield* database.transaction(() => tables.end(refreshId, outcome));
    if (outcome === 'failed') throw new Trouble(kind, 'the refresh failed');
    return null;
  }

  /** A pair that the database did not take yet is this process's alone: it is used, and stored when that can be done. */
  private *pending(): Script<Stored | null> {
    if (this.unstored) yield* this.store(1);
    return this.unstored?.credential ?? null;
  }

  private *store(tries: number): Script {
    const { database, tables, world } = this.parts;
    for (let tried = 1; this.unstored; tried++) {
      const { refreshId, pair } = this.unstored;
      try {
        const before = tables.version;
        yield* database.transaction(() => tables.store(refreshId, pair));
        world.trace.note(this.process.name, `refresh ${refreshId} ends; the version was ${before}, is ${tables.version}`);
        this.unstored = null;
      } catch (error) {
        if (!(error instanceof Trouble)) throw error;
        if (tried >= tries) return;
        yield tried * 200;
      }
    }
  }

  private *read(): Script<Stored> {
    const { database, tables } = this.parts;
    return this.keep((yield* this.pending()) ?? (yield* database.transaction((now) => tables.read(now))));
  }

  private keep(credential: Stored): Stored {
    this.cached = { credential, at: this.process.monotonic() };
    return credential;
  }

  /** By the database's clock, which stood at `now` when it was read. */
  private hasEnded({ now, pair }: Stored): boolean {
    const passed = this.cached ? this.process.monotonic() - this.cached.at : 0;
    return this.parts.rules.hasEnded(new Date(now + passed), new Date(pair.issuedAt), new Date(pair.issuedAt + tokenLifeMs));
  }
}
