import { Injectable } from '@nestjs/common';
import type { AgentResult } from '../agent/index.js';
import { CorrelationLog, type NewEntry } from '../correlation/index.js';
import { EventStore, sortMail } from '../inbox/index.js';
import { Outbox } from '../outbox/index.js';
import { Database, Jobs, type Tx } from '../platform/index.js';
import { ConversationStore } from './conversation.store.js';
import type { Replies } from './replies.js';
import type { OpenTurn } from './turn-reading.service.js';
import { TurnStore, type ClaimedTurn } from './turn.store.js';
import type { Again } from './turn.js';

export interface Ending {
  replies: Replies;
  /** What the agent decided; null when it failed. */
  result: AgentResult | null;
  /** Why there is no decision; null when there is one. */
  failure: { code: string; isPoison: boolean } | null;
  ms: number;
}

/** Ends a turn: the decision, the messages it leads to and the chat's next owner are stored together, or not at all. */
@Injectable()
export class TurnEnding {
  constructor(
    private readonly database: Database,
    private readonly conversations: ConversationStore,
    private readonly turns: TurnStore,
    private readonly events: EventStore,
    private readonly outbox: Outbox,
    private readonly log: CorrelationLog,
    private readonly jobs: Jobs,
  ) {}

  async finish(turn: OpenTurn, { replies, result, failure, ms }: Ending): Promise<void> {
    await this.database.inTransaction(async (tx) => {
      const { owner } = await this.conversations.lock(tx, turn.chatId);
      // A person (or the flow) took the chat while the agent was thinking: what it thought is kept, and not said.
      const isOurs = owner === 'agent';
      const outcome = isOurs ? replies.outcome : owner === 'human' ? 'owned-by-human' : 'not-handed-off';
      const isMine = await this.turns.end(tx, turn, {
        ...(failure?.isPoison ? { state: 'failed', reason: 'poison' } : { state: 'finished', outcome }),
        ...(result ? { decision: { ...result.decision }, usage: { model: result.model, promptVersion: result.promptVersion, inputTokens: result.inputTokens, outputTokens: result.outputTokens } } : {}),
      });
      if (!isMine) return;
      // What broke its readers is shown to people, and to no further turn as part of the history.
      if (failure?.isPoison) await this.events.mark(tx, turn.mail.map(({ id }) => id), 'quarantined', { reason: 'poison', runId: turn.runId });
      const refs = refsOf(turn);
      await this.log.append(tx, ...triedEntries(turn, result, failure, ms), failure?.isPoison
        ? { type: 'turn.dead', ...refs, reason: 'poison', detail: { attempts: turn.attempts, ms } }
        : { type: 'turn.finished', ...refs, reason: outcome, detail: { outcome, ms } });
      if (isOurs) {
        await this.outbox.queue(tx, refs, replies.outgoing);
        if (replies.owner !== owner) await this.conversations.changeOwner(tx, turn.chatId, { from: owner, to: replies.owner, reason: failure?.isPoison ? 'poison' : outcome }, refs);
      }
      await this.wakeMail(tx, turn);
    });
  }

  /** Gives the turn back, to be tried again later. A drain is not a failure, and doesn't count as a try. */
  async release(turn: ClaimedTurn, again: Again, code: string): Promise<void> {
    await this.database.inTransaction(async (tx) => {
      if (!(await this.turns.release(tx, turn, again))) return;
      const failed = again.isCounted ? triedEntries(turn, null, { code }, 0) : [];
      await this.log.append(tx, ...failed, { type: 'turn.released', ...refsOf(turn), detail: { attempt: turn.attempts, code, inMs: again.delayMs } });
    });
  }

  /** What was written during the turn is the next turn's. */
  private async wakeMail(tx: Tx, { chatId, correlationId }: ClaimedTurn): Promise<void> {
    const waiting = await tx.event.findFirst({ where: { chatId, state: 'received' }, select: { id: true } });
    if (waiting) await this.jobs.enqueue(tx, sortMail, { chatId, correlationId });
  }
}

const refsOf = ({ chatId, runId, correlationId }: ClaimedTurn): { chatId: string; runId: string; correlationId: string } => ({ chatId, runId, correlationId });

/** What the last try came to. */
function triedEntries(turn: ClaimedTurn, result: AgentResult | null, failure: { code: string } | null, ms: number): NewEntry[] {
  const refs = refsOf(turn);
  if (failure) return [{ type: 'turn.failed', ...refs, detail: { code: failure.code, attempt: turn.attempts } }];
  if (!result) return [];
  const { decision } = result;
  const parts = 'parts' in decision ? decision.parts.length : 0;
  const more = decision.kind === 'answer' ? { media: decision.media?.length ?? 0, options: decision.options?.choices.length ?? 0 } : {};
  return [
    ...result.steps.map((step): NewEntry => ({ type: 'agent.step', ...refs, detail: { ...step } })),
    { type: 'turn.decided', ...refs, detail: { decision: decision.kind, parts, ...more, ms, repaired: result.repaired } },
  ];
}
