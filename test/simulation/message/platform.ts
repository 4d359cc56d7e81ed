import type { World } from '../engine/world.js';
import { promise } from '../engine/violation.js';
import { sendTimeoutMs } from './rules.js';

export type PlatformSite =
  | 'lost before it was accepted' | 'answer lost' | 'answer slow' | 'arrives late' | 'too many requests' | 'unreachable' | 'refused'
  | 'echo lost' | 'echo late' | 'echo twice' | 'listed late' | 'listing fails' | 'status twice' | 'delivery fails';
export const platformSites: readonly PlatformSite[] = [
  'lost before it was accepted', 'answer lost', 'answer slow', 'arrives late', 'too many requests', 'unreachable', 'refused',
  'echo lost', 'echo late', 'echo twice', 'listed late', 'listing fails', 'status twice', 'delivery fails',
];

/** By what an account's echoes can be told. */
export type EchoHabit = 'payload' | 'call' | 'text' | 'none';

/** A message as the customer sees it. */
export interface RemoteCopy {
  remoteId: string;
  /** What it really is, whether an echo says so or not. */
  of: string;
  text: string;
  txId: string;
  createdAt: number;
  listedAt: number;
  /** An echo of it came. */
  isTold: boolean;
}

export interface Sent {
  id: string;
  text: string;
}

export type Answer = { kind: 'accepted'; txId: string } | { kind: 'too many requests' | 'unreachable' | 'refused' | 'nobody knows' };

export interface PlatformEars {
  echo(copy: RemoteCopy): void;
  status(copy: RemoteCopy, status: 'sent' | 'delivered' | 'read' | 'failed'): void;
}

/** Botmaker: takes messages, shows them to the customer, and tells of it by echo, status and listing, each in its own time. */
export class SimulatedPlatform {
  readonly visible: RemoteCopy[] = [];
  /** What the webhook still has to tell. */
  toTell = 0;
  /** When the listing last failed. */
  troubledAt = 0;
  private readonly underWay = new Map<string, number>();
  private calls = 0;

  constructor(
    private readonly world: World<PlatformSite>,
    /** What the account's webhook tells. */
    private readonly account: { echoes: EchoHabit; statuses: boolean },
    /** How late an echo comes and a message is listed at most, or always about so; and what the customer may see for it at worst. */
    private readonly lag: { longestMs: number; isAlways: boolean; mostCopies: number },
    private readonly ears: PlatformEars,
  ) {}

  get isQuiet(): boolean {
    return this.toTell === 0 && this.underWay.size === 0;
  }

  /** A request is written. The answer comes after `afterMs`, unless the caller is gone by then. */
  send(messages: readonly Sent[], order: (id: string) => number): { answer: Answer; afterMs: number } {
    const { chance, faults, trace } = this.world;
    const txId = `call-${++this.calls}`;
    trace.note('platform', `gets ${txId}: ${messages.map(({ id }) => id).join(', ')}`);
    for (const { id } of messages) promise(!this.underWay.has(id), 'no message is sent twice at once', id);
    for (const kind of ['too many requests', 'unreachable', 'refused'] as const) if (faults.fires(kind)) return { answer: { kind }, afterMs: chance.between(5, 500) };
    if (faults.fires('lost before it was accepted')) return { answer: { kind: 'nobody knows' }, afterMs: chance.between(5, sendTimeoutMs) };
    const arrivesMs = faults.fires('arrives late') ? chance.between(500, sendTimeoutMs) : chance.between(5, 100);
    for (const { id } of messages) this.underWay.set(id, this.world.clock.now);
    this.world.clock.in(arrivesMs, () => this.accept(messages, txId, order));
    const answersMs = arrivesMs + (faults.fires('answer slow') ? chance.between(1000, 2 * sendTimeoutMs) : chance.between(5, 100));
    if (answersMs >= sendTimeoutMs) return { answer: { kind: 'nobody knows' }, afterMs: sendTimeoutMs };
    return { answer: faults.fires('answer lost') ? { kind: 'nobody knows' } : { kind: 'accepted', txId }, afterMs: answersMs };
  }

  /** `GET /messages`. Null: it fails. */
  listing(): RemoteCopy[] | null {
    if (this.world.faults.fires('listing fails')) {
      this.troubledAt = this.world.clock.now;
      return null;
    }
    return this.visible.filter(({ listedAt }) => listedAt <= this.world.clock.now);
  }

  private accept(messages: readonly Sent[], txId: string, order: (id: string) => number): void {
    const { clock, chance, faults, trace } = this.world;
    for (const { id, text } of messages) {
      this.underWay.delete(id);
      trace.note('customer', `sees ${id}`);
      const copies = this.visible.filter(({ of }) => of === id).length;
      promise(copies < this.lag.mostCopies, 'no customer sees a message twice while everything is told within the doubt', id);
      promise(copies > 0 || !this.visible.some(({ of }) => order(of) > order(id)), 'the messages of a chat come in their order', id);
      const listedAt = clock.now + (faults.fires('listed late') || this.lag.isAlways ? chance.between(1000, this.lag.longestMs) : chance.between(10, 500));
      const copy: RemoteCopy = { remoteId: `remote-${this.visible.length}`, of: id, text, txId, createdAt: clock.now, listedAt, isTold: false };
      this.visible.push(copy);
      this.tell(copy);
    }
  }

  private tell(copy: RemoteCopy): void {
    const { chance, faults } = this.world;
    const lag = faults.fires('echo late') || this.lag.isAlways ? chance.between(1000, this.lag.longestMs) : chance.between(50, 1500);
    if (this.account.echoes !== 'none' && !faults.fires('echo lost')) {
      this.later(lag, () => {
        copy.isTold = true;
        this.ears.echo(copy);
      });
      if (faults.fires('echo twice')) this.later(lag + chance.between(0, 5000), () => this.ears.echo(copy));
    }
    if (!this.account.statuses) return;
    if (faults.fires('delivery fails')) return this.later(chance.between(500, 20_000), () => this.ears.status(copy, 'failed'));
    for (const status of ['sent', 'delivered', 'read'] as const) {
      this.later(chance.between(100, 20_000), () => this.ears.status(copy, status));
      if (faults.fires('status twice')) this.later(chance.between(100, 30_000), () => this.ears.status(copy, status));
    }
  }

  private later(ms: number, act: () => void): void {
    this.toTell++;
    this.world.clock.in(ms, () => {
      this.toTell--;
      act();
    });
  }
}
