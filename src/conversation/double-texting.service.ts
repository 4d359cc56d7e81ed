import { Injectable } from '@nestjs/common';
import { CorrelationLog } from '../correlation/index.js';
import { EventStore, type StoredEvent } from '../inbox/index.js';
import { Outbox } from '../outbox/index.js';
import type { ChannelRules, Tx } from '../platform/index.js';
import { BegunTurns, type FoundTurn } from './begun-turn.store.js';
import { meetingOf } from './double-texting.js';
import { EffectStore } from './effect.store.js';
import { TurnStore } from './turn.store.js';

/** Mail that meets a turn which is under way (double-texting.ts). In the transaction that sorts the mail, or not at all. */
@Injectable()
export class DoubleTexts {
  constructor(
    private readonly begun: BegunTurns,
    private readonly turns: TurnStore,
    private readonly effects: EffectStore,
    private readonly events: EventStore,
    private readonly outbox: Outbox,
    private readonly log: CorrelationLog,
  ) {}

  /** The run that lost its turn, so that its worker can be told to stop; null when the turn goes on. */
  async meet(tx: Tx, chatId: string, mail: readonly StoredEvent[], rules: ChannelRules, correlationId: string): Promise<string | null> {
    const turn = await this.begun.find(tx, chatId);
    if (!turn) return null;
    switch (meetingOf(rules.doubleTexting, turn)) {
      case 'merge':
        return this.supersede(tx, chatId, turn, 'merged', mail, rules, correlationId);
      case 'interrupt':
        return this.supersede(tx, chatId, turn, 'interrupted', mail, rules, correlationId);
      case 'reject':
        await this.reject(tx, chatId, turn, mail, rules.busyText, correlationId);
        return null;
      case 'enqueue':
        return null;
    }
  }

  private async supersede(tx: Tx, chatId: string, turn: FoundTurn, reason: 'merged' | 'interrupted', mail: readonly StoredEvent[], rules: ChannelRules, correlationId: string): Promise<string> {
    const inheritance = await this.begun.supersede(tx, turn, reason);
    const old = reason === 'merged' ? await this.events.ofRun(tx, turn.runId) : [];
    await this.events.mark(tx, old.map(({ id }) => id), 'received');
    const into = await this.turns.queue(tx, chatId, [...old, ...mail], { correlationId, debounce: rules.debounce, inheritance });
    if (!into) throw new Error('the place of a turn that was superseded is taken');
    const effects = reason === 'interrupted' ? await this.effects.handOn(tx, turn.runId, into) : 0;
    await this.log.append(tx, { type: 'turn.superseded', chatId, runId: turn.runId, correlationId: turn.correlationId, reason, detail: { into, effects } });
    return turn.runId;
  }

  /** What the webhook missed was not written meanwhile: it waits. */
  private async reject(tx: Tx, chatId: string, turn: FoundTurn, mail: readonly StoredEvent[], busyText: string, cause: string): Promise<void> {
    const rejected = mail.filter(({ backfill }) => !backfill);
    const [first] = rejected;
    if (!first) return;
    await this.events.mark(tx, rejected.map(({ id }) => id), 'ignored', { reason: 'busy' });
    await this.log.append(tx, ...rejected.map(({ id, correlationId }) => ({ type: 'mail.ignored' as const, chatId, eventId: id, correlationId, reason: 'busy', detail: { owner: 'agent' } })));
    if (turn.isBusyTold) return;
    await this.begun.noteBusyTold(tx, turn.runId);
    // A run of its own: what becomes of this line must not look like the fate of the answer.
    const refs = { chatId, runId: await this.turns.skipped(tx, chatId, { correlationId: cause, firstMailAt: first.receivedAt }, 'busy'), correlationId: cause };
    await this.log.append(tx, { type: 'turn.skipped', ...refs, reason: 'busy', detail: {} });
    await this.outbox.queue(tx, refs, [{ kind: 'text', text: busyText }]);
  }
}
