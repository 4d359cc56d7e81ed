import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import {
  AgentConfig, BotmakerConfig, ChannelsConfig, CodeActionConfig, ConsoleConfig, ConversationConfig, DatabaseConfig, DoctorConfig, HttpConfig, KnowledgeConfig,
  OutboxConfig, OwnershipConfig, ShutdownConfig, SpoolConfig, SweepConfig, UpstreamConfig, WebhookConfig, type AppConfig,
} from './app-config.js';
import { ConfigError } from './config-error.js';
import { noChannels, readChannels, type ChannelsFile } from './read-channels.js';
import { Secret } from './secret.js';
import { settingNotes } from './setting.js';
import { Settings } from './settings.js';

/** What is left of the grace when jobs are told to give up: they give back what they hold, then HTTP and the database close. */
export const lastStepsMs = 3000;

/** Where the program lies: it may be started from any folder. */
const programDir = fileURLToPath(new URL('../../..', import.meta.url));

/** Makes a secret that is missing outside production; the same one every time for the same name and folder. */
export type SecretMaker = (name: 'ENCRYPTION_KEY' | 'ADMIN_API_KEY' | 'BM_SECURITY_TOKEN' | 'BM_ACCESS_TOKEN', dataDir: string) => string;

const channelsFile = 'config/channels.yaml';

/**
 * Reads the environment, and the file of the channels, into a frozen tree. Throws one ConfigError that lists every problem,
 * each beginning with the variable's name, or with the file's and the path of the field.
 */
export function loadConfig(env: Record<string, string | undefined>, make: SecretMaker): AppConfig {
  const given = Object.fromEntries([...settingNotes().keys()].flatMap((name) => (env[name]?.trim() ? [[name, env[name].trim()]] : [])));
  const settings = plainToInstance(Settings, given, { exposeDefaultValues: true });
  const { file, problems: inFile } = channelsOf(settings);
  const problems = [...fieldProblems(settings), ...crossFieldProblems(settings), ...inFile];
  if (problems.length > 0) throw new ConfigError(problems);
  return freeze(toTree(settings, file, make));
}

