import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * A client library does a good deal between being asked and writing its request, and a worker may be frozen there for longer
 * than its lease. None of them takes a callback for the last moment, so it is ambient: it decides on nothing that is stored.
 */
const looks = new AsyncLocalStorage<() => void>();

/** Looks, then starts `work`, in which `lookOfNow` is the same look. `look` throws when the work must not be done. */
export function looking<T>(look: () => void, work: () => T): T {
  look();
  return looks.run(look, work);
}

/** For right before a request is written. Outside of `looking` nobody has a turn to lose. */
export const lookOfNow = (): (() => void) => looks.getStore() ?? ((): void => undefined);
