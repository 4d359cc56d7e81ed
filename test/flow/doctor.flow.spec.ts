import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { renderReport, SetupWatch } from '../../src/doctor/index.js';
import { Alarms } from '../../src/platform/index.js';
import { DoctorBench, dutiesOf } from '../support/doctor-bench.js';
import { ModelServer, refusedKey } from '../support/model-server.js';
import { until } from '../support/until.js';

jest.setTimeout(240_000);

const line = '5491150000001';
const customer = { contactId: '5491159876543' };

describe('the doctor, for an account that is set up well', () => {
  let bench: DoctorBench;
  beforeAll(async () => void (bench = await DoctorBench.start()));
  afterAll(() => bench.stop());

  it('has nothing for anybody to do, and asks only what the contract allows', async () => {
    bench.twin.customerWrites(customer, 'hola');
    const report = await bench.report();
    expect(dutiesOf(report)).toEqual([]);
    expect([report.exitCode, report.counts.problem, report.counts.unseen]).toEqual([0, 0, 0]);
    expect(bench.twin.violations).toEqual([]);
    expect(bench.twin.calls.filter(({ status }) => status === 429)).toEqual([]);
  });

  it('changes nothing on either side', async () => {
    const before = await bench.app.prisma.credential.findMany();
    const from = bench.twin.calls.length;
    await bench.reportWith({ BM_ACCESS_TOKEN: 'eyJhbGciOiJIUzUxMiJ9.eyJpZCI6IjEifQ.wrong' });
    expect(bench.twin.calls.slice(from).filter(({ method }) => method !== 'GET')).toEqual([]);
    expect(await bench.app.prisma.credential.findMany()).toEqual(before);
  });

  it('prints no token, no number and no text, in any language', async () => {
    const rule = await bench.makeRule({ URL: `https://dev.example.com/${bench.twin.webhookToken}`, chatsMatchProps: [{ webhookEnv: 'test' }] });
    const report = await bench.report();
    const printed = [JSON.stringify(report), ...(['es', 'pt', 'en'] as const).map((language) => renderReport(report, language))].join('\n');
    const { accessToken, refreshToken, secretId } = bench.twin.credentials;
    for (const secret of [accessToken, refreshToken, secretId, bench.twin.webhookToken, line, customer.contactId, 'hola']) expect(printed).not.toContain(secret);
    expect(printed).toContain('dev.example.com');
    await rule.remove();
  });

  it.each<[string, (bench: DoctorBench) => unknown, (bench: DoctorBench) => unknown, string[]]>([
    ['user messages are switched off', ({ twin }) => twin.setWebhookFlags({ notifyUserMessages: false }), ({ twin }) => twin.setWebhookFlags({ notifyUserMessages: true }), ['webhook-user-messages-off: equipo de Botmaker (superadmin)']],
    ['variable changes are switched off', ({ twin }) => twin.setWebhookFlags({ includeVariableChanges: false }), ({ twin }) => twin.setWebhookFlags({ includeVariableChanges: true }), ['webhook-variable-changes-off: equipo de Botmaker (superadmin)']],
    ['the webhook is switched off', ({ twin }) => twin.setWebhook({ isActive: false }), ({ twin }) => twin.setWebhook({ isActive: true }), ['webhook-off: equipo de Botmaker (superadmin)']],
    ['the webhook has no channel', ({ twin }) => twin.setWebhook({ channelIds: [] }), ({ twin }) => twin.setWebhook({ channelIds: [twin.channelId] }), ['webhook-no-lines: equipo de Botmaker (superadmin)', 'lines-lost: equipo de Botmaker (superadmin)']],
    ['the webhook tells somebody else', ({ twin }) => twin.setWebhookUrl('http://127.0.0.1:9/other'), ({ twin, app }) => twin.setWebhookUrl(`${app.address}/botmaker/webhook`), ['webhook-elsewhere: equipo de Botmaker (superadmin)']],
    ['the webhook’s token is another', ({ twin, env }) => twin.setWebhook({ token: `${env['BM_SECURITY_TOKEN']}x` }), ({ twin, env }) => twin.setWebhook({ token: env['BM_SECURITY_TOKEN'] ?? '' }), ['webhook-token-other: infraestructura']],
    ['there is no webhook, and Botmaker says so with a null', ({ twin }) => twin.faults.next('list-webhooks', { kind: 'garbage', status: 200, body: 'null', contentType: 'application/json' }), () => undefined, ['webhook-missing: equipo de Botmaker (superadmin)']],
    ['the intents can’t be read just now', ({ twin }) => twin.faults.next('list-intents', { kind: 'status', status: 500, when: 'before' }), () => undefined, ['botmaker-unseen: infraestructura']],
    ['the templates are none of this token’s business', ({ twin }) => twin.faults.next('list-whatsapp-templates', { kind: 'status', status: 403, when: 'before' }), () => undefined, ['token-forbidden: equipo de Botmaker (superadmin)']],
  ])('says it when %s, and whose it is', async (_what, spoil, mend, expected) => {
    await spoil(bench);
    const report = await bench.report();
    await mend(bench);
    expect(dutiesOf(report)).toEqual(expected);
    expect(report.exitCode).toBe(expected[0]?.startsWith('botmaker-unseen') ? 2 : 1);
  });

  it('sees the lines in the chats when Botmaker does not list its channels', async () => {
    bench.twin.faults.next('list-channels', { kind: 'status', status: 500, when: 'before' });
    const report = await bench.report();
    expect(report.findings.map(({ code }) => code)).toContain('lines-from-chats');
    expect(dutiesOf(report)).toEqual([]);
  });

  it('asks once more when somebody else has used up the account’s one call a second', async () => {
    const busy = { kind: 'status', status: 429, when: 'before' } as const;
    bench.twin.faults.next('list-channels', busy).next('list-intents', busy);
    expect(await bench.duties()).toEqual([]);
  });

  it('warns of a rule that sends chats elsewhere, and calls one for everybody a problem', async () => {
    const some = await bench.makeRule({ URL: 'https://dev.example.com/hook', name: 'ana', chatsMatchProps: [{ webhookEnv: 'test' }] });
    expect(await bench.duties()).toEqual(['rule-elsewhere: desarrollo']);
    await some.remove();
    const all = await bench.makeRule({ URL: 'https://dev.example.com/hook', name: 'todos', chatsMatchProps: [{}] });
    expect(await bench.duties()).toEqual(['rule-everybody: desarrollo']);
    await all.remove();
  });

  it.each<[Record<string, string>, string]>([
    [{ RETURN_INTENT: 'VOLVER_AL_FLUJO' }, 'intent-missing: equipo de flujos'],
    [{ WINDOW_TEMPLATE: 'novedades_del_mes' }, 'template-pending: equipo de Botmaker (superadmin)'],
    [{ WINDOW_TEMPLATE: 'no_existe' }, 'template-missing: equipo de Botmaker (superadmin)'],
    [{ BM_SECURITY_TOKEN: 'the-new-token-of-the-webhook', BM_SECURITY_TOKEN_PREVIOUS: '' }, 'webhook-token-other: infraestructura'],
    [{ BM_ACCESS_TOKEN: 'eyJhbGciOiJIUzUxMiJ9.eyJpZCI6IjEifQ.wrong' }, 'token-refused: equipo de Botmaker (superadmin)'],
    [{ BM_API_BASE: 'http://127.0.0.1:9/v2.0' }, 'botmaker-unreachable: infraestructura'],
    [{ KNOWLEDGE_DIR: 'no-such-folder' }, 'knowledge-missing: infraestructura'],
    [{ SPOOL_DIR: '/proc/no-such-folder' }, 'spool-unwritable: infraestructura'],
    [{ AGENT_MODEL: 'openai:test', OPENAI_API_KEY: 'x', OPENAI_BASE_URL: 'http://127.0.0.1:9/v1' }, 'model-failed: infraestructura'],
    [{ ENCRYPTION_KEY: Buffer.alloc(32, 9).toString('base64') }, 'token-sealed-otherwise: infraestructura'],
  ])('sees what is wrong with %j', async (env, expected) => {
    expect(dutiesOf(await bench.reportWith(env))).toContain(expected);
  });

  it('asks the model’s server for its list, with the key', async () => {
    const model = await ModelServer.start();
    const look = async (name: string, key: string): Promise<string[]> => dutiesOf(await bench.reportWith({ AGENT_MODEL: `openai:${name}`, OPENAI_API_KEY: key, OPENAI_BASE_URL: model.baseUrl }));
    expect(await look('test', 'good')).toEqual([]);
    expect(await look('another', 'good')).toEqual(['model-unlisted: desarrollo']);
    expect(await look('test', refusedKey)).toEqual(['model-key-refused: infraestructura']);
    await model.close();
  });

  it('speaks of the account while the database is away, with the token of the environment', async () => {
    // Nobody counts the calls of this process together with those before.
    await until(() => bench.twin.calls.every(({ at }) => Date.now() - at.getTime() > 1100), 'a second without a call');
    const report = await bench.reportWith({ DATABASE_URL: 'postgresql://nobody:secret@127.0.0.1:1/none', WINDOW_TEMPLATE: 'no_existe' });
    expect(dutiesOf(report)).toEqual(['template-missing: equipo de Botmaker (superadmin)', 'database-unreachable: infraestructura']);
    expect(JSON.stringify(report)).not.toContain('secret@');
  });
});

