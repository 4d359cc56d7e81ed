/**
 * Resolves with the first result of `look` that is not null, undefined or false; fails after `timeoutMs` with the last
 * thing it saw. Tests wait on conditions, they never sleep for a guess.
 */
export async function until<T>(look: () => Promise<T> | T, what: string, timeoutMs = 30_000): Promise<NonNullable<T>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (seen) return seen as NonNullable<T>;
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms for ${what}`);
    await new Promise((again) => setTimeout(again, 15));
  }
}
