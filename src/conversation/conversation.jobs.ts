import { defineJob, type JobPayload } from '../platform/index.js';

export interface RunTurn extends JobPayload {
  runId: string;
}

/** A turn's burst is over: read the mail and decide. */
export const runTurn = defineJob<RunTurn>('run-turn', ({ runId }) => runId, 'model');

export interface LookAtChat extends JobPayload {
  chatId: string;
  /** Looks so far that found no slot or no answer. */
  tries: number;
}

/** A customer wrote to somebody else, as far as we know: is it so? */
export const lookAtChat = defineJob<LookAtChat>('look-at-chat', ({ chatId }) => chatId, 'botmaker');