function channelsOf({ CHANNELS_FILE: named, DEBOUNCE_MS: ms, DEBOUNCE_CAP_MS: capMs }: Settings): { file: ChannelsFile; problems: string[] } {
  const path = resolve(programDir, named ?? channelsFile);
  if (named === undefined && !existsSync(path)) return { file: noChannels, problems: [] };
  const text = textOf(path);
  if (text === null) return { file: noChannels, problems: [`CHANNELS_FILE can not be read: ${path}`] };
  const { file, problems } = readChannels(text, { ms, capMs });
  return { file, problems: problems.map((problem) => `${named ?? channelsFile}: ${problem}`) };
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function fieldProblems(settings: Settings): string[] {
  return validateSync(settings, { forbidUnknownValues: false }).flatMap(({ property, constraints = {} }) => {
    // What is not a number is neither too small nor too large: one problem, not three.
    const { isInt, ...rest } = constraints;
    return (isInt ? [isInt] : Object.values(rest)).map((text) => named(property, text));
  });
}

const named = (name: string, text: string): string => (text.includes(name) ? text : `${name}: ${text}`);

function crossFieldProblems(settings: Settings): string[] {
  const problems: string[] = [];
  if (settings.NODE_ENV === 'production') {
    for (const [name, note] of settingNotes()) {
      if (note.inProduction && settings[name as keyof Settings] === undefined) problems.push(`${name} must be set in production`);
    }
  }
  if (settings.AGENT_MODEL?.startsWith('openai:') && !settings.OPENAI_API_KEY) problems.push('OPENAI_API_KEY must be set for AGENT_MODEL openai:…');
  if (Boolean(settings.BM_ACCESS_TOKEN) !== Boolean(settings.BM_SECURITY_TOKEN) && settings.NODE_ENV !== 'production') {
    problems.push('BM_ACCESS_TOKEN and BM_SECURITY_TOKEN belong together: set both, or neither for the sandbox');
  }
  const refresh = ['BM_CLIENT_ID', 'BM_SECRET_ID', 'BM_REFRESH_TOKEN'] as const;
  const missing = refresh.filter((name) => !settings[name]);
  if (missing.length > 0 && missing.length < refresh.length) problems.push(`${missing.join(', ')} must be set too: a refresh needs BM_CLIENT_ID, BM_SECRET_ID and BM_REFRESH_TOKEN`);
  if (settings.DEBOUNCE_CAP_MS < settings.DEBOUNCE_MS) problems.push('DEBOUNCE_CAP_MS must not be shorter than DEBOUNCE_MS');
  if (settings.AGENT_TIMEOUT_MS < settings.AGENT_CALL_TIMEOUT_MS) problems.push('AGENT_TIMEOUT_MS must not be shorter than AGENT_CALL_TIMEOUT_MS');
  if (settings.SEND_DOUBT_MS < settings.SEND_TIMEOUT_MS && settings.NODE_ENV === 'production') {
    problems.push('SEND_DOUBT_MS must not be shorter than SEND_TIMEOUT_MS: a send would be judged lost while it is under way');
  }
  if (settings.SHUTDOWN_GRACE_MS < delayOf(settings) + settings.SEND_TIMEOUT_MS + lastStepsMs && settings.NODE_ENV === 'production') {
    problems.push(`SHUTDOWN_GRACE_MS must be at least SHUTDOWN_DELAY_MS + SEND_TIMEOUT_MS + ${lastStepsMs}: a send that is under way is waited for`);
  }
  return problems;
}

/** A balancer needs time to see that a process is on its way out; on a laptop nobody waits for one. */
const delayOf = (s: Settings): number => s.SHUTDOWN_DELAY_MS ?? (s.NODE_ENV === 'production' ? 5000 : 0);

function toTree(s: Settings, { defaults, channels }: ChannelsFile, make: SecretMaker): AppConfig {
  const production = s.NODE_ENV === 'production';
  const sandbox = !production && !s.BM_ACCESS_TOKEN && !s.BM_SECURITY_TOKEN;
  const secret = (name: Parameters<SecretMaker>[0]): Secret => new Secret(s[name] ?? make(name, s.DATA_DIR));
  return {
    production,
    logLevel: s.LOG_LEVEL,
    sandbox,
    http: new HttpConfig(s.PORT, s.HOST ?? (production ? '0.0.0.0' : '127.0.0.1'), s.MANAGEMENT_PORT, trusted(s.TRUSTED_PROXIES)),
    shutdown: new ShutdownConfig(delayOf(s), s.SHUTDOWN_GRACE_MS),
    database: new DatabaseConfig(s.DATABASE_URL ? new Secret(s.DATABASE_URL) : null, s.DATA_DIR),
    botmaker: new BotmakerConfig(s.BM_API_BASE.replace(/\/+$/, ''), secret('BM_ACCESS_TOKEN'), refreshOf(s), s.SEND_TIMEOUT_MS, s.REPLICAS, secret('ENCRYPTION_KEY')),
    upstream: new UpstreamConfig(s.CIRCUIT_OPEN_MS),
    webhook: new WebhookConfig([secret('BM_SECURITY_TOKEN'), ...(s.BM_SECURITY_TOKEN_PREVIOUS ? [new Secret(s.BM_SECURITY_TOKEN_PREVIOUS)] : [])], s.BM_ALLOWED_IPS, s.PUBLIC_URL?.replace(/\/+$/, '') ?? null),
    codeAction: new CodeActionConfig(s.CODE_ACTION_DEADLINE_MS),
    spool: new SpoolConfig(s.SPOOL_DIR ?? join(s.DATA_DIR, 'spool'), s.SPOOL_MAX_BYTES),
    conversation: new ConversationConfig(
      s.HANDOFF_VARIABLE, s.RETURN_INTENT ?? null, s.MUTE_INTENT ?? null, s.HUMAN_INTENT ?? null, s.WINDOW_TEMPLATE ?? null,
      s.DEBOUNCE_MS, s.DEBOUNCE_CAP_MS, s.ANSWER_MAX_AGE_MS, s.LATE_ANSWER_MAX_AGE_MS, s.FALLBACK_TEXT ?? null, s.TURN_LEASE_MS,
    ),
    channels: new ChannelsConfig(defaults, channels),
    ownership: new OwnershipConfig(s.OWNER_PROOF_MS, s.REMUTE_AFTER_MS, s.RETURN_CHECK_MS, s.SILENT_AFTER_MS),
    outbox: new OutboxConfig(s.SEND_DOUBT_MS, s.SEND_TIMEOUT_MS, s.WINDOW_MARGIN_MS),
    sweep: new SweepConfig(s.SWEEP_EVERY_MS),
    doctor: new DoctorConfig(s.SETUP_CHECK_EVERY_MS, sandbox),
    agent: new AgentConfig(
      s.AGENT_MODEL ?? null, s.OPENAI_API_KEY ? new Secret(s.OPENAI_API_KEY) : null, s.OPENAI_BASE_URL ?? null,
      s.AGENT_CALL_TIMEOUT_MS, s.AGENT_TIMEOUT_MS, s.AGENT_MAX_OUTPUT_TOKENS, s.AGENT_MAX_HISTORY_TOKENS,
    ),
    knowledge: new KnowledgeConfig(resolve(programDir, s.KNOWLEDGE_DIR)),
    console: new ConsoleConfig(secret('ADMIN_API_KEY'), s.ADMIN_API_KEY === undefined),
  };
}

function refreshOf(s: Settings): BotmakerConfig['refresh'] {
  if (!s.BM_CLIENT_ID || !s.BM_SECRET_ID || !s.BM_REFRESH_TOKEN) return null;
  return { clientId: s.BM_CLIENT_ID, secretId: new Secret(s.BM_SECRET_ID), refreshToken: new Secret(s.BM_REFRESH_TOKEN) };
}

function trusted(value: string | undefined): number | string[] | false {
  if (value === undefined) return false;
  return /^\d$/.test(value) ? Number(value) || false : value.split(',').map((part) => part.trim());
}

function freeze<T extends object>(tree: T): T {
  for (const value of Object.values(tree)) if (typeof value === 'object' && value !== null) freeze(value as object);
  return Object.freeze(tree);
}
