// Resident memory of the program at rest, a while after it became ready. PostgreSQL is not counted.
import { mkdtempSync, chmodSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startProgram, startServer, usage } from './child.mjs';
import { startDatabase } from './database.mjs';
import { startProduct } from './product.mjs';

const settleMs = 15_000;

export async function measureMemory() {
  const database = await startDatabase();
  const stubs = await startServer('./servers/stubs.mjs');
  const rows = [];
  try {
    for (const role of ['all', 'api', 'worker']) {
      const databaseUrl = await database.fresh('bench_memory');
      rows.push(await atRest(`role ${role}, with a database and an account`, () => startProduct(role, { databaseUrl, botmaker: stubs.address })));
    }
    rows.push(await withSandbox());
  } finally {
    await stubs.stop();
    await database.stop();
  }
  return { settleSeconds: settleMs / 1000, rows };
}

async function atRest(what, start) {
  const program = await start();
  await new Promise((done) => setTimeout(done, settleMs));
  const { rssMiB } = usage(program.pid);
  await program.stop();
  console.error(`${what}: ${rssMiB} MiB`);
  return { what, rssMiB };
}

/** As `npm start` runs it for a newcomer: sandbox and embedded database; only the program's own process is counted. */
async function withSandbox() {
  const dir = mkdtempSync(join(tmpdir(), 'botmaker-agent-bench-'));
  chmodSync(dir, 0o755);
  const port = await freePort();
  const env = { NODE_ENV: 'development', PORT: String(port), MANAGEMENT_PORT: '0', DATA_DIR: dir };
  try {
    return await atRest('as `npm start` runs it, with the sandbox', () => startProgram(['dist/main.js'], { env, address: `http://127.0.0.1:${port}` }));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
