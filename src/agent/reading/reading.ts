import type { Decision } from '../decision.js';

/** What a reply means. `why` of a fault is told to the model, in Spanish; it never holds what the customer wrote. */
export type Reading = { kind: 'decision'; decision: Decision } | { kind: 'fault'; why: string };

export const fault = (why: string): Reading => ({ kind: 'fault', why });
export const decided = (decision: Decision): Reading => ({ kind: 'decision', decision });
