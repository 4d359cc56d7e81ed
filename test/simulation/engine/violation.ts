/** A promise that was broken. Its message is the promise. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

/** A promise: when it does not hold, the schedule ends here. */
export function promise(holds: boolean, sentence: string, about = ''): asserts holds {
  if (!holds) throw new Violation(about ? `${sentence} (${about})` : sentence);
}
