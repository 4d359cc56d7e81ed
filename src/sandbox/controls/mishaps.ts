import type { Fault } from '../twin/index.js';

/** What may happen to the next call that sends messages, by name. */
export const mishaps = {
  'refused-500': { kind: 'status', status: 500, when: 'before' },
  'accepted-500': { kind: 'status', status: 500, when: 'after' },
  'no-answer': { kind: 'silence', when: 'after' },
  'too-many': { kind: 'status', status: 429, when: 'before' },
} as const satisfies Record<string, Fault>;

export type MishapName = keyof typeof mishaps;
export const mishapNames = Object.keys(mishaps) as MishapName[];

/** What stays wrong until it is switched off. */
export const switchNames = ['duplicate-webhooks', 'drop-webhooks', 'slow-echo', 'slow-model', 'refuse-deliveries'] as const;
export type SwitchName = (typeof switchNames)[number];
