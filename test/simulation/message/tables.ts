import type { Outcome } from '../../../src/outbox/after-attempt.js';
import type { Settlement } from '../../../src/outbox/after-lookup.js';
import { mayBecome, statesBefore, type MessageState } from '../../../src/outbox/message.js';
import type { OpenMessage } from '../../../src/outbox/open-message.js';
import { promise } from '../engine/violation.js';
import { leaseMs, type MessageRules } from './rules.js';

export interface MessageRow {
  id: string;
  runId: string;
  part: number;
  text: string;
  state: MessageState;
  attempts: number;
  epoch: number;
  lookups: number;
  failedLooks: number;
  createdAt: number;
  nextAttemptAt: number;
  sendingAt: number | null;
  leaseUntil: number | null;
  doubtUntil: number | null;
  doubtedAt: number | null;
  resentAt: number | null;
  resends: number;
  acceptedAt: number | null;
  remoteId: string | null;
  notificationId: string | null;
  /** It was seen at Botmaker. */
  isSeen: boolean;
}

/** Messages in a worker's hands, as `Claim`. */
export interface Claimed {
  messages: readonly OpenMessage[];
  epoch: number;
  attempt: number;
  plannedMs: number;
}

export interface Proof {
  remoteId: string | null;
  text: string | null;
  txId: string | null;
}

const isOpen = ({ state }: MessageRow): boolean => state === 'planned' || state === 'retrying' || state === 'sending';
const isWaiting = ({ state }: MessageRow): boolean => state === 'planned' || state === 'retrying';

/**
 * The messages of one chat, in memory: `chat-queue.store`, `delivery.store`, `delivery-outcome.store`, `doubt.store`,
 * `confirmation.service` and `outbox.service` as transactions, with the conditions of their statements.
 */
export class MessageTables {
  readonly rows: MessageRow[] = [];
  /** Ids of second copies that were counted. */
  readonly copies = new Set<string>();
  operatorWroteAt: number | null = null;
  customerWroteAt = -1;

  constructor(private readonly rules: MessageRules) {}

  plan(runId: string, texts: readonly string[], now: number): void {
    texts.forEach((text, part) => {
      this.rows.push({
        id: `${runId}.${part}`, runId, part, text, state: 'planned', attempts: 0, epoch: 0, lookups: 0, failedLooks: 0, createdAt: now, nextAttemptAt: now, sendingAt: null, leaseUntil: null,
        doubtUntil: null, doubtedAt: null, resentAt: null, resends: 0, acceptedAt: null, remoteId: null, notificationId: null, isSeen: false,
      });
    });
  }

  get hasOpen(): boolean {
    return this.rows.some(isOpen);
  }

  row(id: string): MessageRow {
    const row = this.rows.find((each) => each.id === id);
    if (!row) throw new Error(`there is no message ${id}`);
    return row;
  }

  look(now: number): OpenMessage[] {
    const since = (at: number | null): number | null => (at === null ? null : now - at);
    const until = (at: number | null): number | null => (at === null ? null : at - now);
    return this.rows.filter(isOpen).map((row) => {
      const mayHaveBeenSent = row.doubtedAt !== null || row.doubtUntil !== null;
      return {
        id: row.id, runId: row.runId, part: row.part, correlationId: '', outgoing: { kind: 'text', text: row.text }, state: row.state as OpenMessage['state'],
        attempts: row.attempts, epoch: row.epoch, plannedMs: now - row.createdAt, dueInMs: row.nextAttemptAt - now, sendingMs: since(row.sendingAt), leaseInMs: until(row.leaseUntil),
        doubtInMs: until(row.doubtUntil), lookups: row.lookups, failedLooks: row.failedLooks, mayHaveBeenSent, wasResent: row.resentAt !== null, isHumans: this.isHumans(row), isWindowClosed: false, canReopen: true,
        isAgents: this.operatorWroteAt === null, hasNewerMail: mayHaveBeenSent && this.customerWroteAt > (row.sendingAt ?? now), isEffectTold: false,
      };
    });
  }

  /** Takes all of them in hand, or none. */
  claim(messages: readonly OpenMessage[], now: number): Claimed | null {
    const rows = messages.map(({ id }) => this.row(id));
    if (!rows.every((row, i) => this.rules.mayBeClaimed(row, messages[i] as OpenMessage, this.isHumans(row)))) return null;
    const attempt = Math.max(...messages.map(({ attempts }) => attempts)) + 1;
    const epoch = Math.max(...messages.map((message) => message.epoch)) + 1;
    for (const row of rows) {
      promise(!this.isHumans(row), 'nothing is taken in hand when a person has taken the chat', row.id);
      promise(!row.isSeen, 'what was seen at Botmaker is not sent again', row.id);
      this.become(row, 'sending');
      Object.assign(row, { epoch, attempts: attempt, lookups: 0, failedLooks: 0, doubtUntil: null, sendingAt: now, leaseUntil: now + leaseMs });
    }
    return { messages, epoch, attempt, plannedMs: Math.max(...messages.map(({ plannedMs }) => plannedMs)) };
  }

