// Webhook in, 200 out: every side in turn, round after round, so that a slow minute of the machine hits all of them.
import { runScript, startServer, usage } from './child.mjs';
import { ask, startDatabase } from './database.mjs';
import { token } from './product.mjs';
import { rivals, sides } from './sides.mjs';
import { medianOf } from './median.mjs';

/** Medians over the rounds for each number of connections and side, and the ratios between them. */
export async function measureAck({ seconds, rounds, warmup, connections, only }) {
  const names = Object.keys(sides).filter((name) => only.length === 0 || only.includes(name));
  const database = await startDatabase();
  const stubs = await startServer('./servers/stubs.mjs');
  const samples = [];
  try {
    const postgres = await database.about();
    for (let round = 1; round <= rounds; round++) {
      for (const name of names) {
        for (const sample of await measureSide(name, { database, stubs, seconds, warmup, connections })) {
          samples.push({ round, side: name, ...sample });
          console.error(`round ${round}  ${name.padEnd(18)} c=${String(sample.connections).padEnd(4)} ${sample.rps.toFixed(0).padStart(6)}/s  p50 ${sample.p50}  p99 ${sample.p99}`);
        }
      }
    }
    return { postgres, seconds, rounds, connections, sides: names.map((name) => ({ name, what: sides[name].what })), results: connections.map((count) => resultAt(count, samples, names)) };
  } finally {
    await stubs.stop();
    await database.stop();
  }
}

async function measureSide(name, { database, stubs, seconds, warmup, connections }) {
  const databaseUrl = await database.fresh('bench_ack');
  const server = await sides[name].start({ databaseUrl, stubs: stubs.address });
  const samples = [];
  let acknowledged = 0;
  try {
    const load = async (count, duration) => {
      const result = await runScript('./load.mjs', { url: server.address, token, connections: count, seconds: duration });
      acknowledged += result.acknowledged;
      return result;
    };
    if (warmup > 0) await load(connections[0], warmup);
    for (const count of connections) {
      const before = usage(server.pid).cpuMs;
      const result = await load(count, seconds);
      const after = usage(server.pid);
      samples.push({ connections: count, ...result, cpuMs: before === null ? null : (after.cpuMs - before) / result.requests, rssMiB: after.rssMiB });
    }
  } finally {
    await server.stop('SIGKILL');
  }
  if (sides[name].stores) await checkStored(name, databaseUrl, acknowledged);
  await database.drop('bench_ack');
  return samples;
}

/** The server was killed without warning: what it acknowledged must be there, and must have come with different ids. */
async function checkStored(name, databaseUrl, acknowledged) {
  const [{ stored, sampled, different }] = await ask(databaseUrl, `
    SELECT (SELECT count(*)::int FROM envelope) AS stored, count(*)::int AS sampled, count(DISTINCT convert_from(body, 'UTF8')::jsonb #>> '{messages,0,_id_}')::int AS different
    FROM (SELECT body FROM envelope ORDER BY id DESC LIMIT 500) AS newest`);
  if (stored < acknowledged) throw new Error(`${name} acknowledged ${acknowledged} and stored ${stored}`);
  if (different !== sampled) throw new Error(`${name}: ${sampled} bodies hold only ${different} message ids`);
}

function resultAt(connections, samples, names) {
  const at = samples.filter((sample) => sample.connections === connections);
  const of = (side, field) => at.filter((sample) => sample.side === side).map((sample) => sample[field]);
  const rows = names.map((side) => ({
    side,
    ...Object.fromEntries(['rps', 'p50', 'p99', 'cpuMs', 'rssMiB'].map((field) => [field, medianOf(of(side, field))])),
    rpsOfRounds: of(side, 'rps').map(Math.round),
    refused: of(side, 'non2xx').concat(of(side, 'errors')).reduce((sum, count) => sum + count, 0),
  }));
  const rpsOf = (side) => rows.find((row) => row.side === side)?.rps;
  const ratios = names
    .filter((name) => name.startsWith('product'))
    .flatMap((product) => rivals.filter((rival) => names.includes(rival)).map((rival) => ({ product, rival, ratio: rpsOf(product) / rpsOf(rival), ...spread(of(product, 'rps'), of(rival, 'rps')) })));
  return { connections, rows, ratios };
}

/** The ratio within each round, lowest and highest: how far one run can be trusted. */
function spread(products, rivalsRps) {
  const each = products.map((rps, round) => rps / rivalsRps[round]);
  return { lowest: Math.min(...each), highest: Math.max(...each) };
}
