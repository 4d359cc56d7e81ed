import { createHash } from 'node:crypto';

/**
 * A number in [0, 1) that depends on nothing but its name: the same seed, concern and key give the same one in every run, in
 * whatever order they are asked for. So a message that meets a fault meets it again when the seed is run again.
 */
export function drawFor(seed: number, concern: string, key: string): number {
  return createHash('sha256').update(`${seed} ${concern} ${key}`).digest().readUInt32BE(0) / 2 ** 32;
}

/** A row of such numbers, one row a concern: drawing more for one never changes another. */
export function streamOf(seed: number, concern: string): () => number {
  let drawn = 0;
  return () => drawFor(seed, concern, String(drawn++));
}

/** A seed of the moment, or the one that `CHAOS_SEED` asks for. */
export function chosenSeed(): number {
  return Number(process.env['CHAOS_SEED'] || Date.now() % 1_000_000);
}
