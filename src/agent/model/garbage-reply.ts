/** The provider answered 200 with something that is no reply. `why` is told to the model; it holds nothing of the body. */
export class GarbageReply extends Error {
  constructor(readonly why: string) {
    super('the reply of the model could not be read');
    this.name = 'GarbageReply';
  }
}

/** The garbage behind an error, however deep a client library wrapped it. */
export function garbageBehind(error: unknown): GarbageReply | null {
  for (let at: unknown = error, depth = 0; at instanceof Object && depth < 5; depth++, at = (at as { cause?: unknown }).cause) {
    if (at instanceof GarbageReply) return at;
  }
  return null;
}
