import type { Process, Script } from '../engine/process.js';
import type { World } from '../engine/world.js';
import type { SimulatedDatabase } from '../surroundings/database.js';
import type { Fleet } from '../surroundings/fleet.js';
import { Trouble } from '../surroundings/trouble.js';
import { HeldLeases, type Held } from './leases.js';
import { judgeEffect, judgeModelCall } from './promises.js';
import type { Claimed, TurnRules, TurnTables } from './tables.js';

export type WorkerSite = 'model unavailable' | 'model slow' | 'bug in the agent' | 'effect of a tool';
export const workerSites: readonly WorkerSite[] = ['model unavailable', 'model slow', 'bug in the agent', 'effect of a tool'];

export interface WorkerParts {
  world: World<WorkerSite>;
  fleet: Fleet;
  database: SimulatedDatabase;
  tables: TurnTables;
  rules: TurnRules;
  /** Whether it looks at its lease before whatever costs or changes something. */
  looks: boolean;
  /** Mail waits behind the turn that ended. */
  wake: (chat: number) => void;
  again: (run: number, inMs: number) => void;
}

/** As `run-turn.handler.ts`: claims a turn, asks the model, stores what it leads to. */
export class TurnWorker {
  private readonly leases: HeldLeases;

  constructor(
    private readonly process: Process,
    private readonly parts: WorkerParts,
  ) {
    this.leases = new HeldLeases(process, parts.database, parts.tables);
  }

  *run(run: number): Script {
    const { database, tables, fleet } = this.parts;
    const claimedAt = this.process.monotonic();
    const turn = yield* database.transaction((now) => tables.open(run, now));
    if (!turn) return;
    this.note(`claims turn ${run} with epoch ${turn.epoch}, try ${turn.attempts}${turn.isExhausted ? ', to end it' : ''}`);
    yield* fleet.pass(this.process, 'after a claim');
    if (turn.isExhausted) return yield* this.finish(turn, 'failed');
    const held = this.leases.hold(turn, claimedAt);
    try {
      yield* this.decide(held);
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      if (this.leases.isLost(held)) return this.note(`has lost turn ${run}`);
      yield* this.recover(turn, error);
    } finally {
      this.leases.end(held);
    }
  }

  private *decide(held: Held): Script {
    const { chance, faults } = this.parts.world;
    const { claimed } = held;
    if (claimed.mail.some(({ isPoison }) => isPoison)) {
      this.parts.fleet.kill(this.process, 'by what it reads');
      yield 0;
    }
    for (let calls = chance.between(1, 2); calls > 0; calls--) {
      yield* this.parts.fleet.pass(this.process, 'before a call of the model');
      this.look(held);
      judgeModelCall(this.parts.tables.row(claimed.run), claimed, this.parts.world.clock.now);
      yield* this.wait(held, faults.fires('model slow') ? chance.between(8000, 40_000) : chance.between(200, 3000));
      if (faults.fires('model unavailable')) throw new Trouble('upstream-unavailable', 'the model is unavailable');
      if (faults.fires('bug in the agent')) throw new Trouble('bug', 'a bug in the agent');
    }
    if (faults.fires('effect of a tool')) yield* this.haveEffect(held);
    yield* this.parts.fleet.pass(this.process, 'after the decision');
    yield* this.finish(claimed, 'finished');
  }

  private *haveEffect(held: Held): Script {
    const { database, tables, fleet } = this.parts;
    const { claimed } = held;
    if (!(yield* database.transaction(() => tables.beginEffect(claimed)))) return;
    yield* fleet.pass(this.process, 'before an effect');
    this.look(held);
    judgeEffect(tables.row(claimed.run), tables.effectsHad);
    yield* fleet.pass(this.process, 'after an effect');
    yield* database.transaction(() => {
      const turn = tables.row(claimed.run);
      if (this.parts.rules.isHeldBy(turn, claimed.epoch) && turn.effect === 'begun') turn.effect = 'done';
    });
  }

  private *recover(turn: Claimed, { kind, message }: Trouble): Script {
    const { database, tables, rules, again } = this.parts;
    const verdict = rules.afterError({ attempts: turn.attempts, waitingMs: 0 }, { kind, restMs: null }, this.process.isDraining);
    this.note(`fails turn ${turn.run}: ${message}; next: ${verdict.next}`);
    if (verdict.next === 'fallback') return yield* this.finish(turn, verdict.isPoison ? 'failed' : 'finished');
    if (yield* database.transaction((now) => tables.release(turn, verdict, now))) again(turn.run, verdict.delayMs);
  }

  private *finish(turn: Claimed, state: 'finished' | 'failed'): Script {
    const { database, tables, wake } = this.parts;
    const isMine = yield* database.transaction(() => {
      const done = tables.finish(turn, state);
      if (done && tables.waiting(turn.chat).length > 0) wake(turn.chat);
      return done;
    });
    this.note(isMine ? `ends turn ${turn.run}: ${state}` : `may not end turn ${turn.run}`);
  }

  /** The model thinks; the call is aborted when the turn is lost or the process drains. */
  private *wait(held: Held, ms: number): Script {
    const slice = Math.max(1, Math.ceil(ms / 4));
    for (let waited = 0; waited < ms; waited += slice) {
      yield slice;
      if (this.process.isDraining) throw new Trouble('shutdown', 'the process drains');
      if (this.leases.isLost(held)) throw new Trouble('conflict', 'the turn is lost');
    }
  }

  private look(held: Held): void {
    if (this.parts.looks && this.leases.isLost(held)) throw new Trouble('conflict', 'the turn may be with another worker by now');
  }

  private note(what: string): void {
    this.parts.world.trace.note(this.process.name, what);
  }
}
