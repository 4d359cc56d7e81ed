import { until } from '../../support/until.js';
import { readFacts, type Facts } from './facts.js';
import type { Rig } from './rig.js';
import { behave } from './twin-habits.js';

/** How long nothing may have moved before a run counts as quiet: look-outs for overdue work look every two seconds. */
const quietMs = 2500;

/**
 * Ends every fault, waits until nothing is open any more, and reads what the tables say. A verdict before that would call
 * lost what is only late. Resolves with the time that it took, too.
 */
export async function drained(rig: Rig, patienceMs: number): Promise<{ facts: Facts; drainMs: number }> {
  const startedAt = performance.now();
  behave(rig.twin);
  await rig.fleet.whole();
  await rig.twin.settled({ timeoutMs: patienceMs }).catch(() => undefined);
  let quietSince = performance.now();
  const isQuiet = async (): Promise<boolean> => {
    if ((await openWork(rig)) > 0) quietSince = performance.now();
    return performance.now() - quietSince > quietMs;
  };
  const left = patienceMs - (performance.now() - startedAt);
  await until(isQuiet, 'everything to be done', Math.max(left, quietMs * 2)).catch(() => undefined);
  return { facts: await readFacts(rig.database), drainMs: Math.round(performance.now() - startedAt - quietMs) };
}

async function openWork({ database }: Rig): Promise<number> {
  const [open] = await database.query<{ count: number }>(`
    SELECT (SELECT count(*) FROM envelope WHERE read_at IS NULL)::int + (SELECT count(*) FROM event WHERE state = 'received')::int
      + (SELECT count(*) FROM turn WHERE state IN ('queued', 'running'))::int + (SELECT count(*) FROM message WHERE state IN ('planned', 'retrying', 'sending'))::int AS count`);
  return open?.count ?? 0;
}
