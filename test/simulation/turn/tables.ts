import { meetingOf, type DoubleTexting } from '../../../src/conversation/double-texting.js';
import { burstEnd } from '../../../src/conversation/sorting.js';
import { afterError, claimed, ended, hasBegun, isExhausted, isHeldBy, released, renewed, superseded, triesHandedOn, type Again, type Turn } from '../../../src/conversation/turn.js';
import { promise } from '../engine/violation.js';

/** The product's rules of a turn. A control replaces one. */
export const turnRules = { claimed, renewed, released, ended, isHeldBy, isExhausted, afterError, superseded, meetingOf };
export type TurnRules = typeof turnRules;

export const leaseMs = 15_000;
const debounceMs = 1500;
const debounceCapMs = 6000;

export interface Mail {
  id: number;
  chat: number;
  receivedAt: number;
  state: 'received' | 'read' | 'ignored';
  reason: string | null;
  run: number | null;
  /** Whoever reads it is killed. */
  isPoison: boolean;
}

export interface TurnRow extends Turn {
  run: number;
  chat: number;
  /** The latest claim, whoever made it: what fencing must agree with. */
  holder: symbol | null;
  countedTries: number;
  effect: 'begun' | 'done' | 'unknown' | null;
  reason: string | null;
  restarts: number;
  supersededAt: number | null;
  /** The first of the turns that took each other's place: what one of them did in the world counts for all. */
  origin: number;
  /** Since when it is to begin at `startsAt`, which may lie in the past: mail can be found late. */
  madeAt: number;
}

/** A turn in a worker's hands. */
export interface Claimed {
  run: number;
  chat: number;
  epoch: number;
  attempts: number;
  isExhausted: boolean;
  holder: symbol;
  mail: Mail[];
}

const isUnfinished = ({ state }: Turn): boolean => state === 'queued' || state === 'running';

/**
 * The tables behind a turn: `turn.store`, `turn-reading`, `turn-ending`, `sorted-mail` and `effect.store` as transactions over
 * rows in memory. What may happen to a turn is decided by the rules of `turn.ts` alone.
 */
export class TurnTables {
  readonly turns: TurnRow[] = [];
  readonly mail: Mail[] = [];
  readonly isPersons = new Set<number>();
  readonly effectsHad = new Set<number>();
  /** Which turns stored messages for a mail. */
  private readonly answers = new Map<number, number>();

  constructor(
    private readonly rules: TurnRules,
    private readonly policy: DoubleTexting,
  ) {}

  unfinished(chat: number): TurnRow[] {
    return this.turns.filter((turn) => turn.chat === chat && isUnfinished(turn));
  }

  waiting(chat: number): Mail[] {
    return this.mail.filter((mail) => mail.chat === chat && mail.state === 'received');
  }

  /** Sorts a chat's mail: a reason when a person has the chat, else a turn. The turn to be run, and when. */
  sort(chat: number, now: Date): { run: number; inMs: number } | null {
    const mail = this.waiting(chat);
    const [first] = mail;
    if (!first) return null;
    if (this.isPersons.has(chat)) {
      for (const each of mail) Object.assign(each, { state: 'ignored', reason: 'owned-by-human' });
      return null;
    }
    const turn = this.queued(chat, mail, now) ?? this.meet(chat, mail, now);
    return turn && { run: turn.run, inMs: turn.startsAt.getTime() - now.getTime() };
  }

  /** A person takes the chat: what waits is not answered. */
  takeOver(chat: number): void {
    this.isPersons.add(chat);
    for (const turn of this.unfinished(chat)) if (turn.state === 'queued') Object.assign(turn, { state: 'skipped', reason: 'owned-by-human' });
    this.sort(chat, new Date(0));
  }

  /** Claims a turn with its mail. Null: not due, somebody else's, or nothing (more) to answer. */
  open(run: number, now: Date): Claimed | null {
    const turn = this.row(run);
    const isLast = this.rules.isExhausted(turn);
    const next = this.rules.claimed(turn, now, leaseMs);
    if (!next) return null;
    const holder = Symbol();
    Object.assign(turn, next, { holder });
    const mail = this.isPersons.has(turn.chat) ? [] : this.take(turn);
    if (mail.length === 0) {
      Object.assign(turn, this.rules.ended(turn, turn.epoch, 'skipped'), { reason: this.isPersons.has(turn.chat) ? 'owned-by-human' : 'no-mail' });
      return null;
    }
    if (!isLast) turn.countedTries++;
    return { run, chat: turn.chat, epoch: turn.epoch, attempts: turn.attempts, isExhausted: isLast, holder, mail };
  }

