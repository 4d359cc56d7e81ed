// npm run chaos [-- --only random,failpoints,…] [--messages 2000] [--seed n] [--seconds 120] [--rounds 5] [--commit sha] [--keep] [--page]
// Builds the product, runs the long proofs one after the other, keeps their figures and writes docs/evidence.md.
// --page alone writes the page from the figures that are there. `npm run chaos:long` is the storm with 10,000 messages.
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { evidencePage } from '../test/chaos/evidence/page.mjs';
import { build, generate, root } from './prepare.mjs';

const evidence = join(root, 'test/chaos/evidence');
const text = { type: 'string', default: '' };
const { values } = parseArgs({
  options: { only: text, messages: text, seed: text, seconds: text, rounds: text, commit: text, keep: { type: 'boolean', default: false }, page: { type: 'boolean', default: false } },
});

const known = readdirSync(join(root, 'test/chaos')).filter((file) => file.endsWith('.chaos.ts')).map((file) => file.replace('.chaos.ts', ''));
const wanted = values.only.split(',').filter(Boolean);
const unknown = wanted.filter((name) => !known.includes(name));
if (unknown.length > 0) throw new Error(`unknown: ${unknown.join(', ')}. There are: ${known.join(', ')}`);

let status = 0;
if (!values.page) {
  generate();
  build();
  const given = process.argv.slice(2).join(' ');
  const { signal, status: code } = spawnSync(
    process.execPath,
    ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js', '--config', 'jest.chaos.config.mjs', '--verbose', ...wanted.map((name) => `test/chaos/${name}.chaos.ts`)],
    {
      cwd: root,
      stdio: 'inherit',
      env: {
        ...process.env, NODE_ENV: 'test', CHAOS_EVIDENCE: evidence, CHAOS_COMMAND: `npm run chaos${given ? ` -- ${given}` : ''}`, CHAOS_COMMIT: values.commit,
        CHAOS_SEED: values.seed, CHAOS_MESSAGES: values.messages, CHAOS_SECONDS: values.seconds, CHAOS_ROUNDS: values.rounds, CHAOS_KEEP: String(values.keep),
      },
    },
  );
  status = signal ? 1 : (code ?? 1);
}

keepFuzz();
const figures = Object.fromEntries(readdirSync(evidence).filter((file) => file.endsWith('.json')).map((file) => [file.replace('.json', ''), JSON.parse(readFileSync(join(evidence, file), 'utf8'))]));
writeFileSync(join(root, 'docs/evidence.md'), evidencePage(figures));
console.log('docs/evidence.md is written');
process.exit(status);

/** The fuzz adds a line for each thing that it saw (EVIDENCE_FILE); the last of each name counts, and what is no list of its own. */
function keepFuzz() {
  const file = join(evidence, 'fuzz.ndjson');
  if (!existsSync(file)) return;
  const plain = (seen) => Object.fromEntries(Object.entries(seen).filter(([key, value]) => key !== 'node' && typeof value !== 'object'));
  const seen = readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line)).map(({ name, ...what }) => [name, plain(what)]);
  const about = {
    date: statSync(file).mtime.toISOString().slice(0, 16).replace('T', ' '), command: 'npm test -- test/fuzz test/hostile', commit: values.commit || 'as committed',
    node: process.version, machine: `${cpus().length} × ${cpus()[0]?.model.trim()}`,
  };
  writeFileSync(join(evidence, 'fuzz.json'), `${JSON.stringify({ about, figures: Object.fromEntries(seen) }, null, 2)}\n`);
  rmSync(file);
}
