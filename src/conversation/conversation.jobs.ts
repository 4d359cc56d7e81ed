import { defineJob, type JobPayload } from '../platform/index.js';

export interface RunTurn extends JobPayload {
  runId: string;
}

/** A turn's burst is over: read the mail and decide. */
export const runTurn = defineJob<RunTurn>('run-turn', ({ runId }) => runId);