describe('the doctor, for an account that is in trouble', () => {
  it('names each trouble and its team', async () => {
    const bench = await DoctorBench.start({
      channels: [{ id: `acmebot-whatsapp-${line}`, platform: 'whatsapp', number: line, name: 'Principal', isActive: true, status: 'RESTRICTED', quality: 'RED' }],
      flow: {
        intents: [{ name: 'VOLVER_FLUJO' }, { name: 'DERIVAR_A_PERSONA', isActive: false }],
        templates: [{ name: 'retomar_conversacion', state: 'APPROVED', category: 'MARKETING', locale: 'es_AR', text: 'Hola', lines: ['5491150000009'], botName: 'Bot de ventas' }],
      },
    });
    try {
      expect(await bench.duties()).toEqual([
        'line-down: equipo de Botmaker (superadmin)', 'line-quality-low: equipo de Botmaker (superadmin)', 'intent-off: equipo de flujos',
        'template-other-line: equipo de Botmaker (superadmin)', 'template-marketing: equipo de Botmaker (superadmin)', 'template-moves-bot: equipo de flujos',
      ]);
    } finally {
      await bench.stop();
    }
  });
});

describe('the running program', () => {
  let bench: DoctorBench;
  beforeAll(async () => void (bench = await DoctorBench.start()));
  afterAll(() => bench.stop());

  it('shows in /health what its last look found, raises an alarm, and stays ready', async () => {
    const { app, twin } = bench;
    const watch = app.app.get(SetupWatch, { strict: false });
    const setup = async (): Promise<{ status: string; problems?: string[] }> => ((await app.api<{ details: Record<string, { status: string }> }>('/health')).body.details['setup']) as { status: string; problems?: string[] };
    expect(await setup()).toMatchObject({ status: 'up', lookedAt: null });
    await watch.look();
    expect(await setup()).toMatchObject({ status: 'up', problems: [] });
    twin.setWebhookFlags({ notifyOperatorMessages: false });
    await watch.look();
    expect(await setup()).toMatchObject({ status: 'degraded', problems: ['webhook-operator-messages-off'] });
    expect(app.app.get(Alarms).raised()).toHaveProperty('setup-wrong');
    expect([(await fetch(`${app.address}/health`)).status, (await fetch(`${app.address}/health/ready`)).status]).toEqual([200, 200]);

    twin.faults.next('list-webhooks', { kind: 'status', status: 500, when: 'before' });
    twin.setWebhookFlags({ notifyOperatorMessages: true });
    await watch.look();
    expect(await setup()).toMatchObject({ status: 'degraded', problems: [], unseen: ['botmaker-unseen'] });
    expect(app.app.get(Alarms).raised()).toHaveProperty('setup-wrong');
    await watch.look();
    expect(app.app.get(Alarms).raised()).not.toHaveProperty('setup-wrong');
  });

  it('raises another alarm when it could not look three times in a row', async () => {
    const watch = bench.app.app.get(SetupWatch, { strict: false });
    const alarms = bench.app.app.get(Alarms);
    for (let looks = 1; looks <= 3; looks++) {
      bench.twin.faults.next('list-intents', { kind: 'status', status: 500, when: 'before' });
      await watch.look();
      expect(Boolean(alarms.raised()['setup-blind'])).toBe(looks === 3);
    }
    await watch.look();
    expect(alarms.raised()).not.toHaveProperty('setup-blind');
  });
});
