import { afterAll, describe, expect, it } from '@jest/globals';
import { keepEvidence } from './evidence/keep.js';
import { chosenSeed } from './rig/prng.js';
import { controls, playControl, type ControlResult } from './scenarios/controls.js';

const seed = chosenSeed();
const results: ControlResult[] = [];

afterAll(() => keepEvidence('controls', { seed, controls: results }));

describe('a safeguard', () => {
  it.each(controls.map((control) => [control.name, control] as const))('against "%s" is missed as soon as it is gone: the test that it passes fails without it', async (_name, control) => {
    const result = await playControl(control, seed);
    results.push(result);
    expect(result.with).toBe(0);
    expect(result.without).toBeGreaterThan(0);
  }, 900_000);
});
