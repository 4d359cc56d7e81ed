import { describe, expect, it } from '@jest/globals';
import type { JudgedWebhook, Facts, OwnFacts, AccountFacts, DatabaseFacts } from '../facts.js';
import { findingWords, type Finding, type FindingCode } from '../finding.js';
import type { Team } from '../words/entry.js';
import { judge, unseenTopics } from './judge.js';
import { judgeConfigProblems } from './judge-own.js';

const address = 'https://agent.example.com/botmaker/webhook';
const elsewhere = 'https://other.example.com/secret-path/hook?key=secret';
const number = '5491150000001';

const webhook: JudgedWebhook = {
  id: 'W', isActive: true, url: address, tokenIs: 'current', version: '1.1', lineIds: ['acme-whatsapp-1'], rules: [],
  flags: { notifyUserMessages: true, notifyBotMessages: true, notifyOperatorMessages: true, notifyStatusChanges: true, includeVariableChanges: true },
};
const line = { id: 'acme-whatsapp-1', platform: 'whatsapp', name: 'Principal', number, isActive: true, webhookId: 'W', status: 'CONNECTED', quality: 'GREEN', isTrial: false };
const intent = (name: string, over: object = {}) => ({ id: `id of ${name}`, name, botName: 'Bot principal', isActive: true, ...over });
const template = { name: 'retomar', state: 'APPROVED', category: 'UTILITY', lineNumbers: [number], botName: 'Bot principal' };
const token = { source: 'stored' as const, isJwt: true, expiresAt: new Date('2031-03-02'), hasEnded: false, isNearEnd: false, canRefresh: true, storeProblem: null };

const own: OwnFacts = { isSandbox: false, webhookUrl: address, returnIntent: 'VOLVER', humanIntent: 'PERSONA', muteIntent: 'id of MUTE', windowTemplate: 'retomar' };
const account: AccountFacts = {
  token, webhooks: { value: [webhook] }, lines: { value: { lines: [line], from: 'channels' } },
  intents: { value: [intent('VOLVER'), intent('PERSONA'), intent('MUTE')] }, templates: { value: [template] }, knownLineIds: ['acme-whatsapp-1'],
};
const database: DatabaseFacts = { version: 180_004, pendingMigrations: 0, isOwner: false, missingGrants: [], canChangeLog: false, aheadMs: 12 };
const healthy: Facts = {
  own, account, database: { value: database }, clock: { databaseAheadMs: 12, botmakerAheadMs: -300 },
  host: { nodeVersion: 'v24.1.0', spool: { value: { freeBytes: 1e12, neededBytes: 1e8 } }, knowledge: { value: { files: 3, skipped: [] } } },
  model: { state: 'there', model: 'openai:test' },
};

const withOwn = (over: Partial<OwnFacts>): Facts => ({ ...healthy, own: { ...own, ...over } });
const withAccount = (over: Partial<AccountFacts>): Facts => ({ ...healthy, account: { ...account, ...over } });
const withWebhook = (over: Partial<JudgedWebhook>): Facts => withAccount({ webhooks: { value: [{ ...webhook, ...over }] } });
const withFlags = (over: object): Facts => withWebhook({ flags: { ...webhook.flags!, ...over } });
const withLines = (...lines: object[]): Facts => withAccount({ lines: { value: { lines: lines.map((over) => ({ ...line, ...over })), from: 'channels' } } });
const withTemplate = (over: object): Facts => withAccount({ templates: { value: [{ ...template, ...over }] } });
const withRule = (match: Record<string, string>[] | null, url = elsewhere): Facts => withWebhook({ rules: [{ id: 'R', url, name: 'prueba', match }] });
const withDatabase = (over: Partial<DatabaseFacts>): Facts => ({ ...healthy, database: { value: { ...database, ...over } } });
const withHost = (over: Partial<Facts['host']>): Facts => ({ ...healthy, host: { ...healthy.host, ...over } });
const withToken = (over: object): Facts => withAccount({ token: { ...token, ...over } });

const codes = (findings: readonly Finding[]): FindingCode[] => findings.map(({ code }) => code);

