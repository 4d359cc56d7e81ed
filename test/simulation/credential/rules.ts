import { mayStore, mayUse, nextStep, outcomeOf } from '../../../src/botmaker/credentials/credential.js';
import { hasEnded } from '../../../src/botmaker/credentials/token-times.js';

/** `requestTimeoutMs` in `pair-request.client.ts`; `askWithinMs` and `deadlineMs` in `refreshing.service.ts`. */
export const requestTimeoutMs = 10_000;
export const askWithinMs = 5000;
export const deadlineMs = askWithinMs + requestTimeoutMs + 5000;

/** The product's rules of the credential. A control replaces one. */
export const credentialRules = {
  nextStep,
  mayStore,
  mayUse,
  outcomeOf,
  hasEnded,
  isTooLateToAsk: (sinceBegunMs: number): boolean => sinceBegunMs > askWithinMs,
  /** A refresh is a row before it is a call. */
  leavesRow: true,
};
export type CredentialRules = typeof credentialRules;
