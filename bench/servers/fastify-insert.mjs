// Plain Fastify: one INSERT and one commit for each request, then 200.
import { randomUUID } from 'node:crypto';
import Fastify from 'fastify';
import pg from 'pg';
import { tokenCheck } from './token.mjs';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
const allows = tokenCheck(process.env.TOKEN);
const app = Fastify();
app.addHook('onRequest', (request, reply, next) => (allows(request.headers['auth-bm-token']) ? next() : void reply.code(401).send()));
app.removeAllContentTypeParsers();
app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

app.post('/botmaker/webhook', async (request) => {
  await pool.query({ name: 'insert', text: `INSERT INTO envelope (door, body, correlation_id) VALUES ('webhook', $1, $2)`, values: [request.body, randomUUID()] });
  return { ok: true };
});

await app.listen({ port: 0, host: '127.0.0.1' });
process.send({ port: app.server.address().port });
