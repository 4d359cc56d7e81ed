import { ChaosMonkey, type Blows } from '../rig/chaos-monkey.js';
import { drained } from '../rig/drain.js';
import { load, withoutLoad, type Load, type LoadFigures } from '../rig/load.js';
import { Rig } from '../rig/rig.js';
import type { Rhythms } from '../rig/schedule.js';

export interface DoorResult {
  seed: number;
  blows: Blows;
  /** Of processes that have just started. */
  start: LoadFigures;
  load: LoadFigures;
  missing: number;
  doubled: number;
  drainMs: number;
}

/** As it is deployed: who acknowledges does nothing else. */
const roles = ['api', 'api', 'api', 'worker', 'worker'] as const;

/** How long 24,000 bodies may take to be read. */
const patienceMs = 600_000;

/** In which everything is done for the first time: told apart, because it is as long whatever the run. */
const startSeconds = 10;

/** Bodies come at a constant rate; every one that is acknowledged must be stored, once. */
export function keepTheDoor({ rate, seconds }: Load, seed: number, rhythms: Rhythms = {}): Promise<DoorResult> {
  return Rig.use({ name: 'door', seed, roles }, async (rig) => {
    const start = await load(rig, { rate, seconds: startSeconds });
    const monkey = new ChaosMonkey(rig).start(rhythms);
    const { figures, acknowledged } = await load(rig, { rate, seconds, first: rate * startSeconds });
    await monkey.stop();
    const { facts, drainMs } = await drained(rig, patienceMs);
    const { missing, doubled } = withoutLoad(facts, [...start.acknowledged, ...acknowledged]);
    return { seed, blows: monkey.blows, start: start.figures, load: figures, missing: missing.length, doubled: doubled.length, drainMs };
  });
}
