import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import type { AppConfig } from './app-config.js';
import { ConfigError } from './config-error.js';
import { loadConfig, type SecretMaker } from './load-config.js';

const made: SecretMaker = (name) => `made ${name}`;
const neverMade: SecretMaker = (name) => {
  throw new Error(`${name} was made up`);
};
const key = Buffer.alloc(32, 7).toString('base64');

const load = (env: Record<string, string | undefined> = {}, make = made): AppConfig => loadConfig(env, make);

function problemsOf(env: Record<string, string | undefined>): readonly string[] {
  try {
    load(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

/** A complete production environment; nothing in it is real. */
const production = {
  NODE_ENV: 'production', BM_ACCESS_TOKEN: 'access.token.value', BM_SECURITY_TOKEN: 'security-token', ENCRYPTION_KEY: key,
  ADMIN_API_KEY: 'an-admin-key-of-24-chars', DATABASE_URL: 'postgresql://app:database-password@db/agent',
};

describe('loadConfig: general', () => {
  it('needs nothing outside production', () => {
    const config = load();
    expect(config).toMatchObject({ production: false, logLevel: 'info', sandbox: true, http: { port: 3000, host: '127.0.0.1', managementPort: 9464 } });
    expect(config.database.dataDir).toBe('.data');
  });

  it('takes the ports, the address, the level and the folder as given', () => {
    const config = load({ PORT: '8080', MANAGEMENT_PORT: '0', HOST: '::', LOG_LEVEL: 'debug', DATA_DIR: '/var/agent', NODE_ENV: 'test' });
    expect(config).toMatchObject({ logLevel: 'debug', http: { port: 8080, managementPort: 0, host: '::' }, database: { dataDir: '/var/agent' } });
  });

  it('listens on every interface in production, unless told otherwise', () => {
    expect(load(production).http.host).toBe('0.0.0.0');
    expect(load({ ...production, HOST: '127.0.0.1' }).http.host).toBe('127.0.0.1');
  });

  it('gives a balancer time to see that a process stops in production, and keeps nobody waiting elsewhere', () => {
    expect(load().shutdown).toEqual({ delayMs: 0, graceMs: 25_000 });
    expect(load(production).shutdown.delayMs).toBe(5000);
    expect(load({ ...production, SHUTDOWN_DELAY_MS: '0', SHUTDOWN_GRACE_MS: '40000' }).shutdown).toEqual({ delayMs: 0, graceMs: 40_000 });
  });

  it.each([
    [{ PORT: 'http' }, 'PORT must be an integer number'],
    [{ PORT: '3000.5' }, 'PORT must be an integer number'],
    [{ PORT: '65536' }, 'PORT must not be greater than 65535'],
    [{ MANAGEMENT_PORT: '-1' }, 'MANAGEMENT_PORT must not be less than 0'],
    [{ NODE_ENV: 'staging' }, 'NODE_ENV must be one of the following values: development, test, production'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL must be one of the following values: fatal, error, warn, info, debug, trace, silent'],
  ])('refuses %j with one problem', (env, problem) => {
    expect(problemsOf(env)).toEqual([problem]);
  });

  it('takes the empty string and blanks for absent, whatever the variable', () => {
    const blank = { PORT: '', HOST: ' ', LOG_LEVEL: '\t', DATA_DIR: '', DATABASE_URL: '', AGENT_MODEL: ' ', BM_ALLOWED_IPS: '', TRUSTED_PROXIES: '', NODE_ENV: '' };
    expect(inspect(load(blank), { depth: 9 })).toEqual(inspect(load(), { depth: 9 }));
  });

  it('trims what surrounds a value', () => {
    expect(load({ LOG_LEVEL: ' warn\n' }).logLevel).toBe('warn');
  });

  it('leaves alone what it does not know', () => {
    expect(problemsOf({ HOME: '/root', PORTS: 'x', __proto__: 'x' })).toEqual([]);
  });
});

describe('loadConfig: database', () => {
  it('is embedded when there is no address', () => {
    expect(load().database.url).toBeNull();
  });

  it('takes both spellings of the scheme', () => {
    for (const url of ['postgresql://u@h/d', 'postgres://u:p@h:6432/d?sslmode=require']) expect(load({ DATABASE_URL: url }).database.url?.reveal()).toBe(url);
  });

  it('refuses another database', () => {
    expect(problemsOf({ DATABASE_URL: 'mysql://root@h/d' })).toEqual(['DATABASE_URL must start with postgresql://']);
  });
});

describe('loadConfig: Botmaker API', () => {
  const tokens = { BM_ACCESS_TOKEN: 'eyJ.x.y', BM_SECURITY_TOKEN: 'security-token' };

  it('has the public address by default, and drops a slash at the end', () => {
    expect(load().botmaker.apiBase).toBe('https://api.botmaker.com/v2.0');
    expect(load({ BM_API_BASE: 'http://127.0.0.1:4010/v2.0//' }).botmaker.apiBase).toBe('http://127.0.0.1:4010/v2.0');
  });

  it('leaves the sandbox when an account is configured', () => {
    const config = load(tokens, neverMadeButKeys);
    expect(config.sandbox).toBe(false);
    expect(config.botmaker.accessToken.reveal()).toBe('eyJ.x.y');
  });

  it('can refresh with all three parts, and not without any', () => {
    expect(load(tokens).botmaker.refresh).toBeNull();
    const { refresh } = load({ ...tokens, BM_CLIENT_ID: 'client', BM_SECRET_ID: 'hush', BM_REFRESH_TOKEN: 'again' }).botmaker;
    expect([refresh?.clientId, refresh?.secretId.reveal(), refresh?.refreshToken.reveal()]).toEqual(['client', 'hush', 'again']);
  });

  it.each([
    [{ BM_API_BASE: 'api.botmaker.com' }, 'BM_API_BASE must be a URL address'],
    [{ BM_API_BASE: 'ftp://api.botmaker.com' }, 'BM_API_BASE must be a URL address'],
    [{ ...tokens, BM_ACCESS_TOKEN: 'eyJ***' }, 'BM_ACCESS_TOKEN holds spaces or asterisks: paste the whole token, not the masked one'],
    [{ BM_ACCESS_TOKEN: 'eyJ.x.y' }, 'BM_ACCESS_TOKEN and BM_SECURITY_TOKEN belong together: set both, or neither for the sandbox'],
    [{ BM_SECURITY_TOKEN: 'security-token' }, 'BM_ACCESS_TOKEN and BM_SECURITY_TOKEN belong together: set both, or neither for the sandbox'],
    [{ ...tokens, BM_CLIENT_ID: 'client' }, 'BM_SECRET_ID, BM_REFRESH_TOKEN must be set too: a refresh needs BM_CLIENT_ID, BM_SECRET_ID and BM_REFRESH_TOKEN'],
  ])('refuses %j', (env, problem) => {
    expect(problemsOf(env)).toEqual([problem]);
  });
});

function neverMadeButKeys(...[name]: Parameters<SecretMaker>): string {
  return name.startsWith('BM_') ? neverMade(name, '') : made(name, '');
}

describe('loadConfig: webhook', () => {
  const account = { BM_ACCESS_TOKEN: 'eyJ.x.y' };

  it('accepts one token, or two while one is being replaced', () => {
    const tokensOf = (env: Record<string, string>): string[] => load({ ...account, ...env }).webhook.tokens.map((token) => token.reveal());
    expect(tokensOf({ BM_SECURITY_TOKEN: 'security-token' })).toEqual(['security-token']);
    expect(tokensOf({ BM_SECURITY_TOKEN: 'security-token', BM_SECURITY_TOKEN_PREVIOUS: 'older-token' })).toEqual(['security-token', 'older-token']);
  });

  it('is never without a token: the sandbox makes one', () => {
    expect(load().webhook.tokens.map((token) => token.reveal())).toEqual(['made BM_SECURITY_TOKEN']);
  });

  it('splits the list of addresses and forgives spaces and a comma too many', () => {
    expect(load().webhook.allowedIps).toEqual([]);
    expect(load({ BM_ALLOWED_IPS: '203.0.113.7, 198.51.100.0/24 ,2001:db8::/32,' }).webhook.allowedIps).toEqual(['203.0.113.7', '198.51.100.0/24', '2001:db8::/32']);
  });

  it.each([[undefined, false], ['0', false], ['1', 1], ['2', 2], ['10.0.0.0/8', ['10.0.0.0/8']], ['10.0.0.0/8, ::1', ['10.0.0.0/8', '::1']]])(
    'reads TRUSTED_PROXIES %s as %j',
    (value, expected) => {
      expect(load({ TRUSTED_PROXIES: value }).http.trustedProxies).toEqual(expected);
    },
  );

  it.each([
    [{ ...account, BM_SECURITY_TOKEN: 'short' }, 'BM_SECURITY_TOKEN must be longer than or equal to 8 characters'],
    [{ ...account, BM_SECURITY_TOKEN: 'two,tokens' }, 'BM_SECURITY_TOKEN must not contain commas or spaces'],
    [{ ...account, BM_SECURITY_TOKEN: 'security-token', BM_SECURITY_TOKEN_PREVIOUS: 'an older one' }, 'BM_SECURITY_TOKEN_PREVIOUS must not contain commas or spaces'],
    ...['300.1.1.1', '10.0.0.0/33', '2001:db8::/129', '10.0.0.0/', '10.0.0.0/8/8', 'botmaker.com', '10.0.0.1,nonsense'].map(
      (ips) => [{ BM_ALLOWED_IPS: ips }, 'BM_ALLOWED_IPS must hold IP addresses or CIDR ranges'] as const,
    ),
    ...['true', '10', '-1', 'all', '10.0.0.0/8,', '*'].map(
      (proxies) => [{ TRUSTED_PROXIES: proxies }, 'TRUSTED_PROXIES must be a number of hops from 0 to 9 or a list of CIDR ranges'] as const,
    ),
  ])('refuses %j', (env, problem) => {
    expect(problemsOf(env)).toEqual([problem]);
  });
});

describe('loadConfig: conversation, sending and sweep', () => {
  it('has defaults, and no intents', () => {
    const { conversation, outbox, sweep, botmaker } = load();
    expect(conversation).toMatchObject({
      handoffVariable: 'external_handoff', returnIntent: null, muteIntent: null, humanIntent: null, windowTemplate: null,
      debounceMs: 1500, debounceCapMs: 6000, answerMaxAgeMs: 172_800_000, lateAnswerMaxAgeMs: 7_200_000,
    });
    expect(conversation.fallbackText).toBeNull();
    expect([outbox.doubtMs, outbox.sendTimeoutMs, botmaker.timeoutMs, botmaker.replicas, sweep.everyMs]).toEqual([60_000, 10_000, 10_000, 1, 300_000]);
  });

  it('takes what is given', () => {
    const { conversation, sweep } = load({ HANDOFF_VARIABLE: 'derivado', RETURN_INTENT: 'VOLVER', DEBOUNCE_MS: '0', DEBOUNCE_CAP_MS: '0', SWEEP_EVERY_MS: '0', FALLBACK_TEXT: 'Perdón.' });
    expect(conversation).toMatchObject({ handoffVariable: 'derivado', returnIntent: 'VOLVER', debounceMs: 0, debounceCapMs: 0, fallbackText: 'Perdón.' });
    expect(sweep.everyMs).toBe(0);
  });

  it.each([
    [{ DEBOUNCE_MS: '7000' }, 'DEBOUNCE_CAP_MS must not be shorter than DEBOUNCE_MS'],
    [{ DEBOUNCE_MS: '1.5s' }, 'DEBOUNCE_MS must be an integer number'],
    [{ TURN_LEASE_MS: '999' }, 'TURN_LEASE_MS must not be less than 1000'],
    [{ ANSWER_MAX_AGE_MS: '999' }, 'ANSWER_MAX_AGE_MS must not be less than 1000'],
    [{ SEND_TIMEOUT_MS: '60001' }, 'SEND_TIMEOUT_MS must not be greater than 60000'],
    [{ REPLICAS: '0' }, 'REPLICAS must not be less than 1'],
    [{ SWEEP_EVERY_MS: '-1' }, 'SWEEP_EVERY_MS must not be less than 0'],
    [{ ...production, SHUTDOWN_GRACE_MS: '17000' }, 'SHUTDOWN_GRACE_MS must be at least SHUTDOWN_DELAY_MS + SEND_TIMEOUT_MS + 3000: a send that is under way is waited for'],
    [{ ...production, SEND_DOUBT_MS: '5000' }, 'SEND_DOUBT_MS must not be shorter than SEND_TIMEOUT_MS: a send would be judged lost while it is under way'],
  ])('refuses %j', (env, problem) => {
    expect(problemsOf(env)).toEqual([problem]);
  });
});

describe('loadConfig: agent and keys', () => {
  it('answers offline by default', () => {
    expect(load().agent).toMatchObject({ model: null, openaiApiKey: null, openaiBaseUrl: null, callTimeoutMs: 30_000, timeoutMs: 60_000 });
    expect(load().knowledge.dir).toMatch(/[/\\]knowledge$/);
  });

  it('takes a model with its key', () => {
    const { agent } = load({ AGENT_MODEL: 'openai:gpt-5-mini', OPENAI_API_KEY: 'sk-x', OPENAI_BASE_URL: 'http://localhost:8000/v1' });
    expect([agent.model, agent.openaiApiKey?.reveal(), agent.openaiBaseUrl]).toEqual(['openai:gpt-5-mini', 'sk-x', 'http://localhost:8000/v1']);
  });

  it('makes missing keys outside production, in the configured folder', () => {
    const config = load({ DATA_DIR: '/d' }, (name, dataDir) => `${dataDir}/${name}`);
    expect([config.botmaker.encryptionKey.reveal(), config.console.adminApiKey.reveal()]).toEqual(['/d/ENCRYPTION_KEY', '/d/ADMIN_API_KEY']);
  });

  it.each([
    [{ AGENT_MODEL: 'gpt-5-mini' }, 'AGENT_MODEL must look like provider:model, for example openai:gpt-5-mini'],
    [{ AGENT_MODEL: 'openai:gpt-5-mini' }, 'OPENAI_API_KEY must be set for AGENT_MODEL openai:…'],
    [{ OPENAI_BASE_URL: 'localhost:8000' }, 'OPENAI_BASE_URL must be a URL address'],
    [{ AGENT_TIMEOUT_MS: '1000' }, 'AGENT_TIMEOUT_MS must not be shorter than AGENT_CALL_TIMEOUT_MS'],
    [{ ENCRYPTION_KEY: Buffer.alloc(16).toString('base64') }, 'ENCRYPTION_KEY must be 32 bytes in base64 (openssl rand -base64 32)'],
    [{ ADMIN_API_KEY: 'too-short' }, 'ADMIN_API_KEY must be longer than or equal to 24 characters'],
  ])('refuses %j', (env, problem) => {
    expect(problemsOf(env)).toEqual([problem]);
  });
});

describe('loadConfig as a whole', () => {
  it('names every problem at once', () => {
    const problems = problemsOf({ PORT: 'x', LOG_LEVEL: 'loud', DATABASE_URL: 'sqlite:', BM_ALLOWED_IPS: 'x', AGENT_MODEL: 'x', DEBOUNCE_MS: '9000', BM_CLIENT_ID: 'x' });
    expect(problems.map((problem) => problem.split(/[ ,]/)[0])).toEqual([
      'PORT', 'LOG_LEVEL', 'DATABASE_URL', 'BM_ALLOWED_IPS', 'AGENT_MODEL', 'BM_SECRET_ID', 'DEBOUNCE_CAP_MS',
    ]);
  });

  it('puts them all into the message, one a line', () => {
    expect(() => load({ PORT: 'x', LOG_LEVEL: 'loud' })).toThrow(/^the configuration has 2 problem\(s\):\n {2}- PORT must.*\n {2}- LOG_LEVEL must/);
  });

  it('asks in production for all that has no safe default, and makes nothing up', () => {
    expect(problemsOf({ NODE_ENV: 'production' })).toEqual(
      ['DATABASE_URL', 'BM_ACCESS_TOKEN', 'BM_SECURITY_TOKEN', 'ENCRYPTION_KEY', 'ADMIN_API_KEY'].map((name) => `${name} must be set in production`),
    );
    const config = load(production, neverMade);
    expect(config).toMatchObject({ production: true, sandbox: false });
  });

  it.each(Object.keys(production).filter((name) => name !== 'NODE_ENV'))('asks in production for %s alone when only that is missing', (name) => {
    expect(problemsOf({ ...production, [name]: ' ' })).toEqual([`${name} must be set in production`]);
  });

  it('is frozen to its last branch', () => {
    const thawed: string[] = [];
    const walk = (value: unknown, path: string): void => {
      if (typeof value !== 'object' || value === null) return;
      if (!Object.isFrozen(value)) thawed.push(path);
      for (const [name, member] of Object.entries(value)) walk(member, `${path}.${name}`);
    };
    walk(load({ ...production, BM_ALLOWED_IPS: '::1', BM_CLIENT_ID: 'c', BM_SECRET_ID: 's', BM_REFRESH_TOKEN: 'r' }), 'config');
    expect(thawed).toEqual([]);
    expect(() => Object.assign(load().http, { port: 1 })).toThrow(TypeError);
  });
});

describe('secrets in the configuration', () => {
  const secrets = {
    BM_ACCESS_TOKEN: 'canary-access', BM_SECURITY_TOKEN: 'canary-security', BM_SECURITY_TOKEN_PREVIOUS: 'canary-previous', BM_SECRET_ID: 'canary-secret',
    BM_REFRESH_TOKEN: 'canary-refresh', OPENAI_API_KEY: 'canary-openai', ADMIN_API_KEY: 'canary-admin-key-of-24-chars', DATABASE_URL: 'postgresql://app:canary-database@db/agent',
  };

  it('never show when it is printed, inspected, logged as JSON or made part of a text', () => {
    const config = load({ ...secrets, BM_CLIENT_ID: 'client', ENCRYPTION_KEY: key });
    const printed = [
      inspect(config, { depth: 20, showHidden: true }), JSON.stringify(config), `${config.console.adminApiKey}`, String(config.database.url),
      JSON.stringify(Object.entries(config.botmaker)), inspect(structuredClone(JSON.parse(JSON.stringify(config)))),
    ].join('\n');
    expect(printed).not.toContain('canary');
    expect(printed).not.toContain(key);
    expect(printed).toContain('[secret]');
  });

  it('never show in what is said of a wrong one', () => {
    const wrong = Object.fromEntries(Object.entries(secrets).map(([name, value]) => [name, `${value} ,*`]));
    const error = (() => {
      try {
        return load({ ...wrong, ADMIN_API_KEY: 'canary', DATABASE_URL: 'canary', ENCRYPTION_KEY: 'canary', BM_API_BASE: 'canary', OPENAI_BASE_URL: 'canary' });
      } catch (caught) {
        return caught;
      }
    })();
    expect(error).toBeInstanceOf(ConfigError);
    expect(inspect(error, { depth: 9 })).not.toContain('canary');
  });
});
