import { counts, faults, isSound, number, seconds } from './table.mjs';

const missing = ['not run', '–'];
const yes = (isMet) => (isMet ? 'yes' : '**no**');

/** What issue and design ask for, against what was measured. */
export function goals(figures) {
  const { random, 'random-long': long, failpoints, controls, postgres, door, takeover } = figures;
  const storm = (run, messages) => (run ? [counts(faults(run.verdict)), yes(isSound(run.verdict) && run.verdict.attempted >= messages)] : missing);
  return [
    ['2,000 messages in a storm', '0 lost, 0 duplicated, 0 out of order', ...storm(random, 2000)],
    ['10,000 messages in a gale', 'the same', ...storm(long, 10_000)],
    ['every failpoint, killed and frozen, 1 and 3 workers', 'each answered once', ...struck(failpoints)],
    ['negative controls', 'each caught', ...(controls ? caught(controls.controls) : missing)],
    ['answers that are not 2xx', '≤ 20 in any 10 minutes', ...refusals([random, long, door?.runs.calm, door?.runs.gale, door?.runs.storm, ...(postgres?.outages ?? [])])],
    ['acknowledgement at 200/s, nothing wrong', 'p99 ≤ 250 ms', ...latency(door?.runs.calm, 250)],
    ['acknowledgement at 200/s, in a gale', 'p99 ≤ 1 s, max < 10 s', ...latency(door?.runs.gale, 1000)],
    ['acknowledgement at 200/s, in a storm', 'p99 ≤ 1 s, max < 10 s', ...latency(door?.runs.storm, 1000)],
    ['takeover', `p99 ≤ lease + 2 s`, ...(takeover ? [`p99 ${seconds(takeover.takeover.p99)} with a lease of ${seconds(takeover.leaseMs)}`, yes(takeover.takeover.p99 <= takeover.leaseMs + 2000)] : missing)],
    ['ambiguous sends', 'settled within W + 30 s', ...doubts([random, long])],
  ];
}

function struck(failpoints) {
  if (!failpoints) return missing;
  const cells = failpoints.matrices.flatMap((matrix) => matrix.cells);
  const good = cells.filter(({ seen, answeredMs }) => seen === 1 && answeredMs !== null).length + failpoints.migration.filter(({ exitCode }) => exitCode === 0).length;
  const all = cells.length + failpoints.migration.length + failpoints.matrices.flatMap(({ unreached }) => unreached).length;
  return [`${number(good)} of ${number(all)}`, yes(good === all && failpoints.matrices.every(({ verdict }) => isSound(verdict)))];
}

function caught(controls) {
  const good = controls.filter((row) => row.with === 0 && row.without > 0).length;
  return [`${good} of ${controls.length}`, yes(good === controls.length)];
}

/** The worst of all runs. */
function refusals(runs) {
  const worst = runs.filter(Boolean).map((run) => (run.load ?? run.door).worstTenMinutes);
  return worst.length === 0 ? missing : [`${number(Math.max(...worst))} in the worst of ${worst.length} runs`, yes(Math.max(...worst) <= 20)];
}

function latency(run, p99) {
  if (!run) return missing;
  const { latency: measured } = run.load;
  return [`p50 ${number(measured.p50)}, p99 ${number(measured.p99)}, max ${number(measured.max)} ms`, yes(measured.p99 <= p99 && measured.max < 10_000)];
}

function doubts(runs) {
  const known = runs.filter(Boolean);
  if (known.length === 0) return missing;
  const slowest = Math.max(...known.map(({ doubts: { slowestMs } }) => slowestMs ?? Infinity));
  return [`${number(known.reduce((sum, run) => sum + run.doubts.count, 0))} of them, the slowest after ${seconds(slowest)} with W ${seconds(known[0].waits.doubtMs)}`, yes(slowest <= known[0].waits.doubtMs + 30_000)];
}
