import { judge, type Verdict } from '../rig/checker.js';
import { Customers } from '../rig/customers.js';
import { latencyOf, type Latency } from '../rig/door-figures.js';
import { drained } from '../rig/drain.js';
import { Rig } from '../rig/rig.js';

export interface TakeoverResult {
  seed: number;
  leaseMs: number;
  rounds: number;
  /** From a worker's death to the next worker's start on a turn that it held. */
  takeover: Latency;
  verdict: Verdict;
}

const turnsARound = 24;

/** Two of three workers are killed while the model thinks, round after round; the third takes their turns over. */
export function takeOver({ seed, rounds, leaseMs }: { seed: number; rounds: number; leaseMs: number }): Promise<TakeoverResult> {
  return Rig.use({ name: 'takeover', seed, env: { TURN_LEASE_MS: String(leaseMs), AGENT_CALL_TIMEOUT_MS: '120000', AGENT_TIMEOUT_MS: '240000' } }, async (rig) => {
    const customers = new Customers(rig.twin, rig.history);
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) times.push(...(await oneRound(rig, customers, round, leaseMs)));
    const { facts } = await drained(rig, 300_000);
    return { seed, leaseMs, rounds, takeover: latencyOf(times), verdict: judge(rig.history.entries, facts) };
  });
}

async function oneRound(rig: Rig, customers: Customers, round: number, leaseMs: number): Promise<number[]> {
  const tokens = Array.from({ length: turnsARound }, (_, number) => `over-${round}-${number}`);
  const held = tokens.map((token) => rig.model.hold(token));
  const answered = tokens.map((token) => customers.ask(token, 240_000));
  await Promise.all(held.map(({ asked }) => asked));
  const diedAt = Date.now();
  const [first, second] = [round, round + 1].map((index) => rig.fleet.replicas[index % rig.fleet.replicas.length]);
  for (const replica of [first, second]) replica?.signal('SIGKILL');
  // Longer than any takeover that is in time, so that a late one is seen as late.
  await new Promise((go) => setTimeout(go, leaseMs * 2 + 6000));
  for (const { release } of held) release();
  await Promise.all(answered);
  await rig.fleet.whole();
  const again = await rig.database.query<{ at: number }>(`
    SELECT (extract(epoch FROM min(at)) * 1000)::float8 AS at FROM entry WHERE type = 'turn.started' AND (detail ->> 'attempt')::int > 1
    GROUP BY run_id HAVING min(at) > to_timestamp($1 / 1000.0)`, [diedAt]);
  return again.map(({ at }) => at - diedAt);
}
