/** At most `calls` in any `windowMs`. */
export interface RateLimit {
  readonly calls: number;
  readonly windowMs: number;
}

const SENTENCE = /Only (one|\d+) requests? per (second|minute) allowed/;

/** Reads the limit out of the literal 429 sentence of an operation [O]; null when the contract states none. */
export function limitFromSentence(sentence: string | undefined): RateLimit | null {
  const match = SENTENCE.exec(sentence ?? '');
  if (!match) return null;
  return { calls: match[1] === 'one' ? 1 : Number(match[1]), windowMs: match[2] === 'minute' ? 60_000 : 1_000 };
}
