// The upper bound: nothing but Fastify and the batched INSERT, one commit in flight. With ENQUEUE=1 the statement also wakes
// the reader, as the product's does; without, it only stores.
import { randomUUID } from 'node:crypto';
import Fastify from 'fastify';
import pg from 'pg';
import { tokenCheck } from './token.mjs';

const insert = `INSERT INTO envelope (door, body, correlation_id)
  SELECT 'webhook', substring($1::bytea FROM part.start FOR part.size), part.id FROM unnest($2::int[], $3::int[], $4::uuid[]) AS part (start, size, id)`;
const text = process.env.ENQUEUE ? `WITH stored AS (${insert}) SELECT graphile_worker.add_job('read-envelopes', '{}'::json, job_key := 'read-envelopes:')` : insert;

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 3 });
let waiting = [];
let writing = false;

function store(body, id) {
  return new Promise((done, failed) => {
    waiting.push({ body, id, done, failed });
    if (!writing) void write();
  });
}

async function write() {
  writing = true;
  while (waiting.length > 0) {
    const batch = waiting.splice(0, 500);
    const starts = [];
    let at = 1;
    for (const { body } of batch) {
      starts.push(at);
      at += body.length;
    }
    try {
      await pool.query({ name: 'store', text, values: [Buffer.concat(batch.map(({ body }) => body)), starts, batch.map(({ body }) => body.length), batch.map(({ id }) => id)] });
      for (const { done } of batch) done();
    } catch (error) {
      for (const { failed } of batch) failed(error);
    }
  }
  writing = false;
}

const allows = tokenCheck(process.env.TOKEN);
const app = Fastify();
app.addHook('onRequest', (request, reply, next) => (allows(request.headers['auth-bm-token']) ? next() : void reply.code(401).send()));
app.removeAllContentTypeParsers();
app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
app.post('/botmaker/webhook', async (request) => {
  await store(request.body, randomUUID());
  return { ok: true };
});

await app.listen({ port: 0, host: '127.0.0.1' });
process.send({ port: app.server.address().port });