describe('a healthy installation', () => {
  it('gives nothing to say', () => expect(judge(healthy)).toEqual([]));
});

const cases: [Facts, FindingCode, Team][] = [
  [withOwn({ returnIntent: null }), 'return-intent-unset', 'flows'],
  [withOwn({ humanIntent: null }), 'human-intent-unset', 'flows'],
  [withOwn({ muteIntent: null }), 'mute-intent-unset', 'flows'],
  [withOwn({ windowTemplate: null }), 'window-template-unset', 'botmaker'],
  [withOwn({ webhookUrl: null }), 'public-url-unset', 'infrastructure'],

  [withToken({ storeProblem: 'credential.key-changed' }), 'token-sealed-otherwise', 'infrastructure'],
  [withToken({ isJwt: false }), 'token-no-jwt', 'infrastructure'],
  [withToken({ hasEnded: true, isNearEnd: true, canRefresh: false }), 'token-ended', 'botmaker'],
  [withToken({ isNearEnd: true, canRefresh: false }), 'token-ends-soon', 'botmaker'],
  [withToken({ isNearEnd: true }), 'token-refresh-due', 'infrastructure'],
  [withToken({ canRefresh: false }), 'refresh-unset', 'botmaker'],

  [withAccount({ webhooks: { value: [] } }), 'webhook-missing', 'botmaker'],
  [withWebhook({ url: elsewhere }), 'webhook-elsewhere', 'botmaker'],
  [withWebhook({ isActive: false }), 'webhook-off', 'botmaker'],
  [withWebhook({ tokenIs: 'other' }), 'webhook-token-other', 'infrastructure'],
  [withWebhook({ tokenIs: 'previous' }), 'webhook-token-previous', 'botmaker'],
  [withWebhook({ tokenIs: null }), 'webhook-token-unsaid', 'botmaker'],
  [withWebhook({ version: '1.0' }), 'webhook-version', 'botmaker'],
  [withFlags({ notifyUserMessages: false }), 'webhook-user-messages-off', 'botmaker'],
  [withFlags({ notifyBotMessages: false }), 'webhook-bot-messages-off', 'botmaker'],
  [withFlags({ notifyOperatorMessages: false }), 'webhook-operator-messages-off', 'botmaker'],
  [withFlags({ notifyStatusChanges: false }), 'webhook-status-changes-off', 'botmaker'],
  [withFlags({ includeVariableChanges: false }), 'webhook-variable-changes-off', 'botmaker'],
  [withFlags({ includeVariableChanges: null }), 'webhook-variable-changes-off', 'botmaker'],
  [withWebhook({ flags: null }), 'webhook-flags-unsaid', 'botmaker'],

  [withRule([{ webhookEnv: 'test' }]), 'rule-elsewhere', 'development'],
  [withRule([]), 'rule-everybody', 'development'],
  [withRule([{ webhookEnv: 'test' }, {}]), 'rule-everybody', 'development'],
  [withRule(null), 'rule-unread', 'development'],

  [withLines({ isActive: false }), 'line-off', 'botmaker'],
  [withLines({ status: 'banned' }), 'line-down', 'botmaker'],
  [withLines({ status: 'PENDING' }), 'line-status-unknown', 'botmaker'],
  [withLines({ quality: 'RED' }), 'line-quality-low', 'botmaker'],
  [withLines({}, { id: 'acme-webchat-null', platform: 'webchat', number: null }), 'lines-uncovered', 'botmaker'],
  [{ ...withLines({}, { id: 'acme-whatsapp-2', number: '5491150000002' }), account: { ...withLines({}, { id: 'acme-whatsapp-2', number: '5491150000002' }).account!, knownLineIds: ['5491150000002'] } }, 'lines-lost', 'botmaker'],
  [withAccount({ lines: { value: { lines: [line], from: 'chats' } } }), 'lines-from-chats', 'botmaker'],

  [withOwn({ returnIntent: 'volver' }), 'intent-missing', 'flows'],
  [withAccount({ intents: { value: [intent('VOLVER', { isActive: false }), intent('PERSONA'), intent('MUTE')] } }), 'intent-off', 'flows'],
  [withAccount({ intents: { value: [intent('VOLVER'), intent('PERSONA'), intent('PERSONA', { id: 'second' }), intent('MUTE')] } }), 'intent-twice', 'flows'],

  [withOwn({ windowTemplate: 'otra' }), 'template-missing', 'botmaker'],
  [withOwn({ windowTemplate: 'PERSONA' }), 'template-is-intent', 'flows'],
  [withTemplate({ state: 'ACCOUNT_PENDING' }), 'template-pending', 'botmaker'],
  [withTemplate({ state: 'REJECTED' }), 'template-rejected', 'botmaker'],
  [withTemplate({ lineNumbers: ['5491150000009'] }), 'template-other-line', 'botmaker'],
  [withTemplate({ category: 'MARKETING' }), 'template-marketing', 'botmaker'],
  [withTemplate({ botName: 'Bot de ventas' }), 'template-moves-bot', 'flows'],

  [{ ...healthy, database: { unseen: 'ECONNREFUSED' } }, 'database-unreachable', 'infrastructure'],
  [withDatabase({ version: 140_009 }), 'database-old', 'infrastructure'],
  [withDatabase({ pendingMigrations: 2 }), 'database-unmigrated', 'infrastructure'],
  [withDatabase({ missingGrants: ['USAGE on langgraph'] }), 'database-grants', 'infrastructure'],
  [withDatabase({ canChangeLog: true }), 'database-log-changeable', 'infrastructure'],
  [withDatabase({ isOwner: true, canChangeLog: true }), 'database-owner', 'infrastructure'],
  [{ ...healthy, clock: { databaseAheadMs: -9000, botmakerAheadMs: -9000 } }, 'clock-database', 'infrastructure'],
  [{ ...healthy, clock: { databaseAheadMs: 0, botmakerAheadMs: 120_000 } }, 'clock-botmaker', 'infrastructure'],

  [{ ...healthy, model: { state: 'offline' } }, 'model-offline', 'development'],
  [{ ...healthy, model: { state: 'unlisted', model: 'openai:x' } }, 'model-unlisted', 'development'],
  [{ ...healthy, model: { state: 'failed', model: 'openai:x', code: 'agent.key-refused' } }, 'model-key-refused', 'infrastructure'],
  [{ ...healthy, model: { state: 'failed', model: 'openai:x', code: 'agent.timeout' } }, 'model-failed', 'infrastructure'],

  [withHost({ nodeVersion: 'v20.18.1' }), 'node-old', 'infrastructure'],
  [withHost({ spool: { unseen: 'EROFS' } }), 'spool-unwritable', 'infrastructure'],
  [withHost({ spool: { value: { freeBytes: 1e6, neededBytes: 1e8 } } }), 'spool-little-room', 'infrastructure'],
  [withHost({ knowledge: { unseen: 'ENOENT' } }), 'knowledge-missing', 'infrastructure'],
  [withHost({ knowledge: { value: { files: 0, skipped: [] } } }), 'knowledge-empty', 'flows'],
  [withHost({ knowledge: { value: { files: 1, skipped: ['precios.md'] } } }), 'knowledge-skipped', 'flows'],
];

