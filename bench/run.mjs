// node bench/run.mjs [ack | e2e | checkpoints | memory | start | all] [--seconds 8] [--rounds 3] [--warmup 2] [--connections 200,50] [--sides a,b] [--page]
// Prints its tables, keeps the figures in bench/results/latest.json, and with --page writes docs/performance.md.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { measureAck } from './ack.mjs';
import { measureCheckpoints } from './checkpoints.mjs';
import { root } from './child.mjs';
import { measureE2e } from './e2e.mjs';
import { measureMemory } from './memory.mjs';
import { machine, report } from './report.mjs';
import { sides } from './sides.mjs';
import { measureStart } from './start.mjs';

const measures = { ack: measureAck, e2e: measureE2e, checkpoints: measureCheckpoints, memory: measureMemory, start: measureStart };
const text = (value) => ({ type: 'string', default: value });

function options() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { seconds: text('8'), rounds: text('3'), warmup: text('2'), connections: text('200,50'), sides: text(''), page: { type: 'boolean', default: false } },
  });
  const [mode = 'all'] = positionals;
  const only = values.sides.split(',').filter(Boolean);
  const unknown = [...(mode === 'all' || measures[mode] ? [] : [mode]), ...only.filter((name) => !sides[name])];
  const numbers = { seconds: Number(values.seconds), rounds: Number(values.rounds), warmup: Number(values.warmup) };
  const connections = values.connections.split(',').map(Number);
  if (unknown.length > 0) throw new Error(`unknown: ${unknown.join(', ')}. Modes: ${Object.keys(measures).join(', ')}, all. Sides: ${Object.keys(sides).join(', ')}`);
  if (![...Object.values(numbers), ...connections].every((value) => Number.isInteger(value) && value >= 0) || numbers.rounds * numbers.seconds === 0) throw new Error('seconds, rounds, warmup and connections are whole numbers');
  return { modes: mode === 'all' ? Object.keys(measures) : [mode], ...numbers, connections, only, page: values.page };
}

const given = options();
const command = `npm run bench -- ${process.argv.slice(2).filter((argument) => argument !== '--page').join(' ')}`.trim();
const results = { about: machine(), command, load: loadavg().map((value) => value.toFixed(2)).join(', ') };
for (const mode of given.modes) results[mode] = await measures[mode](given);

const said = report(results);
mkdirSync(new URL('results/', import.meta.url), { recursive: true });
writeFileSync(new URL('results/latest.json', import.meta.url), `${JSON.stringify(results, null, 2)}\n`);
if (given.page) writeFileSync(`${root}docs/performance.md`, `${readFileSync(new URL('page-head.md', import.meta.url), 'utf8')}\n${said}`);
process.stdout.write(`\n${said}`);
