import 'reflect-metadata';
import { existsSync } from 'node:fs';
import { addressOf, createApp } from './create-app.js';
import { announce } from './announce.js';
import {
  ConfigError, isTransient, keptSecrets, loadConfig, migrate, openDatabase, Role, roleNames, waitForMigrations,
  type AppConfig, type EmbeddedPostgres, type RoleName,
} from './platform/index.js';
import { startSandbox } from './sandbox/index.js';
import { stopOnSignal } from './stop-on-signal.js';

/*
 * node dist/main.js [all | api | worker | migrate]
 *
 * `all` (the default) is everything in one process, with an embedded database and the sandbox where none is configured.
 * The others are one role each, for Kubernetes; they need DATABASE_URL, and `migrate` ends when the schema is up to date.
 * What opens a door does so without waiting for the database.
 */

async function main(): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const role = roleFrom(process.argv[2]);
  const given = loadConfig(process.env, keptSecrets);
  if (role !== 'all' && !given.database.url) throw new ConfigError([`DATABASE_URL must be set for the role ${role}: only "all" brings its own database`]);
  const { config, embedded } = await openDatabase(given);
  const url = config.database.url?.reveal() ?? '';
  if (role === 'migrate') return void process.stdout.write(`migrations applied: ${(await migrate(url)).join(', ') || 'none, the schema is up to date'}\n`);
  if (role === 'worker') await waitForMigrations(url);
  if (role === 'all') await migrateWhenPossible(url);
  await run(config, role, embedded);
}

/**
 * A database that is away keeps no door closed: `api` opens its own at once and keeps what comes on disk, and so does `all`,
 * which migrates as soon as it can. Any other failure to migrate ends the program, now or then.
 */
async function migrateWhenPossible(url: string): Promise<void> {
  const tryOnce = (): Promise<boolean> => migrate(url).then(() => true, (error: unknown) => {
    if (isTransient(error)) return false;
    throw error;
  });
  if (await tryOnce()) return;
  const again = (): void => void setTimeout(() => void tryOnce().then((isDone) => isDone || again(), fail), 1000);
  again();
}

async function run(given: AppConfig, role: RoleName, embedded: EmbeddedPostgres | null): Promise<void> {
  const sandbox = given.sandbox && new Role(role).serves ? await startSandbox(given) : null;
  const config = sandbox?.config ?? given;
  const app = await createApp(config, role, sandbox);
  stopOnSignal(app, async () => {
    await sandbox?.close();
    await embedded?.stop();
  });
  await app.listen(config.http.port, config.http.host);
  await sandbox?.connect(addressOf(app));
  announce({ address: addressOf(app), config, role, embedded: embedded !== null });
}

function roleFrom(argument: string | undefined): RoleName {
  const role = roleNames.find((name) => name === (argument ?? 'all'));
  if (!role) throw new ConfigError([`unknown role "${argument}": use one of ${roleNames.join(', ')}`]);
  return role;
}

function fail(error: unknown): never {
  process.stderr.write(error instanceof ConfigError ? `${error.message}\n` : `${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
}

main().catch(fail);
