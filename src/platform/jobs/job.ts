/** What every job carries besides its own ids, so that the log can be followed across the queue. */
export interface JobPayload {
  correlationId: string;
}

/**
 * A kind of work that the queue wakes somebody for. The room that sends it defines it; the room that does it handles it.
 *
 * A payload holds ids and plain values, never a state: Postgres decides what there is to do, the job only says "look here".
 * So a job that runs twice, late, or not at all (its worker was killed; the overdue look-out finds the work) does no harm.
 */
export interface Job<P extends JobPayload = JobPayload> {
  readonly name: string;
  /** Jobs with the same key that have not started collapse into one. */
  readonly key: (payload: P) => string;
  readonly waitsFor: Outsider;
}

/** Whom a job may have to wait for, for as long as a time limit of minutes allows. */
export type Outsider = 'nobody' | 'botmaker' | 'model';

export function defineJob<P extends JobPayload>(name: string, key: (payload: P) => string, waitsFor: Outsider = 'nobody'): Job<P> {
  return Object.freeze({ name, key, waitsFor });
}