  renew(held: Claimed, now: Date): boolean {
    return this.write(held, (turn) => this.rules.renewed(turn, held.epoch, now, leaseMs));
  }

  release(held: Claimed, again: Again, now: Date): boolean {
    const isMine = this.write(held, (turn) => this.rules.released(turn, held.epoch, again, now));
    if (isMine && !again.isCounted) this.row(held.run).countedTries--;
    return isMine;
  }

  /** Stores what a turn came to, with its messages, unless a person has the chat by now. */
  finish(held: Claimed, state: 'finished' | 'failed'): boolean {
    if (!this.write(held, (turn) => this.rules.ended(turn, held.epoch, state))) return false;
    if (this.isPersons.has(held.chat)) return true;
    for (const { id } of held.mail) {
      promise(!this.answers.has(id), 'no message of a customer is answered by two turns', `mail ${id}`);
      this.answers.set(id, held.run);
    }
    return true;
  }

  /** Begins an effect. False: it was had, or may have been, or the turn is lost. */
  beginEffect(held: Claimed): boolean {
    const turn = this.row(held.run);
    if (!this.rules.isHeldBy(turn, held.epoch)) return false;
    if (turn.effect === 'begun') turn.effect = 'unknown';
    if (turn.effect !== null) return false;
    turn.effect = 'begun';
    return true;
  }

  row(run: number): TurnRow {
    const turn = this.turns[run];
    if (!turn) throw new Error(`there is no turn ${run}`);
    return turn;
  }

  /** A change that only the latest holder may make, checked against who that is, not against the epoch. */
  private write(held: Claimed, change: (turn: TurnRow) => Turn | null): boolean {
    const turn = this.row(held.run);
    const next = change(turn);
    if (!next) return false;
    promise(turn.holder === held.holder && isUnfinished(turn), 'whoever lost a turn writes nothing', `turn ${held.run}, epoch ${held.epoch}`);
    Object.assign(turn, next);
    return true;
  }

  /** As the unique index has it: a new turn, or the one that waits and has read nothing; while another is under way, neither. */
  private queued(chat: number, mail: readonly Mail[], now: Date): TurnRow | null {
    const arrivals = mail.map(({ receivedAt }) => receivedAt);
    const startsAt = burstEnd(new Date(Math.min(...arrivals)), new Date(Math.max(...arrivals)), debounceMs, debounceCapMs);
    const [open] = this.unfinished(chat);
    if (open) return hasBegun(open) ? null : Object.assign(open, { startsAt, madeAt: now.getTime() });
    const run = this.turns.length;
    const turn: TurnRow = {
      run, chat, state: 'queued', epoch: 0, attempts: 0, startsAt, leaseUntil: null, holder: null, countedTries: 0, effect: null, reason: null,
      restarts: 0, supersededAt: null, origin: run, madeAt: now.getTime(),
    };
    this.turns.push(turn);
    return turn;
  }

  /** As `double-texting.service`: what the mail does to the turn that is under way. The turn that takes its place, if one does. */
  private meet(chat: number, mail: readonly Mail[], now: Date): TurnRow | null {
    const [old] = this.unfinished(chat);
    if (!old) return null;
    const meeting = this.rules.meetingOf(this.policy, { ...old, effects: old.effect ? [old.effect] : [] });
    if (meeting === 'reject') for (const each of mail) Object.assign(each, { state: 'ignored', reason: 'busy' });
    if (meeting !== 'merge' && meeting !== 'interrupt') return null;
    const isMerged = meeting === 'merge';
    const read = isMerged ? this.mail.filter(({ run }) => run === old.run) : [];
    for (const each of read) Object.assign(each, { state: 'received', run: null });
    const attempts = triesHandedOn(old, now);
    Object.assign(old, this.rules.superseded(old), { reason: isMerged ? 'merged' : 'interrupted', supersededAt: now.getTime() });
    const next = this.queued(chat, [...read, ...mail], now);
    return next && Object.assign(next, { attempts, countedTries: attempts, restarts: old.restarts + 1, origin: old.origin, effect: isMerged ? null : old.effect });
  }

  /** What an earlier try has read, else all that waits. */
  private take(turn: TurnRow): Mail[] {
    const taken = this.mail.filter(({ run }) => run === turn.run);
    if (taken.length > 0) return taken;
    const mail = this.waiting(turn.chat);
    for (const each of mail) Object.assign(each, { state: 'read', run: turn.run });
    return mail;
  }
}
