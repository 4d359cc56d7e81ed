import { judge, type Verdict } from '../rig/checker.js';
import { Customers } from '../rig/customers.js';
import { drained } from '../rig/drain.js';
import { load, withoutLoad, type LoadFigures } from '../rig/load.js';
import { Rig } from '../rig/rig.js';

export interface Outage {
  id: string;
  what: string;
  forMs: number;
  /** The way to the database leads through a wire. */
  wire?: boolean;
  /** Resolves when the trouble is over. */
  trouble: (rig: Rig, forMs: number) => Promise<unknown>;
}

export interface OutageResult {
  id: string;
  what: string;
  seconds: number;
  load: LoadFigures;
  /** Bodies of the load that were acknowledged and are not stored, or are stored twice. */
  missing: number;
  doubled: number;
  verdict: Verdict;
  drainMs: number;
}

const beforeMs = 8000;
const afterMs = 15_000;
const rate = 50;
const patienceMs = 300_000;

const pause = (ms: number): Promise<void> => new Promise((go) => setTimeout(go, ms));

export const outages: readonly Outage[] = [
  {
    id: 'P1',
    what: 'immediate restarts, one every 20 s',
    forMs: 60_000,
    trouble: async ({ database }, forMs) => {
      for (let left = forMs; left > 0; left -= 20_000) {
        await database.restart();
        await pause(Math.min(left, 20_000));
      }
    },
  },
  {
    id: 'P2',
    what: 'down for a minute',
    forMs: 60_000,
    trouble: async ({ database }, forMs) => {
      await database.kill();
      await pause(forMs);
      await database.up();
    },
  },
  {
    id: 'P3',
    what: 'down for 40 s, and two replicas are killed meanwhile: what they keep on disk is in their volumes',
    forMs: 40_000,
    trouble: async ({ database, fleet }, forMs) => {
      await database.kill();
      for (const replica of fleet.replicas.slice(0, 2)) {
        await pause(forMs / 4);
        replica.signal('SIGKILL');
      }
      await pause(forMs / 2);
      await database.up();
    },
  },
  {
    id: 'P7',
    what: 'every commit hangs for 30 s (it waits for a standby that does not exist)',
    forMs: 30_000,
    trouble: async ({ database }, forMs) => {
      await database.query("ALTER SYSTEM SET synchronous_standby_names = 'ghost'");
      await database.query('SELECT pg_reload_conf()');
      await pause(forMs);
      await database.query('ALTER SYSTEM RESET synchronous_standby_names');
      await database.query('SELECT pg_reload_conf()');
    },
  },
  {
    id: 'P8',
    what: 'half-open for 30 s: connections stand, nothing passes',
    forMs: 30_000,
    wire: true,
    trouble: async ({ databaseWire }, forMs) => {
      databaseWire?.stall();
      await pause(forMs);
      databaseWire?.heal();
    },
  },
];

/** Bodies come at 50 a second, and some customers wait for answers, while the database is in trouble. */
export function sufferOutage({ id, what, forMs, wire = false, trouble }: Outage, seed: number): Promise<OutageResult> {
  return Rig.use({ name: `outage-${id}`, seed, databaseWire: wire }, async (rig) => {
    const seconds = Math.round((beforeMs + forMs + afterMs) / 1000);
    const loaded = load(rig, { rate, seconds });
    const served = new Customers(rig.twin, rig.history).writeAll({ messages: 60, customers: 12, seed, patienceMs: forMs + 4 * rig.pace.doubtMs });
    await pause(beforeMs);
    rig.history.add({ what: 'database', event: 'killed' });
    await trouble(rig, forMs);
    rig.history.add({ what: 'database', event: 'up' });
    const [{ figures, acknowledged }] = await Promise.all([loaded, served]);
    const drain = await drained(rig, patienceMs);
    const { facts, missing, doubled } = withoutLoad(drain.facts, acknowledged);
    return { id, what, seconds, load: figures, missing: missing.length, doubled: doubled.length, verdict: judge(rig.history.entries, facts), drainMs: drain.drainMs };
  });
}
