// What a run says, as Markdown: the same text on the terminal and in docs/performance.md.
import { cpus, totalmem } from 'node:os';

export function machine() {
  return { date: new Date().toISOString().slice(0, 16).replace('T', ' '), cores: cpus().length, cpu: cpus()[0]?.model ?? 'unknown', memoryGiB: Math.round(totalmem() / 2 ** 30), node: process.version, platform: `${process.platform} ${process.arch}` };
}

const number = (value, digits = 0) => (value === null || value === undefined ? '–' : value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits }));
const times = (value) => `${number(value, value < 10 ? 2 : 1)}×`;

function table(head, rows) {
  const cells = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => row[column].length)));
  const line = (row) => `| ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join(' | ')} |`;
  const rule = `|${widths.map((width, column) => (column === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [line(cells[0]), rule, ...cells.slice(1).map(line)].join('\n');
}

function ackPart({ results, sides, seconds, rounds, postgres }) {
  const parts = [
    '## Webhook in, 200 out',
    `${rounds} rounds of ${seconds} s a side; a table shows medians. PostgreSQL ${postgres.server_version}, fsync ${postgres.fsync}, synchronous_commit ${postgres.synchronous_commit}; one small commit takes ${postgres.commitMs} ms here.`,
    sides.map(({ name, what }) => `- \`${name}\`: ${what}`).join('\n'),
  ];
  for (const { connections, rows, ratios } of results) {
    parts.push(
      `### ${connections} connections`,
      table(
        ['side', 'acknowledged/s', 'each round', 'p50 ms', 'p99 ms', 'non-2xx, errors', 'CPU ms/request', 'RSS MiB'],
        rows.map((row) => [row.side, number(row.rps), row.rpsOfRounds.map((rps) => number(rps)).join(' · '), row.p50, row.p99, row.refused, number(row.cpuMs, 3), number(row.rssMiB)]),
      ),
      table(['ratio of medians', 'ratio', 'lowest round', 'highest round'], ratios.map(({ product, rival, ratio, lowest, highest }) => [`${product} / ${rival}`, times(ratio), times(lowest), times(highest)])),
    );
  }
  return parts;
}

function e2ePart({ rows, chats, seconds, idleStatementsPerSecond }) {
  return [
    '## Webhook in, answer out',
    `The whole product in one process, the offline answerer (it searches the knowledge in PostgreSQL), \`DEBOUNCE_MS=0\`, ${chats} chats that are with the agent, ${seconds} s each. Time: from the webhook's first byte to the arrival of \`send-messages\`. Statements: counted by pg_stat_statements, BEGIN and COMMIT included, and the ${idleStatementsPerSecond}/s of an idle process, too.`,
    table(
      ['load', 'answers/s', 'p50 ms', 'p99 ms', 'statements/message', 'transactions/message', 'CPU ms/message', 'unanswered', 'refused', 'RSS MiB'],
      rows.map((row) => [row.what, number(row.perSecond, 1), row.p50, row.p99, row.statements, row.transactions, row.cpuMs ?? '–', row.unanswered, row.refused, row.rssMiB ?? '–']),
    ),
  ];
}

function checkpointsPart({ rows, rounds, turnsARound, atOnce, postgres }) {
  return [
    '## What it costs to keep the steps of a turn',
    `The agent's graph with a model that answers at once and 20 lines of history, ${atOnce} turns at a time, ${rounds} rounds of ${turnsARound} turns each; the ways take turns within a round. Forgetting the turn at its end is counted. PostgreSQL ${postgres.server_version}, fsync ${postgres.fsync}; one small commit takes ${postgres.commitMs} ms here.`,
    table(
      ['turn', 'kept by', 'p50 ms', 'p99 ms', 'statements/turn', 'p50 against nothing'],
      rows.map((row) => [row.kind, row.way, number(row.p50, 1), number(row.p99, 1), number(row.statements, 1), times(row.ratio)]),
    ),
  ];
}

const memoryPart = ({ rows, settleSeconds }) => [
  '## Memory at rest',
  `Resident memory of the program's process ${settleSeconds} s after it became ready; PostgreSQL not counted.`,
  table(['process', 'RSS MiB'], rows.map(({ what, rssMiB }) => [what, rssMiB ?? '–'])),
];

const startPart = ({ coldMs, warmMs, cold, warm }) => [
  '## Start',
  '`npm start` on a tree that is installed and built, until `/health/ready` answers 200. Cold creates and migrates the embedded database; warm finds it.',
  table(['start', 'median ms', 'each round'], [['cold', number(coldMs), cold.join(' · ')], ['warm', number(warmMs), warm.join(' · ')]]),
];

/** The parts that were measured, in a fixed order. */
export function report({ about, command, load, ack, e2e, checkpoints, memory, start }) {
  const parts = [
    `${about.date} UTC, ${about.cores} cores (${about.cpu}), ${about.memoryGiB} GiB, Node ${about.node}, ${about.platform}. Server, database, stubs and load generator share the machine: ratios within one run count, absolute figures do not travel. Load average before the run: ${load}.`,
    `\`${command}\``,
    ...(ack ? ackPart(ack) : []),
    ...(e2e ? e2ePart(e2e) : []),
    ...(checkpoints ? checkpointsPart(checkpoints) : []),
    ...(memory ? memoryPart(memory) : []),
    ...(start ? startPart(start) : []),
  ];
  return `${parts.join('\n\n')}\n`;
}