describe('each thing that is wrong', () => {
  it.each(cases.map(([facts, code, team]) => [code, team, facts] as const))('is said, and nothing else: %s, for the team %s', (code, team, facts) => {
    expect(codes(judge(facts))).toEqual([code]);
    expect(findingWords[code].team).toBe(team);
  });

  it('may bring others along: without a covered line or a channel there is nothing to serve', () => {
    expect(codes(judge(withWebhook({ lineIds: [] })))).toEqual(['webhook-no-lines', 'lines-lost']);
    expect(codes(judge(withAccount({ lines: { value: { lines: [], from: 'channels' } } })))).toEqual(['lines-none']);
  });
});

describe('what keeps us from looking', () => {
  const unseen = (why: string): Facts => withAccount({ webhooks: { unseen: why }, lines: { unseen: why }, intents: { unseen: why }, templates: { unseen: why } });

  it('is said once when it is the way or the token', () => {
    expect(codes(judge(unseen('botmaker.unreachable')))).toEqual(['botmaker-unreachable']);
    expect(codes(judge(unseen('botmaker.token-refused')))).toEqual(['token-refused']);
  });

  it('is said for each part when it is only that part, and those topics are not called well', () => {
    const facts = withAccount({ intents: { unseen: 'botmaker.unavailable' }, templates: { unseen: 'botmaker.forbidden' } });
    expect(judge(facts)).toEqual([
      { code: 'botmaker-unseen', values: { what: 'GET /intents', why: 'botmaker.unavailable' } },
      { code: 'token-forbidden', values: { what: 'GET /whatsapp/templates' } },
    ]);
    expect(unseenTopics(facts)).toEqual(['intents', 'template']);
  });

  it('is, in the sandbox, that it is not running', () => {
    const sandbox = { ...withOwn({ isSandbox: true, returnIntent: null, windowTemplate: null }), account: null };
    expect(codes(judge(sandbox))).toEqual(['sandbox-in-use', 'sandbox-not-running']);
    expect(unseenTopics(sandbox)).toEqual(expect.arrayContaining(['token', 'webhook', 'lines', 'intents', 'template']));
  });
});

