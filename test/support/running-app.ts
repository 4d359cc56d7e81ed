import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { addressOf, createApp } from '../../src/create-app.js';
import { Database, loadConfig, type AppConfig, type RoleName } from '../../src/platform/index.js';
import { BotmakerTwin, type TwinOptions } from '../../src/sandbox/twin/index.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';
import { until } from './until.js';

export const adminKey = 'admin-key-of-the-tests-only';
/** One for the run, so that replicas can read each other's credentials. */
const encryptionKey = randomBytes(32).toString('base64');
/** Whoever works here may have a file of his own, which must not change what the tests see. */
const noChannels = fileURLToPath(new URL('../fixtures/channels/none.yaml', import.meta.url));

/** A folder for one process's files. The run's folder is removed at its end. */
export const newDataDir = (): string => mkdtempSync(join(process.env['TEST_POSTGRES_DIR'] ?? '', 'data-dir-'));

export interface RunningApp {
  app: NestFastifyApplication;
  twin: BotmakerTwin;
  database: TestDatabase;
  prisma: Database['prisma'];
  /** Where it listens, without a path. */
  address: string;
  /** Posts a body to the webhook as Botmaker would. */
  post(body: string | Uint8Array | object, headers?: Record<string, string>): Promise<Response>;
  /** Calls the analyst API as admin and parses the answer. */
  api<T = Record<string, unknown>>(path: string): Promise<{ status: number; body: T }>;
  /** The types of the log entries so far, oldest first. */
  log(where?: { runId?: string; chatId?: string }): Promise<string[]>;
  stop(): Promise<void>;
}

export interface AppOptions {
  env?: Record<string, string>;
  twin?: TwinOptions;
  role?: RoleName;
  /** Shares another app's database and twin: a second replica. */
  beside?: RunningApp;
  /** Another database than one of the run's server; it is dropped at the end. */
  database?: TestDatabase;
  /** Modules of the test's own: tools for the agent. */
  extensions?: Type[];
  /** Something that the environment can't say: for what must never be so. */
  change?: (config: AppConfig) => AppConfig;
}

/** The whole program: its own database, the Botmaker twin over real HTTP, nothing mocked. Quick where a person would wait. */
export async function startApp({ env = {}, twin: twinOptions = {}, role = 'all', beside, database: given, extensions = [], change = (config) => config }: AppOptions = {}): Promise<RunningApp> {
  const database = beside?.database ?? given ?? (await createTestDatabase());
  const twin = beside?.twin ?? (await BotmakerTwin.start(twinOptions));
  const config = loadConfig(
    {
      NODE_ENV: 'test', PORT: '0', MANAGEMENT_PORT: '0', LOG_LEVEL: 'silent', DATABASE_URL: database.url, DATA_DIR: newDataDir(), BM_API_BASE: twin.baseUrl,
      BM_ACCESS_TOKEN: twin.credentials.accessToken, BM_SECURITY_TOKEN: twin.webhookToken, ADMIN_API_KEY: adminKey,
      ENCRYPTION_KEY: encryptionKey, RETURN_INTENT: 'VOLVER_FLUJO', HUMAN_INTENT: 'DERIVAR_A_PERSONA',
      DEBOUNCE_MS: '100', DEBOUNCE_CAP_MS: '1000', SEND_DOUBT_MS: '2000', SEND_TIMEOUT_MS: '1000', SWEEP_EVERY_MS: '0', CIRCUIT_OPEN_MS: '100', CHANNELS_FILE: noChannels, ...env,
    },
    (name) => {
      throw new Error(`${name} is not set for the tests`);
    },
  );
  const app = await createApp(change(config), role, null, extensions);
  await app.listen(0, '127.0.0.1');
  const address = addressOf(app);
  if (!beside) await twin.setWebhookUrl(`${address}/botmaker/webhook`);
  const { prisma } = app.get(Database);
  return {
    app, twin, database, prisma, address,
    post: (body, headers = {}) => {
      const raw = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
      return fetch(`${address}/botmaker/webhook`, { method: 'POST', body: raw as BodyInit, headers: { 'content-type': 'application/json', 'auth-bm-token': twin.webhookToken, ...headers } });
    },
    api: async <T>(path: string) => {
      const response = await fetch(`${address}${path}`, { headers: { authorization: `Bearer ${adminKey}` } });
      return { status: response.status, body: (await response.json()) as T };
    },
    log: async (where = {}) => (await prisma.entry.findMany({ where, orderBy: { id: 'asc' } })).map(({ type }) => type),
    stop: async () => {
      await app.close();
      if (beside) return;
      await twin.close();
      await database.drop();
    },
  };
}

/** Waits for the outcome of the chat's newest finished turn. */
export async function finishedTurn({ prisma }: RunningApp, count = 1): Promise<{ runId: string; outcome: string | null; reason: string | null; chatId: string }> {
  const turns = await until(async () => {
    const found = await prisma.turn.findMany({ where: { state: { in: ['finished', 'skipped', 'failed'] } }, orderBy: { createdAt: 'asc' } });
    return found.length >= count ? found : null;
  }, `${count} finished turn(s)`, 15_000);
  return turns[count - 1]!;
}
