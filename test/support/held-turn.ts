import type { Hold } from '../../src/agent/index.js';

/** A turn that nobody takes away, on its first try, without effects: for asking the agent directly. */
export function heldTurn(more: Partial<Hold> = {}): Hold {
  const none = async (): Promise<never> => {
    throw new Error('this test has no effects');
  };
  return { signal: new AbortController().signal, lastLook: () => undefined, confirm: () => Promise.resolve(), wasTried: false, hasFailed: false, effects: { begin: none, settle: none }, ...more };
}