describe('which webhook is ours', () => {
  const other = { ...webhook, id: 'V', url: elsewhere, tokenIs: 'other' as const };

  it('is the one with our address, whatever else there is', () => {
    expect(judge(withAccount({ webhooks: { value: [other, { ...webhook, url: `${address}/` }] } }))).toEqual([]);
  });

  it('is the one whose rule leads to us: then we get only those chats', () => {
    const routed = { ...other, tokenIs: 'current' as const, rules: [{ id: 'R', url: address, name: 'mine', match: [{ dev: 'ana' }] }] };
    expect(judge(withAccount({ webhooks: { value: [routed] } }))).toEqual([{ code: 'rule-ours', values: { rule: 'mine' } }]);
  });

  it('is the one with our token when the address is not told, and nobody’s when that does not tell either', () => {
    const told = (webhooks: JudgedWebhook[]): Finding[] => judge({ ...withAccount({ webhooks: { value: webhooks } }), own: { ...own, webhookUrl: null } });
    expect(codes(told([other, webhook]))).toEqual(['public-url-unset']);
    expect(codes(told([other, { ...other, id: 'U' }]))).toEqual(['public-url-unset', 'webhook-unclear']);
  });

  it('must not speak in the open, except on this machine', () => {
    const at = (url: string): FindingCode[] => codes(judge({ ...withWebhook({ url }), own: { ...own, webhookUrl: url } }));
    expect(at('http://agent.example.com/botmaker/webhook')).toEqual(['webhook-plain-http']);
    expect(at('http://127.0.0.1:3000/botmaker/webhook')).toEqual([]);
  });
});

describe('the words of a finding', () => {
  it('show of an address only its host, and of a line’s number only its end', () => {
    const said = JSON.stringify([judge(withWebhook({ url: elsewhere })), judge(withRule(null)), judge(withLines({ quality: 'RED', name: `Línea ${number}` }))]);
    expect(said).toContain('other.example.com');
    expect(said).toContain('…0001');
    expect(said).not.toMatch(/secret|5491150000001/);
  });
});

describe('a configuration that can’t be used', () => {
  it('is told problem by problem, and a masked token by its name', () => {
    const problems = ['BM_ACCESS_TOKEN holds spaces or asterisks: paste the whole token, not the masked one', 'PORT must be an integer number'];
    expect(judgeConfigProblems(problems, { BM_ACCESS_TOKEN: 'eyJhbGciOi***' })).toEqual([{ code: 'token-masked', values: {} }, { code: 'config-invalid', values: { problem: problems[1] } }]);
    expect(codes(judgeConfigProblems(problems, { BM_ACCESS_TOKEN: 'two words' }))).toEqual(['config-invalid', 'config-invalid']);
  });
});
