/*
 * The life of a reopening: a chat whose window has closed on an answer, until its customer writes.
 *
 *   begun ──a template fits──▶ asked ──the customer writes or taps──▶ the answers are said (the row goes)
 *    │ ▲                        │
 *    │ └── quiet hours; no      └──the platform refused it──▶ begun, with the next template
 *    │     template that fits, or nobody could see: later
 *    └── too old ──▶ the answers expire (the row goes)
 *
 * One template at a time, and each of them once: a customer who does not come back is not pursued. Without a template the answers
 * wait all the same, because he may write by himself; an alarm tells those who can have one approved. Nor is a customer asked who
 * wants nothing that he has not asked for.
 */

export interface ReopeningFacts {
  /** Since the oldest of the answers was made. */
  ageMs: number;
  /** What was sent last has not failed: the customer has been asked. */
  isAsked: boolean;
  /** The customer wants nothing that he has not asked for. */
  isOptedOut: boolean;
  quietMs: number;
  /** Null: there is none that fits. Undefined: nobody could see. */
  template: string | null | undefined;
}

export type WaitsFor = 'opted-out' | 'quiet-hours' | 'templates-unseen' | 'no-template';

export type ReopeningStep =
  | { do: 'expire' }
  | { do: 'ask'; template: string }
  | { do: 'wait'; inMs: number; waitsFor: WaitsFor | null };

/** A listing that could not be read is read again after this; one without a template that fits, after longer. */
const unseenMs = 60_000;
const noneMs = 10 * 60_000;

export function nextStep({ ageMs, isAsked, isOptedOut, quietMs, template }: ReopeningFacts, maxAgeMs: number): ReopeningStep {
  const leftMs = maxAgeMs - ageMs;
  if (leftMs <= 0) return { do: 'expire' };
  if (isAsked) return { do: 'wait', inMs: leftMs, waitsFor: null };
  if (isOptedOut) return { do: 'wait', inMs: leftMs, waitsFor: 'opted-out' };
  if (quietMs > 0) return { do: 'wait', inMs: Math.min(quietMs, leftMs), waitsFor: 'quiet-hours' };
  if (template === undefined) return { do: 'wait', inMs: Math.min(unseenMs, leftMs), waitsFor: 'templates-unseen' };
  if (template === null) return { do: 'wait', inMs: Math.min(noneMs, leftMs), waitsFor: 'no-template' };
  return { do: 'ask', template };
}
