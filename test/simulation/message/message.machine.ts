import type { Machine } from '../engine/machine.js';
import type { Process } from '../engine/process.js';
import type { World } from '../engine/world.js';
import { SimulatedDatabase, databaseSites, type DatabaseSite } from '../surroundings/database.js';
import { Fleet, fleetSites, type FleetSite } from '../surroundings/fleet.js';
import { JobQueue, queueSites, type QueueSite } from '../surroundings/job-queue.js';
import { despiteTrouble } from '../surroundings/trouble.js';
import { ofEcho, ofStatus } from './echo-match.js';
import { SimulatedPlatform, platformSites, type EchoHabit, type PlatformSite, type RemoteCopy } from './platform.js';
import { judgeDoubts, judgeMessages } from './promises.js';
import { doubtMs, messageRules, sendTimeoutMs, type MessageRules } from './rules.js';
import { deliver } from './sender.js';
import { MessageTables } from './tables.js';

type Site = FleetSite | DatabaseSite | QueueSite | PlatformSite | 'an operator takes the chat' | 'the customer writes again';
const everySite: readonly Site[] = [...fleetSites, ...databaseSites, ...queueSites, ...platformSites, 'an operator takes the chat', 'the customer writes again'];

/** Without statuses, and where everything is late anyway. */
const neverToldLate: ReadonlySet<Site> = new Set(['status twice', 'delivery fails']);

/** The promise of one copy holds while everything is told within the doubt, less the time that a send may take. */
const longestLagMs = doubtMs - 1.5 * sendTimeoutMs - 1000;
const lookEveryMs = 2000;

/** Messages: turns plan them for one chat, and up to three workers send them through a platform that answers badly. */
export function messageMachine(rules: Partial<MessageRules> = {}, limits: MessageLimits = {}): Machine {
  const [name, sites] = limits.tellsTooLate ? ['message, told too late', everySite.filter((site) => !neverToldLate.has(site))] : ['message', everySite];
  return { name, sites, calmAt: 180_000, play: (world) => new MessageCourse(world as World<Site>, { ...messageRules, ...rules }, limits).play() };
}

/** What lies beyond the full promises. */
export interface MessageLimits {
  /** Several answers have the same words in an account whose echoes carry none of our ids. */
  saysTheSame?: boolean;
  /** Echoes and the listing come later than the doubt. What is then promised is less: two copies at most, and the second counted. */
  tellsTooLate?: boolean;
  /** Nevertheless expects that what counts as sent is at Botmaker. */
  believesLate?: boolean;
}

class MessageCourse {
  private readonly tables: MessageTables;
  private readonly database: SimulatedDatabase;
  private readonly fleet: Fleet;
  private readonly queue: JobQueue;
  private readonly platform: SimulatedPlatform;
  private readonly habit: EchoHabit;
  private toCome = 0;
  private idleAt = 0;
  private isIdle = false;

  constructor(
    private readonly world: World<Site>,
    private readonly rules: MessageRules,
    private readonly limits: MessageLimits,
  ) {
    this.tables = new MessageTables(rules);
    this.database = new SimulatedDatabase(world, 20_000);
    this.fleet = new Fleet(world, 2.5 * doubtMs, (process) => this.boot(process), 12_000);
    this.queue = new JobQueue(world, this.fleet);
    this.habit = limits.tellsTooLate ? 'payload' : world.chance.pick(['payload', 'payload', 'call', 'text', 'none']);
    const lag = limits.tellsTooLate ? { longestMs: 4 * doubtMs, isAlways: true, mostCopies: 2 } : { longestMs: longestLagMs, isAlways: false, mostCopies: 1 };
    const account = { echoes: this.habit, statuses: !limits.tellsTooLate && world.chance.happens(0.5) };
    world.trace.note('account', `echoes carry: ${this.habit}; statuses: ${account.statuses}`);
    this.platform = new SimulatedPlatform(world, account, lag, { echo: (copy) => this.echo(copy), status: (copy, status) => this.status(copy, status) });
  }

