import { describe, expect, it } from '@jest/globals';
import { keepEvidence } from './evidence/keep.js';
import { points } from './preload/points.mjs';
import { chosenSeed } from './rig/prng.js';
import { blows, loseAtTheDoor, pointsOnTheWay, strikeAll, strikeMigration, type Matrix } from './scenarios/failpoints.js';

const seed = chosenSeed();
/** How often the model may be asked about one message: more where the blow falls, or may fall ("typing" asks for a token, too), before its decision is stored. */
const mostModelCalls: Readonly<Record<string, number>> = { K2: 2, K3: 2, K4: 4, K5: 2, K11: 2 };
const matrices: Matrix[] = [];

describe.each([1, 3])('with %i worker(s), struck at each point of the way', (workers) => {
  it('a message is answered once, whether the worker is killed or frozen', async () => {
    const matrix = await strikeAll({ seed, workers, points: pointsOnTheWay, blows });
    matrices.push(matrix);
    keepEvidence('failpoints', { seed, points, matrices, migration: [] });
    const { lost, duplicated, disordered, unexpected, askedAgain } = matrix.verdict;
    expect(matrix.unreached).toEqual([]);
    expect(matrix.cells.filter(({ seen, answeredMs }) => seen !== 1 || answeredMs === null)).toEqual([]);
    expect({ lost, duplicated, disordered, unexpected, askedAgain }).toEqual({ lost: [], duplicated: [], disordered: [], unexpected: [], askedAgain: [] });
    expect(matrix.cells.filter(({ point, modelCalls }) => modelCalls > (mostModelCalls[point] ?? 1))).toEqual([]);
  }, 3_600_000);
});

describe('a door that is killed with a body in its hands', () => {
  it('loses nothing even when it is not told again: the sweep finds the message', async () => {
    const result = await loseAtTheDoor(seed);
    keepEvidence('lost-at-the-door', { seed, ...result });
    expect(result.verdict).toMatchObject({ lost: [], duplicated: [], acknowledged: 0, recovered: 1, ends: { answered: 1 } });
  }, 900_000);
});

describe('a migration that is struck in the middle', () => {
  const migration: object[] = [];

  it.each(blows)('by %s is finished by the next run', async (signal) => {
    const result = await strikeMigration(seed, signal);
    migration.push({ signal, ...result });
    keepEvidence('failpoints', { seed, points, matrices, migration });
    expect(result).toMatchObject({ hits: [`hit K12 ${signal}`], exitCode: 0 });
  }, 600_000);
});