  accept(claim: Claimed, notificationId: string, now: number): void {
    for (const { id } of claim.messages) {
      const row = this.row(id);
      const isTruth = row.state === 'unknown' || (['planned', 'retrying', 'expired'].includes(row.state) && row.doubtedAt !== null);
      row.notificationId ??= notificationId;
      row.acceptedAt ??= now;
      if (isTruth || this.rules.isHeldBy(row, claim) || (row.state === 'sending' && row.doubtUntil !== null)) this.settleAs(row, 'accepted');
    }
  }

  fail(claim: Claimed, outcome: Exclude<Outcome, { kind: 'accepted' }>, now: number): void {
    const held = claim.messages.map(({ id }) => this.row(id)).filter((row) => this.rules.isHeldBy(row, claim));
    for (const row of held) {
      row.leaseUntil = null;
      if (outcome.kind === 'retrying') {
        this.become(row, 'retrying');
        row.nextAttemptAt = now + outcome.inMs;
      } else if (outcome.kind === 'in-doubt') this.doubt(row, outcome.holdMs);
      else this.become(row, 'dead');
    }
    if (outcome.kind !== 'rejected' || held.length === 0) return;
    for (const row of this.rows) if (row.runId === held[0]?.runId && isWaiting(row)) this.become(row, 'dead');
  }

  hold(messages: readonly OpenMessage[], now: number): void {
    for (const { id } of messages) {
      const row = this.row(id);
      if (row.state !== 'sending' || row.epoch !== messages[0]?.epoch || row.doubtUntil !== null || (row.leaseUntil ?? -1) > now) continue;
      this.doubt(row, this.rules.doubtMs);
      Object.assign(row, { leaseUntil: null, epoch: row.epoch + 1 });
    }
  }

  expire(messages: readonly OpenMessage[]): void {
    for (const { id, epoch } of messages) {
      const row = this.row(id);
      if (row.epoch === epoch && isWaiting(row)) this.become(row, 'expired');
    }
  }

  /** Nothing has settled the doubt, and no other look was noted, since the message was seen. */
  isAsSeen({ id, epoch, lookups }: OpenMessage): boolean {
    const row = this.row(id);
    return row.state === 'sending' && row.doubtUntil !== null && row.epoch === epoch && row.lookups === lookups;
  }

  settle(message: OpenMessage, settlement: Settlement, now: number): void {
    const row = this.row(message.id);
    if (settlement.kind === 'confirmed' || !this.isAsSeen(message) || (row.doubtUntil ?? 0) > now) return;
    if (settlement.kind === 'look-again') {
      row.lookups += settlement.saw === 'absent' ? 1 : 0;
      row.failedLooks = settlement.saw === 'absent' ? 0 : row.failedLooks + (settlement.saw === 'failed' ? 1 : 0);
      row.doubtUntil = now + settlement.inMs;
      return;
    }
    row.doubtUntil = null;
    if (settlement.kind !== 'resend') return this.become(row, settlement.kind);
    this.become(row, 'retrying');
    Object.assign(row, { resentAt: now, nextAttemptAt: now, resends: row.resends + 1 });
    promise(row.resends <= 1, 'a message in doubt is sent again once', row.id);
  }

  /** Botmaker has the message. */
  confirm(id: string, proof: Proof): void {
    const row = this.row(id);
    const isKnown = proof.remoteId === row.remoteId || this.isKnown(proof.remoteId);
    const { becomes, remoteId, isDuplicate } = this.rules.afterEcho(row, { ...proof, isKnown });
    if (isDuplicate && proof.remoteId !== null) return void this.copies.add(proof.remoteId);
    row.notificationId ??= proof.txId;
    row.isSeen = true;
    promise(remoteId === null || !this.isKnown(remoteId), 'one remote message stands for one of ours', remoteId ?? '');
    row.remoteId ??= remoteId;
    if (becomes) this.settleAs(row, becomes);
    else Object.assign(row, { leaseUntil: null, doubtUntil: null });
  }

  /** By what a status says: only forward. */
  advance(id: string, status: 'sent' | 'delivered' | 'read' | 'failed', remoteId: string): void {
    const row = this.row(id);
    const state = status === 'failed' ? 'dead' : status;
    if (!statesBefore(state).includes(row.state)) return;
    this.settleAs(row, state);
    if (!this.isKnown(remoteId)) row.remoteId ??= remoteId;
  }

  /** A person took the chat, or the customer wrote again: what waits is called back. */
  expireWaiting(isCalledBack: (row: MessageRow) => boolean): void {
    for (const row of this.rows) if (isWaiting(row) && isCalledBack(row)) this.become(row, 'expired');
  }

  isKnown(remoteId: string | null): boolean {
    return remoteId === null || this.copies.has(remoteId) || this.rows.some((row) => row.remoteId === remoteId);
  }

  private isHumans({ createdAt }: MessageRow): boolean {
    return this.operatorWroteAt !== null && this.operatorWroteAt > createdAt;
  }

  private doubt(row: MessageRow, holdMs: number): void {
    row.doubtUntil = (row.sendingAt ?? 0) + holdMs;
    row.doubtedAt ??= row.sendingAt;
  }

  private settleAs(row: MessageRow, state: MessageState): void {
    this.become(row, state);
    Object.assign(row, { leaseUntil: null, doubtUntil: null });
  }

  private become(row: MessageRow, state: MessageState): void {
    promise(mayBecome[row.state].includes(state), 'a message only becomes what it may', `${row.id}: ${row.state} to ${state}`);
    row.state = state;
  }
}
