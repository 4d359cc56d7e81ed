import { counts, faults, number, seconds, table } from '../table.mjs';

const titles = { start: 'right after the start', calm: 'nothing is wrong', gale: 'in a gale', storm: 'in a storm' };
const quiet = { kill: 0, freeze: 0, database: 0 };

export function doorPart({ seed, runs }) {
  const rows = Object.entries({ ...(runs.calm ? { start: { ...runs.calm, load: runs.calm.start, blows: quiet } } : {}), ...runs });
  const edges = [...new Set(rows.flatMap(([, { load }]) => Object.keys(load.latency.histogram)))].sort((one, other) => (Number(one) || Infinity) - (Number(other) || Infinity));
  return [
    `Seed ${seed}. Three doors and two workers, as deploy/base has them. Calls leave at a constant rate whatever the answers do, and their time runs from when they were due. Missing and doubled are of the whole run.`,
    table(
      ['', 'calls', 'p50', 'p99', 'p99.9', 'max', 'not 2xx', 'missing, doubled', 'kills, freezes, restarts of PostgreSQL'],
      rows.map(([key, { load, missing, doubled, blows }]) => [titles[key] ?? key, `${number(load.rate)}/s for ${number(load.seconds)} s`, ...['p50', 'p99', 'p999', 'max'].map((name) => `${number(load.latency[name])} ms`), counts(load.not2xx), `${number(missing)}, ${number(doubled)}`, `${blows.kill}, ${blows.freeze}, ${blows.database}`]),
    ),
    table(['at most', ...rows.map(([key]) => titles[key] ?? key)], edges.map((edge) => [edge === 'more' ? 'more' : `${number(Number(edge))} ms`, ...rows.map(([, { load }]) => number(load.latency.histogram[edge] ?? 0))])),
  ];
}

export function takeoverPart({ seed, rounds, leaseMs, takeover, verdict }) {
  return [
    `Seed ${seed}. Two of three workers are killed while the model thinks, ${rounds} times; from their death until another worker starts on the turn. Lease: ${seconds(leaseMs)}.`,
    table(['turns taken over', 'p50', 'p99', 'max', 'faults'], [[number(takeover.count), seconds(takeover.p50), seconds(takeover.p99), seconds(takeover.max), counts(faults(verdict))]]),
  ];
}
