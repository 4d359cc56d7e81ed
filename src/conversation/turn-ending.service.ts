import { Injectable } from '@nestjs/common';
import type { AgentResult } from '../agent/index.js';
import { CorrelationLog, type NewEntry } from '../correlation/index.js';
import { sortMail } from '../inbox/index.js';
import { Outbox } from '../outbox/index.js';
import { Database, Jobs, type Tx } from '../platform/index.js';
import { ConversationStore } from './conversation.store.js';
import type { Replies } from './replies.js';
import { TurnStore, type ClaimedTurn } from './turn.store.js';

export interface Ending {
  replies: Replies;
  /** What the agent decided; null when it failed. */
  result: AgentResult | null;
  ms: number;
}

/** Ends a turn: the decision, the messages it leads to and the chat's next owner are stored together, or not at all. */
@Injectable()
export class TurnEnding {
  constructor(
    private readonly database: Database,
    private readonly conversations: ConversationStore,
    private readonly turns: TurnStore,
    private readonly outbox: Outbox,
    private readonly log: CorrelationLog,
    private readonly jobs: Jobs,
  ) {}

  async finish(turn: ClaimedTurn, { replies, result, ms }: Ending): Promise<void> {
    await this.database.inTransaction(async (tx) => {
      const { owner } = await this.conversations.lock(tx, turn.chatId);
      // A person (or the flow) took the chat while the agent was thinking: what it thought is kept, and not said.
      const isOurs = owner === 'agent';
      const outcome = isOurs ? replies.outcome : owner === 'human' ? 'owned-by-human' : 'not-handed-off';
      const isMine = await this.turns.end(tx, turn, {
        state: 'finished',
        outcome,
        ...(result ? { decision: { ...result.decision }, usage: { model: result.model, promptVersion: result.promptVersion, inputTokens: result.inputTokens, outputTokens: result.outputTokens } } : {}),
      });
      if (!isMine) return;
      const refs = refsOf(turn);
      await this.log.append(tx, ...decisionEntries(refs, result, ms), { type: 'turn.finished', ...refs, reason: outcome, detail: { outcome, ms } });
      if (isOurs) {
        await this.outbox.queue(tx, refs, replies.outgoing);
        if (replies.owner !== owner) await this.conversations.changeOwner(tx, turn.chatId, { from: owner, to: replies.owner, reason: outcome }, refs);
      }
      await this.wakeMail(tx, turn);
    });
  }

  /** Gives the turn back: it runs again after `delayMs`. A drain doesn't count as an attempt. */
  async release(turn: ClaimedTurn, code: string, delayMs: number, isCounted: boolean): Promise<void> {
    await this.database.inTransaction(async (tx) => {
      const isMine = await this.turns.release(tx, turn, delayMs, isCounted);
      if (isMine) await this.log.append(tx, { type: 'turn.released', ...refsOf(turn), detail: { attempt: turn.attempts, code, inMs: delayMs } });
    });
  }

  async noteFailure(turn: ClaimedTurn, code: string): Promise<void> {
    await this.database.inTransaction((tx) => this.log.append(tx, { type: 'turn.failed', ...refsOf(turn), detail: { code, attempt: turn.attempts } }));
  }

  /** What was written during the turn is the next turn's. */
  private async wakeMail(tx: Tx, { chatId, correlationId }: ClaimedTurn): Promise<void> {
    const waiting = await tx.event.findFirst({ where: { chatId, state: 'received' }, select: { id: true } });
    if (waiting) await this.jobs.enqueue(tx, sortMail, { chatId, correlationId });
  }
}

const refsOf = ({ chatId, runId, correlationId }: ClaimedTurn): { chatId: string; runId: string; correlationId: string } => ({ chatId, runId, correlationId });

function decisionEntries(refs: ReturnType<typeof refsOf>, result: AgentResult | null, ms: number): NewEntry[] {
  if (!result) return [];
  const parts = 'parts' in result.decision ? result.decision.parts.length : 0;
  return [
    ...result.steps.map((step): NewEntry => ({ type: 'agent.step', ...refs, detail: { ...step } })),
    { type: 'turn.decided', ...refs, detail: { decision: result.decision.kind, parts, ms, repaired: result.repaired } },
  ];
}
