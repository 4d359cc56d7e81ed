import type { WireEvent } from '../../../src/botmaker/index.js';
import type { Owner } from '../../../src/conversation/sorting.js';
import type { Machine } from '../engine/machine.js';
import type { World } from '../engine/world.js';
import type { FiledEvent } from '../../../src/webhook/filed-event.js';
import { Desk, heard, ownerRules, type OwnerRules } from './desk.js';
import { judgeEnd, judgeReading } from './promises.js';
import { handoffVariable, toldAgain, toldMessage, toldVariables } from './told.js';

const sites = ['told late', 'told twice', 'told again with what changed since', 'read late', 'read twice'] as const;
type Site = (typeof sites)[number];

/** Who may speak in a chat: a flow, a customer and an operator act, and the webhook tells of it badly. */
export function ownerMachine(rules: Partial<OwnerRules> = {}, limits: OwnerLimits = {}): Machine {
  return { name: 'owner', sites, calmAt: 120_000, play: (world) => new OwnerCourse(world as World<Site>, { ...ownerRules, ...rules }, limits).play() };
}

/** What lies beyond the promises, to show that it does. */
export interface OwnerLimits {
  /** A notification of variables, which has neither id nor date, is told twice. */
  noticesTwice?: boolean;
  /** That the agent handed the chat to a person counts like a line of the person's. */
  countsHandings?: boolean;
}

class OwnerCourse {
  private readonly desk: Desk;
  /** The same chat for somebody to whom every message was told once and in order. */
  private readonly onceTold: Desk;
  private readonly variables: Record<string, string> = {};
  private unheard: FiledEvent[] = [];
  private personSince: number | null = null;
  private acts: number;
  private pending = 0;
  private messages = 0;
  private arrivals = 0;

  constructor(
    private readonly world: World<Site>,
    rules: OwnerRules,
    private readonly limits: OwnerLimits,
  ) {
    this.desk = new Desk(rules);
    this.onceTold = new Desk(rules);
    this.acts = world.chance.between(4, 14);
  }

  play(): void {
    this.later(0, () => this.act());
    this.world.run({ check: () => undefined, isOver: () => this.pending === 0, checkEnd: () => judgeEnd(this.desk, this.onceTold) }, 120_000);
  }

  private later(ms: number, act: () => void): void {
    this.pending++;
    this.world.clock.in(ms, () => {
      this.pending--;
      act();
    });
  }

  /** Somebody does something in the chat. */
  private act(): void {
    const { chance, trace } = this.world;
    const drawn = chance.next();
    if (drawn < 0.45) this.speak('customer');
    else if (drawn < 0.55) this.speak('flow');
    else if (drawn < 0.7) this.speak('operator');
    else {
      const value = chance.happens(0.7) ? 'true' : 'false';
      trace.note('flow', `${handoffVariable} := ${value}`);
      this.variables[handoffVariable] = value;
      if (chance.happens(0.6)) this.notice(value);
    }
    if (--this.acts > 0) this.later(chance.between(1, 15_000), () => this.act());
  }

  private speak(author: 'customer' | 'flow' | 'operator'): void {
    const { chance, clock, faults, trace } = this.world;
    const id = ++this.messages;
    const at = clock.date();
    const riding = chance.happens(0.5) && Object.keys(this.variables).length > 0 ? { ...this.variables } : null;
    trace.note(author, `writes message ${id}${riding ? `, riding on it ${JSON.stringify(riding)}` : ''}`);
    const told = toldMessage(id, author, at, riding);
    const lag = chance.between(20, 300) + (faults.fires('told late') ? chance.between(500, 25_000) : 0);
    this.later(lag, () => this.hear(told, true));
    if (faults.fires('told twice')) this.later(lag + chance.between(0, 40_000), () => this.hear(told, false));
    if (faults.fires('told again with what changed since')) {
      this.later(lag + chance.between(1000, 20_000), () => this.hear(toldMessage(id, author, at, { ...this.variables }), true));
    }
  }

  private notice(value: string): void {
    const { chance } = this.world;
    const lag = chance.between(20, 300);
    this.later(lag, () => this.hear(toldVariables(++this.arrivals, { [handoffVariable]: value }), true));
    if (this.limits.noticesTwice && chance.happens(0.1)) this.later(lag + chance.between(0, 40_000), () => this.hear(toldVariables(++this.arrivals, { [handoffVariable]: value, ...toldAgain }), true));
  }

  private hear(told: WireEvent, isNews: boolean): void {
    const { chance, clock, faults, trace } = this.world;
    trace.note('webhook', `tells ${told.key}${told.variables ? ` ${JSON.stringify(told.variables)}` : ''}`);
    const filed = heard(told, clock.date());
    if (isNews) this.unheard.push(filed);
    if (!this.desk.tell(filed)) return;
    const lag = chance.between(5, 150) + (faults.fires('read late') ? chance.between(500, 20_000) : 0);
    this.later(lag, () => this.read());
    if (faults.fires('read twice')) this.later(lag + chance.between(0, 2000), () => this.read());
  }

  private read(): void {
    const { chance, clock, trace } = this.world;
    this.tellOnce();
    const reading = this.desk.read(clock.date());
    this.onceTold.read(clock.date());
    if (!reading) return;
    const { before, batch, sorted } = reading;
    trace.note('sort-mail', `reads ${batch.map(({ kind, text, author }) => (author ? `${author}’s ${text ?? ''}` : kind)).join(', ')}: ${before.owner} to ${sorted.after.owner}`);
    judgeReading(reading, this.personSince);
    this.notePerson(sorted.after.owner, batch.filter(({ author }) => author === 'operator').map(({ occurredAt }) => occurredAt.getTime()));
    if (sorted.mail.length > 0) this.later(chance.between(500, 12_000), () => this.answer());
  }

  private answer(): void {
    const { chance, trace } = this.world;
    const drawn = chance.next();
    const to: Owner = drawn < 0.6 ? 'agent' : drawn < 0.8 ? 'flow' : 'human';
    this.tellOnce();
    const { now } = this.world.clock;
    const answered = this.desk.answer(to);
    this.onceTold.answer(to);
    if (answered === 0) return;
    trace.note('turn', `answers ${answered}, leaves the chat to ${to}`);
    if (to === 'agent') return;
    if (to === 'human' && this.limits.countsHandings) this.notePerson('human', [now]);
    this.variables[handoffVariable] = 'false';
    this.notice('false');
  }

  private notePerson(owner: Owner, wrote: number[]): void {
    if (owner !== 'human') this.personSince = null;
    else if (wrote.length > 0) this.personSince = Math.max(this.personSince ?? 0, ...wrote);
  }

  /** The other desk hears the same before the same reading: each message once, and in the order of its date. */
  private tellOnce(): void {
    const inOrder = this.unheard.sort((a, b) => a.row.occurredAt.getTime() - b.row.occurredAt.getTime());
    for (const filed of inOrder) this.onceTold.tell(filed);
    this.unheard = [];
  }
}
