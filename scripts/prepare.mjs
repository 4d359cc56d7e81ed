// What `npm start` and `npm test` need before they can run: dependencies, the database client, and a build. Each step is
// skipped when nothing it depends on has changed, so that an installed tree starts at once. Only Node is needed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** Runs a command of this tree and ends this process when it fails. */
export function run(command, args, env = {}) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env }, shell: process.platform === 'win32' });
  if (status !== 0) process.exit(status ?? 1);
}

const bin = (name) => join(root, 'node_modules', '.bin', name);

export function install() {
  once('installed', fingerprintOf(['package.json', 'package-lock.json']), () => run('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error']));
}

/** Prisma looks for its schema engine even where it only generates; any executable will do, and nothing is downloaded. */
export function generate() {
  once('generated', fingerprintOf(['prisma/schema.prisma', 'package-lock.json']), () => run(bin('prisma'), ['generate'], { PRISMA_SCHEMA_ENGINE_BINARY: process.execPath }), 'src/generated/prisma');
}

export function build() {
  once('built', fingerprintOf(['src', 'prisma/schema.prisma', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'nest-cli.json', 'scripts/bundle.mjs']), compile, 'dist');
}

/** One file for each source first (build), then the few that run (dist). */
function compile() {
  run(bin('nest'), ['build']);
  run(process.execPath, ['scripts/bundle.mjs']);
}

/** Runs a step unless it left its mark for the same inputs; `product` must still be there. */
function once(step, fingerprint, work, product = 'node_modules') {
  const mark = join(root, 'node_modules', '.prepared', step);
  if (existsSync(mark) && readFileSync(mark, 'utf8') === fingerprint && existsSync(join(root, product))) return;
  work();
  mkdirSync(join(root, 'node_modules', '.prepared'), { recursive: true });
  writeFileSync(mark, fingerprint);
}

function fingerprintOf(paths) {
  const hash = createHash('sha256').update(process.version);
  for (const path of paths) for (const file of filesOf(join(root, path))) hash.update(file).update(readFileSync(file));
  return hash.digest('hex');
}

function filesOf(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.name !== 'generated')
    .flatMap((entry) => filesOf(join(path, entry.name)))
    .sort();
}