  play(): void {
    const { chance } = this.world;
    this.fleet.start(chance.between(1, 3));
    this.database.start();
    for (let run = chance.between(1, 3); run > 0; run--) this.later(chance.between(0, 40_000), () => this.plan(`run-${run}`));
    this.world.run({ check: () => this.check(), isOver: () => this.isOver(), checkEnd: () => judgeMessages(this.tables, this.platform, !this.limits.tellsTooLate || this.limits.believesLate === true) }, 900_000);
  }

  private boot(process: Process): void {
    process.repeat(lookEveryMs, this.world.chance.between(0, lookEveryMs), () => despiteTrouble(this.look()));
  }

  private later(ms: number, act: () => void): void {
    this.toCome++;
    this.world.clock.in(ms, () => {
      this.toCome--;
      act();
    });
  }

  private plan(runId: string): void {
    const { chance, clock, faults, trace } = this.world;
    // Short answers are often the same words.
    const saysTheSame = this.habit !== 'text' || this.limits.saysTheSame === true;
    const texts = Array.from({ length: chance.between(1, 3) }, (_, part) => (saysTheSame && chance.happens(0.3) ? 'Ok!' : `${runId}, part ${part}`));
    trace.note('turn', `plans ${runId}: ${texts.join(' | ')}`);
    this.tables.plan(runId, texts, clock.now);
    this.wake(0);
    if (faults.fires('an operator takes the chat')) this.later(chance.between(0, 100_000), () => this.takeOver());
    if (faults.fires('the customer writes again')) this.later(chance.between(0, 100_000), () => this.writeAgain());
  }

  private takeOver(): void {
    this.world.trace.note('operator', 'takes the chat');
    this.tables.operatorWroteAt = this.world.clock.now;
    this.tables.expireWaiting(() => true);
  }

  private writeAgain(): void {
    this.world.trace.note('customer', 'writes again');
    this.tables.customerWroteAt = this.world.clock.now;
    this.tables.expireWaiting(({ doubtedAt }) => doubtedAt === null);
  }

  private wake(inMs: number): void {
    const { world, fleet, database, platform, tables, rules, habit } = this;
    this.queue.enqueue('deliver', inMs, (process) => deliver(process, { world, fleet, database, platform, tables, rules, habit, wake: (ms) => this.wake(ms) }));
  }

  private echo(copy: RemoteCopy): void {
    const id = ofEcho(this.tables, copy, this.habit, this.rules.matchEcho);
    this.world.trace.note('webhook', `echoes ${copy.remoteId}, which is ${id ?? 'nobody’s'}`);
    if (id === null) return;
    const isInDoubt = this.tables.row(id).doubtUntil !== null;
    this.tables.confirm(id, { remoteId: copy.remoteId, txId: copy.txId, text: copy.text });
    if (isInDoubt) this.wake(0);
  }

  private status(copy: RemoteCopy, status: 'sent' | 'delivered' | 'read' | 'failed'): void {
    const id = ofStatus(this.tables, copy, this.habit);
    if (id === null) return;
    this.world.trace.note('webhook', `tells that ${id} is ${status}`);
    const isInDoubt = this.tables.row(id).doubtUntil !== null;
    this.tables.advance(id, status, copy.remoteId);
    if (isInDoubt) this.wake(0);
  }

  /** As `overdue-messages.job.ts`: only the head of the queue counts. */
  private *look(): Generator<number, void, void> {
    if (this.isOverdue(this.world.clock.now)) yield* this.database.transaction(() => this.wake(0));
  }

  private isOverdue(now: number): boolean {
    const head = this.tables.rows.find(({ state }) => state === 'planned' || state === 'retrying' || state === 'sending');
    return head !== undefined && (head.doubtUntil ?? head.leaseUntil ?? head.nextAttemptAt) < now - 2000;
  }

  private check(): void {
    const { clock } = this.world;
    if (this.isIdle) this.idleAt = clock.now;
    this.isIdle = this.database.isAway || !this.fleet.processes.some(({ takesWork }) => takesWork);
    judgeDoubts(this.tables, this.rules.doubtMs, clock.now, Math.max(this.idleAt, this.fleet.troubledAt, this.queue.troubledAt, this.database.troubledAt, this.platform.troubledAt));
  }

  private isOver(): boolean {
    return this.toCome === 0 && !this.tables.hasOpen && this.platform.isQuiet && this.fleet.isAtRest;
  }
}
