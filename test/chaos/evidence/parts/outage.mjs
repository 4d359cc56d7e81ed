import { counts, faults, number, seconds, table } from '../table.mjs';

export function outagePart({ seed, outages }) {
  return [
    `Seed ${seed}. ${outages[0]?.load.rate ?? 0} bodies a second through the balancer to three replicas, and customers who wait for answers.`,
    table(
      ['', 'the database is', 'called', 'acknowledged', 'not 2xx', 'missing, doubled', 'p99, max', 'customers: faults', 'drained in'],
      outages.map(({ id, what, load, missing, doubled, verdict, drainMs }) => [
        id, what, number(load.called), number(load.acknowledged), counts(load.not2xx), `${number(missing)}, ${number(doubled)}`,
        `${number(load.latency.p99)}, ${number(load.latency.max)} ms`, `${number(verdict.attempted)}: ${counts(faults(verdict))}`, seconds(drainMs),
      ]),
    ),
  ];
}
