/** The provider answered 200 with something that is no reply. `why` is told to the model; it holds nothing of the body. */
export class GarbageReply extends Error {
  constructor(readonly why: string) {
    super('the reply of the model could not be read');
    this.name = 'GarbageReply';
  }
}

/** The garbage behind an error, however deep a client library wrapped it. */
export function garbageBehind(error: unknown): GarbageReply | null {
  return causes(error).find((cause) => cause instanceof GarbageReply) ?? null;
}

/** An error and what caused it, outermost first. */
export function causes(error: unknown): object[] {
  const chain: object[] = [];
  for (let at = error; typeof at === 'object' && at !== null && chain.length < 5; at = (at as { cause?: unknown }).cause) chain.push(at);
  return chain;
}
