import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Ends the run's PostgreSQL at once (its data is thrown away) and removes its folder. */
export default async function globalTeardown() {
  const dir = process.env.TEST_POSTGRES_DIR;
  if (!dir) return;
  const pidFile = join(dir, 'data', 'postmaster.pid');
  if (existsSync(pidFile)) process.kill(Number(readFileSync(pidFile, 'utf8').split('\n')[0]), 'SIGQUIT');
  for (let tries = 0; existsSync(pidFile) && tries < 200; tries++) await new Promise((again) => setTimeout(again, 25));
  rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
}
