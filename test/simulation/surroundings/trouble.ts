import type { Script } from '../engine/process.js';
import type { ErrorKind } from '../../../src/platform/index.js';

/** Something outside went wrong, as the product's code gets to see it: an error of a kind. */
export class Trouble extends Error {
  constructor(
    readonly kind: ErrorKind,
    what: string,
  ) {
    super(what);
  }
}

/** What is done again anyway may fail: the next time will do. */
export function* despiteTrouble(script: Script): Script {
  try {
    yield* script;
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
  }
}
