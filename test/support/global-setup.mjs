import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Gives the run a folder of its own for PostgreSQL; the first test that needs a database starts it there. */
export default async function globalSetup() {
  const dir = mkdtempSync(join(tmpdir(), 'botmaker-agent-test-'));
  chmodSync(dir, 0o755);
  process.env.TEST_POSTGRES_DIR = dir;
}
