import { execFile } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { addressOf, createApp } from '../../src/create-app.js';
import { loadConfig, type AppConfig } from '../../src/platform/index.js';
import { configOfRunningSandbox, startSandbox } from '../../src/sandbox/index.js';
import { contextFor, DoctorBench, reportIn } from '../support/doctor-bench.js';
import { buildProgram } from '../support/program.js';
import { newDataDir } from '../support/running-app.js';
import { createTestDatabase } from '../support/test-database.js';

jest.setTimeout(240_000);

const customer = { contactId: '5491159876543' };

describe('in the sandbox', () => {
  const dataDir = newDataDir();
  const given = (url: string): AppConfig =>
    loadConfig({ NODE_ENV: 'test', PORT: '0', MANAGEMENT_PORT: '0', LOG_LEVEL: 'silent', DATABASE_URL: url, DATA_DIR: dataDir, SPOOL_MAX_BYTES: '65536' }, () => Buffer.alloc(32, 3).toString('base64'));

  it('a command finds the account that the running program brought along, and has little to say about it', async () => {
    const database = await createTestDatabase();
    const config = given(database.url);
    expect(await configOfRunningSandbox(config)).toBeNull();
    const sandbox = await startSandbox(config);
    const app = await createApp(sandbox.config, 'all', sandbox);
    await app.listen(0, '127.0.0.1');
    await sandbox.connect(addressOf(app));
    const found = await configOfRunningSandbox(config);
    const context = await contextFor(found!);
    const report = await reportIn(context);
    expect(report.counts).toMatchObject({ problem: 0, unseen: 0 });
    expect(report.findings.map(({ code }) => code)).toContain('sandbox-in-use');
    await context.close();
    await app.close();
    await sandbox.close();
    expect(await configOfRunningSandbox(config)).toBeNull();
    await database.drop();
  });
});

describe('at a terminal', () => {
  let bench: DoctorBench;
  beforeAll(async () => {
    buildProgram();
    bench = await DoctorBench.start();
  });
  afterAll(() => bench.stop());

  const run = (args: string[], env: Record<string, string> = {}): Promise<{ code: number; out: string; err: string }> =>
    new Promise((done) => {
      execFile(process.execPath, ['dist/cli.js', ...args], { env: { PATH: process.env['PATH'], ...bench.env, ...env } }, (error, out, err) => done({ code: error ? Number(error.code) : 0, out, err }));
    });

  it('the exit code is 0 for a healthy account, and the report is for people or for programs', async () => {
    expect(await run(['doctor'])).toMatchObject({ code: 0, out: expect.stringContaining('✓ Webhook') });
    const { out } = await run(['doctor', '--json', '--lang', 'en']);
    expect(JSON.parse(out)).toMatchObject({ exitCode: 0, topics: expect.arrayContaining([{ topic: 'host', name: 'This machine', worst: null }]) });
  });

  it('it is 1 when something is wrong, also with the configuration itself', async () => {
    expect(await run(['doctor', '--lang', 'pt'], { RETURN_INTENT: 'OUTRA' })).toMatchObject({ code: 1, out: expect.stringContaining('equipe de fluxos') });
    const masked = await run(['doctor'], { BM_ACCESS_TOKEN: 'eyJhbGciOi***', PORT: 'x' });
    expect(masked).toMatchObject({ code: 1, out: expect.stringMatching(/token-masked[\s\S]*infraestructura/) });
    expect(masked.out).toContain('config-invalid');
  });

  it('it is 2 when nobody could look, or the words make no command', async () => {
    bench.twin.faults.next('list-intents', { kind: 'status', status: 500, when: 'before' });
    expect((await run(['doctor'])).code).toBe(2);
    expect(await run(['doctor', '--lang', 'fr'])).toMatchObject({ code: 2, err: expect.stringContaining('doctor [--lang') });
  });

  it('connect and disconnect say what they did', async () => {
    bench.twin.customerWrites(customer, 'hola');
    const connect = ['connect', '--url', 'https://ana.example.com', '--contact', customer.contactId];
    expect((await run([...connect, '--dry-run'])).out).toContain('would: make the redirection rule');
    expect((await run(connect)).out).toContain('https://ana.example.com/botmaker/webhook');
    expect((await run(['disconnect', '--contact', customer.contactId])).out).toContain('delete the redirection rule');
    expect((await run(['connect', '--url', 'http://ana.example.com', '--contact', customer.contactId])).err).toContain('https://');
  });
});
