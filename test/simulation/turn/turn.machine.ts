import type { DoubleTexting } from '../../../src/conversation/double-texting.js';
import type { Machine } from '../engine/machine.js';
import type { Process, Script } from '../engine/process.js';
import type { World } from '../engine/world.js';
import { SimulatedDatabase, databaseSites, type DatabaseSite } from '../surroundings/database.js';
import { Fleet, fleetSites, type FleetSite } from '../surroundings/fleet.js';
import { JobQueue, queueSites, type QueueSite } from '../surroundings/job-queue.js';
import { despiteTrouble } from '../surroundings/trouble.js';
import { judgeMail, judgeTurns } from './promises.js';
import { TurnTables, leaseMs, turnRules, type TurnRules } from './tables.js';
import { TurnWorker, workerSites, type WorkerSite } from './worker.js';

type Site = FleetSite | DatabaseSite | QueueSite | WorkerSite | 'mail that kills' | 'a person takes the chat' | 'mail not sorted';
const sites: readonly Site[] = [...fleetSites, ...databaseSites, ...queueSites, ...workerSites, 'mail that kills', 'a person takes the chat', 'mail not sorted'];

export interface TurnControls {
  rules?: Partial<TurnRules>;
  /** The worker doesn't look at its lease before it acts. */
  isBlind?: boolean;
  /** Nobody looks for overdue work. */
  isUnwatched?: boolean;
}

const lookEveryMs = 1000;
const policies: readonly DoubleTexting[] = ['merge', 'enqueue', 'interrupt', 'reject'];

/** Turns: customers write to one or two chats, and up to three workers that die, freeze and lose the database answer them. */
export function turnMachine(controls: TurnControls = {}): Machine {
  return { name: 'turn', sites, calmAt: 45_000, play: (world) => new TurnCourse(world as World<Site>, controls).play() };
}

class TurnCourse {
  private readonly tables: TurnTables;
  private readonly rules: TurnRules;
  private readonly database: SimulatedDatabase;
  private readonly fleet: Fleet;
  private readonly queue: JobQueue;
  private readonly workers = new WeakMap<Process, TurnWorker>();
  private readonly chats: number;
  private toCome = 0;
  /** Until when nobody could do anything. */
  private idleAt = 0;
  private isIdle = false;

  constructor(
    private readonly world: World<Site>,
    private readonly controls: TurnControls,
  ) {
    this.rules = { ...turnRules, ...controls.rules };
    this.tables = new TurnTables(this.rules, world.chance.pick(policies));
    this.database = new SimulatedDatabase(world);
    this.fleet = new Fleet(world, 3 * leaseMs, (process) => this.boot(process));
    this.queue = new JobQueue(world, this.fleet);
    this.chats = world.chance.between(1, 2);
  }

  play(): void {
    const { chance } = this.world;
    this.fleet.start(chance.between(1, 3));
    this.database.start();
    for (let chat = 0; chat < this.chats; chat++) {
      for (let written = chance.between(1, 3); written > 0; written--) this.later(chance.between(0, 30_000), () => this.write(chat));
    }
    this.world.run({ check: () => this.check(), isOver: () => this.isOver(), checkEnd: () => judgeMail(this.tables) }, 300_000);
  }

  private later(ms: number, act: () => void): void {
    this.toCome++;
    this.world.clock.in(ms, () => {
      this.toCome--;
      act();
    });
  }

  private boot(process: Process): void {
    const { database, fleet, tables, rules, world } = this;
    const again = (run: number, inMs: number): void => this.runTurn(run, inMs);
    this.workers.set(process, new TurnWorker(process, { world, fleet, database, tables, rules, looks: !this.controls.isBlind, wake: (chat) => this.sortMail(chat), again }));
    if (!this.controls.isUnwatched) process.repeat(lookEveryMs, world.chance.between(0, lookEveryMs), () => despiteTrouble(this.look()));
  }

  private write(chat: number): void {
    const { clock, chance, faults, trace } = this.world;
    const id = this.tables.mail.length;
    const isPoison = faults.fires('mail that kills');
    this.tables.mail.push({ id, chat, receivedAt: clock.now, state: 'received', reason: null, run: null, isPoison });
    trace.note(`customer ${chat}`, `writes mail ${id}${isPoison ? ', which kills its reader' : ''}`);
    if (!faults.fires('mail not sorted')) this.sortMail(chat);
    if (faults.fires('a person takes the chat')) this.later(chance.between(0, 15_000), () => this.takeOver(chat));
  }

  private takeOver(chat: number): void {
    this.world.trace.note('operator', `takes chat ${chat}`);
    this.tables.takeOver(chat);
    this.later(this.world.chance.between(1000, 20_000), () => {
      this.world.trace.note('flow', `hands chat ${chat} over again`);
      this.tables.isPersons.delete(chat);
    });
  }

  private sortMail(chat: number): void {
    const { database, tables } = this;
    this.queue.enqueue(`sort-mail ${chat}`, 0, () => function* (this: TurnCourse): Script {
      yield* database.transaction((now) => {
        const due = tables.sort(chat, now);
        if (due) this.runTurn(due.run, due.inMs);
      });
    }.call(this));
  }

  private runTurn(run: number, inMs: number): void {
    this.queue.enqueue(`run-turn ${run}`, inMs, (process) => this.workers.get(process)?.run(run) ?? nothing());
  }

  /** As `overdue-turns.job.ts`. Where there is nothing to find, not even the way to the database is played. */
  private *look(): Script {
    if (this.overdue(this.world.clock.now).length > 0) {
      yield* this.database.transaction((now) => this.overdue(now.getTime()).forEach((wake) => wake()));
    }
  }

  /** Turns that are due, turns whose lease has ended, mail that no turn waits to read: what wakes each. */
  private overdue(now: number): (() => void)[] {
    const wakes: (() => void)[] = [];
    for (const { run, state, startsAt, leaseUntil } of this.tables.turns) {
      const isLate = state === 'queued' ? startsAt.getTime() < now - 1000 : state === 'running' && leaseUntil !== null && leaseUntil.getTime() < now;
      if (isLate) wakes.push(() => this.runTurn(run, 0));
    }
    for (let chat = 0; chat < this.chats; chat++) {
      const isLeft = this.tables.unfinished(chat).length === 0 && this.tables.waiting(chat).some(({ receivedAt }) => receivedAt < now - 3000);
      if (isLeft) wakes.push(() => this.sortMail(chat));
    }
    return wakes;
  }

  private check(): void {
    const { clock } = this.world;
    if (this.isIdle) this.idleAt = clock.now;
    this.isIdle = this.database.isAway || !this.fleet.processes.some(({ takesWork }) => takesWork);
    judgeTurns(this.tables, this.chats, clock.now, Math.max(this.idleAt, this.fleet.troubledAt, this.queue.troubledAt, this.database.troubledAt));
  }

  private isOver(): boolean {
    return this.toCome === 0 && this.fleet.isAtRest && this.tables.mail.every(({ state }) => state !== 'received') && this.tables.turns.every(({ state }) => state !== 'queued' && state !== 'running');
  }
}

function* nothing(): Script {}
