import { Injectable } from '@nestjs/common';
import type { Effect, Effects } from '../agent/index.js';
import { CorrelationLog, type NewEntry } from '../correlation/index.js';
import { AppError, Database } from '../platform/index.js';
import { EffectStore } from './effect.store.js';
import type { ClaimedTurn } from './turn.store.js';

/** Writes down what the agent's tools do in the world, before and after, so that no try of a turn does it a second time. */
@Injectable()
export class EffectLedger {
  constructor(
    private readonly database: Database,
    private readonly effects: EffectStore,
    private readonly log: CorrelationLog,
  ) {}

  /** The effects of a turn that is held. */
  of(turn: ClaimedTurn): Effects {
    const refs = { chatId: turn.chatId, runId: turn.runId, correlationId: turn.correlationId };
    return {
      begin: (effect) =>
        this.database.inTransaction(async (tx) => {
          const begun = await this.effects.begin(tx, turn, effect);
          if (!begun) throw lost();
          const { before, isCutOff } = begun;
          const { tool, call } = effect;
          if (before.state === 'begun') await this.log.append(tx, { type: 'effect.begun', ...refs, detail: { tool, call } });
          if (before.state === 'done') await this.log.append(tx, { type: 'effect.kept', ...refs, detail: { tool, call } });
          if (isCutOff) await this.log.append(tx, { type: 'effect.unknown', ...refs, detail: { tool, call, code: 'turn.effect-cut-off' } });
          return before;
        }),
      settle: (effect, after, ms) =>
        this.database.inTransaction(async (tx) => {
          if (!(await this.effects.settle(tx, turn, effect, after))) throw lost();
          await this.log.append(tx, { ...refs, ...settledEntry(effect, after, ms) });
        }),
    };
  }
}

const lost = (): AppError => new AppError('conflict', 'turn.lease-lost', 'the turn may be with another worker by now');

function settledEntry({ tool, call }: Effect, after: Parameters<Effects['settle']>[1], ms: number): NewEntry {
  switch (after.state) {
    case 'done':
      return { type: 'effect.done', detail: { tool, call, ms } };
    case 'failed':
      return { type: 'effect.failed', detail: { tool, call, code: after.code, ms } };
    case 'unknown':
      return { type: 'effect.unknown', detail: { tool, call, code: after.code } };
  }
}
