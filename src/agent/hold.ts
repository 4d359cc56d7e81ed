/** How the caller holds a turn while the agent decides. */
export interface Hold {
  /** Ends when the turn is lost or the process drains. */
  signal: AbortSignal;
  /** Throws when the turn may be somebody else's by now. Asked right before whatever costs or changes something. */
  lastLook(): void;
  /** Asks whether the turn is still held, where that is stored, and throws when it is not. Before each call that is paid for. */
  confirm(): Promise<void>;
  /** An earlier try may have left a checkpoint to go on from. */
  wasTried: boolean;
  /** The try before this one failed, so that asking the model once more is a retry. That a worker died is no failure of the model's. */
  hasFailed: boolean;
  effects: Effects;
}

/** One effect of a turn. The same call of the same tool has the same name in every try of the turn. */
export interface Effect {
  tool: string;
  call: string;
}

/** What is known of an effect that a tool is about to have: nothing yet (it is written down now), or what became of it before. */
export type Before = { state: 'begun' } | { state: 'done'; result: string } | { state: 'unknown' };

export type After = { state: 'done'; result: string } | { state: 'failed' | 'unknown'; code: string };

/** Sees to it that an effect is had once, whatever becomes of the try that has it. Both throw when the turn is not held any more. */
export interface Effects {
  /** The intent is stored when this resolves with `begun`: only then may the effect be had. */
  begin(effect: Effect): Promise<Before>;
  settle(effect: Effect, after: After, ms: number): Promise<void>;
}
