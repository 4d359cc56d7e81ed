// From the command to the first 200 of /health/ready, on a tree that is installed and built: what `npm start` runs.
// Cold: no data yet, so the database is created and migrated. Warm: the same again.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startProgram } from './child.mjs';
import { medianOf } from './median.mjs';

export async function measureStart({ rounds }) {
  const cold = [];
  const warm = [];
  for (let round = 1; round <= rounds; round++) {
    const dir = mkdtempSync(join(tmpdir(), 'botmaker-agent-bench-'));
    chmodSync(dir, 0o755);
    cold.push(await readyMs(dir));
    warm.push(await readyMs(dir));
    rmSync(dir, { recursive: true, force: true });
    console.error(`round ${round}  cold ${cold.at(-1)} ms  warm ${warm.at(-1)} ms`);
  }
  return { rounds, coldMs: medianOf(cold), warmMs: medianOf(warm), cold, warm };
}

async function readyMs(dir) {
  const port = await freePort();
  const env = { NODE_ENV: 'development', PORT: String(port), MANAGEMENT_PORT: '0', DATA_DIR: dir };
  const program = await startProgram(['scripts/start.mjs'], { env, address: `http://127.0.0.1:${port}` });
  await program.stop();
  return Math.round(program.readyMs);
}
