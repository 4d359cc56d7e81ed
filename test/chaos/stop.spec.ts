import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { built, Replica } from '../support/replica.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { until } from '../support/until.js';

const patienceMs = 180_000;
const token = 'token-of-the-webhook';

describe('a process that gets SIGTERM', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    built();
    database = await createTestDatabase();
  }, patienceMs);
  afterAll(() => database.drop());

  const start = (env: Record<string, string>): Promise<Replica> => Replica.start({
    NODE_ENV: 'test', LOG_LEVEL: 'error', DATABASE_URL: database.url, BM_API_BASE: 'http://127.0.0.1:9/v2.0', BM_ACCESS_TOKEN: 'none', BM_SECURITY_TOKEN: token,
    ADMIN_API_KEY: randomBytes(24).toString('hex'), ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'), SWEEP_EVERY_MS: '0', ...env,
  });
  const post = (replica: Replica): Promise<Response> => fetch(`${replica.address}/botmaker/webhook`, { method: 'POST', body: '{}', headers: { 'auth-bm-token': token } });
  const readiness = (replica: Replica): Promise<number> => fetch(`${replica.address}/health/ready`).then(({ status }) => status, () => 0);

  it('is not ready at once and serves on, ending each connection, until the balancer has had its time; then it ends with 0', async () => {
    const replica = await start({ SHUTDOWN_DELAY_MS: '4000' });
    expect((await post(replica)).headers.get('connection')).not.toBe('close');
    const exit = replica.stop();
    await until(async () => (await readiness(replica)) === 503, 'readiness to fail');
    const answer = await post(replica);
    expect([answer.status, answer.headers.get('connection')]).toEqual([200, 'close']);
    expect(await exit).toMatchObject({ code: 0, signal: null });
  }, patienceMs);

  it('ends with the grace when something hangs, with 1 and a word about what', async () => {
    const replica = await start({ SHUTDOWN_GRACE_MS: '3000' });
    const { hostname, port } = new URL(replica.address);
    const caller = connect(Number(port), hostname);
    // A body that never comes: the server waits for its end.
    caller.write(`POST /botmaker/webhook HTTP/1.1\r\nhost: x\r\nauth-bm-token: ${token}\r\ncontent-length: 10\r\n\r\n{`);
    await until(() => caller.bytesWritten > 0, 'the head to be sent');
    expect(await readiness(replica)).toBe(200);
    const { code } = await replica.stop();
    caller.destroy();
    expect(code).toBe(1);
    expect(replica.output).toMatch(/"connections":1.*the grace is over/);
  }, patienceMs);
});
