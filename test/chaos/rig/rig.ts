import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { migrate } from '../../../src/platform/index.js';
import { BotmakerTwin, type TwinEvent, type TwinOptions } from '../../../src/sandbox/twin/index.js';
import { Balancer } from './balancer.js';
import { FaultProxy } from './fault-proxy.js';
import { Fleet } from './fleet.js';
import { History } from './history.js';
import { RigModel } from './model.js';
import { paceOf, slownessOfMachine, type Pace, type Tempo } from './pace.js';
import { RigPostgres } from './postgres.js';
import { Reaper } from './reaper.js';
import { root, type Role } from './replica.js';
import { lagsOf, misbehave, noFaults, ourIdIn, type FaultMix } from './twin-habits.js';

export interface RigOptions {
  name: string;
  seed: number;
  replicas?: number;
  /** One for each replica, where doors and workers are apart; else each of `replicas` does everything. */
  roles?: readonly Role[];
  tempo?: Tempo;
  /** Settings of the product that differ from the rig's. */
  env?: Record<string, string>;
  twin?: TwinOptions;
  mix?: FaultMix;
  /** Modules of `preload/` that every replica loads first. */
  preloads?: readonly string[];
  /** Settings of PostgreSQL, as `name=value`. */
  databaseSettings?: readonly string[];
  /** Whether the way to the database leads through a wire that can be stalled and reset. */
  databaseWire?: boolean;
}

/** For each step of the way out; a run that hangs there would hide what it has found. */
const stopMs = 20_000;

/** The product as it is deployed, between a Botmaker, a model and a database of the run's own. */
export class Rig {
  private readonly ends: (() => Promise<unknown>)[] = [];

  private constructor(
    readonly options: RigOptions,
    readonly dir: string,
    readonly pace: Pace,
    readonly history: History,
    readonly database: RigPostgres,
    readonly twin: BotmakerTwin,
    /** Between the product and Botmaker. */
    readonly wire: FaultProxy,
    /** Between the product and the database, when the run has one. */
    readonly databaseWire: FaultProxy | null,
    readonly model: RigModel,
    readonly balancer: Balancer,
    readonly fleet: Fleet,
    private readonly reaper: Reaper,
  ) {}

  /** Runs `work` in a rig; when it fails, says by which seed it can be run again and where the logs are. */
  static async use<T>(options: RigOptions, work: (rig: Rig) => Promise<T>): Promise<T> {
    const rig = await Rig.start(options);
    let hasFailed = true;
    try {
      const result = await work(rig);
      hasFailed = false;
      return result;
    } catch (error) {
      if (error instanceof Error) error.message += `\n\nCHAOS_SEED=${options.seed}, logs and history in ${rig.dir}`;
      throw error;
    } finally {
      await rig.stop(hasFailed || process.env['CHAOS_KEEP'] === 'true');
    }
  }

  private static async start(options: RigOptions): Promise<Rig> {
    if (!existsSync(join(root, 'dist/main.js'))) throw new Error('the product is not built: npm run build');
    const { name, seed, replicas = 3, roles = Array.from({ length: replicas }, () => 'all' as const), tempo = 'steady', env = {}, twin: twinOptions = {}, mix = noFaults, preloads = [] } = options;
    // CHAOS_DIR: a folder on a real disk, where fsync means something, when the temporary folder is in memory.
    const dir = mkdtempSync(join(process.env['CHAOS_DIR'] ?? tmpdir(), `botmaker-agent-chaos-${name}-${seed}-`));
    chmodSync(dir, 0o755);
    const pace = paceOf(slownessOfMachine(), tempo);
    const history = new History(join(dir, 'history.jsonl'));
    const reaper = new Reaper();
    const database = await RigPostgres.start(join(dir, 'postgres'), reaper, options.databaseSettings);
    await migrate(database.url);
    const databaseWire = options.databaseWire ? await FaultProxy.start(database.port) : null;
    const twin = await BotmakerTwin.start({ ...quickAccount, ...lagsOf(seed, mix), ...twinOptions });
    twin.subscribe((event) => note(history, event));
    misbehave(twin, { seed, mix, history, stallMs: pace.stallMs });
    const wire = await FaultProxy.start(Number(new URL(twin.baseUrl).port));
    const model = await RigModel.start(history);
    const databaseUrl = databaseWire ? database.url.replace(`:${database.port}/`, `:${databaseWire.port}/`) : database.url;
    const fleet = new Fleet(roles, { dir, preloads, env: { ...environment({ databaseUrl, twin, wire, model, replicas: roles.length, pace }), CHAOS_ARMED: dir, ...env } }, history, reaper);
    const balancer = await Balancer.start(() => fleet.backends(), (answer) => history.add({ what: 'answered', ...answer }));
    const rig = new Rig(options, dir, pace, history, database, twin, wire, databaseWire, model, balancer, fleet, reaper);
    try {
      await fleet.start();
      await twin.setWebhookUrl(`${balancer.address}/botmaker/webhook`);
    } catch (error) {
      await rig.stop(true);
      throw error;
    }
    return rig;
  }

  /** Runs at the end, whatever happened: for what was started in this rig and must not outlive it. */
  atEnd(end: () => Promise<unknown>): void {
    this.ends.push(end);
  }

  private async stop(isKept: boolean): Promise<void> {
    const { fleet, twin, wire, databaseWire, balancer, model, database, history } = this;
    const steps = [...this.ends, () => fleet.stop(), () => twin.close(), () => wire.close(), () => databaseWire?.close(), () => balancer.close(), () => model.close(), () => database.stop(), () => history.close()];
    for (const step of steps) await inTime(step).catch((error: unknown) => process.stderr.write(`the rig could not be put away: ${String(error)}\n`));
    this.reaper.close();
    if (!isKept) rmSync(this.dir, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function inTime(step: () => Promise<unknown> | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => (timer = setTimeout(() => fail(new Error(`${step.toString()} took longer than ${stopMs} ms`)), stopMs)));
  await Promise.race([step(), late]).finally(() => clearTimeout(timer));
}

/** The platform tries a notification again for minutes; how long the real one does is not known. Its breaker is counted by us. */
const quickAccount: TwinOptions = { webhookRetry: { attempts: 60, backoffMs: 200, maxBackoffMs: 4000 }, breaker: { failures: Infinity } };

interface Parts {
  databaseUrl: string;
  twin: BotmakerTwin;
  wire: FaultProxy;
  model: RigModel;
  replicas: number;
  pace: Pace;
}

const endless = fileURLToPath(new URL('../../fixtures/channels/endless.yaml', import.meta.url));

/** Nothing of the caller's environment but what a process needs to run. */
function environment({ databaseUrl, twin, wire, model, replicas, pace }: Parts): Record<string, string> {
  const { accessToken, refreshToken, clientId, secretId } = twin.credentials;
  const inherited = Object.fromEntries(['PATH', 'HOME', 'TMPDIR'].flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
  return {
    ...inherited,
    NODE_ENV: 'production', HOST: '127.0.0.1', MANAGEMENT_PORT: '0', LOG_LEVEL: 'warn', DATABASE_URL: databaseUrl,
    BM_API_BASE: `http://127.0.0.1:${wire.port}/v2.0`, BM_ACCESS_TOKEN: accessToken, BM_CLIENT_ID: clientId, BM_SECRET_ID: secretId, BM_REFRESH_TOKEN: refreshToken,
    BM_SECURITY_TOKEN: twin.webhookToken, ADMIN_API_KEY: randomBytes(24).toString('base64url'), ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    AGENT_MODEL: 'openai:scripted', OPENAI_API_KEY: 'none', OPENAI_BASE_URL: model.baseUrl, RETURN_INTENT: 'VOLVER_FLUJO', HUMAN_INTENT: 'DERIVAR_A_PERSONA',
    REPLICAS: String(replicas), SWEEP_EVERY_MS: '0', DEBOUNCE_MS: '60', DEBOUNCE_CAP_MS: '600', CHANNELS_FILE: endless,
    SEND_TIMEOUT_MS: String(pace.sendTimeoutMs), SEND_DOUBT_MS: String(pace.doubtMs), TURN_LEASE_MS: String(pace.leaseMs),
  };
}

/** What the account saw, in the words of the history. */
function note(history: History, event: TwinEvent): void {
  if (event.type === 'message' && event.message.origin === 'api') {
    const { id, content, webhookPayload } = event.message;
    history.add({ what: 'seen', chat: event.chatId, remote: id, message: ourIdIn(webhookPayload), text: content.text ?? '' });
  }
  if (event.type !== 'webhook' || event.attempt.kind !== 'message' || event.attempt.attempt === 0) return;
  const { body, status, attempt } = event.attempt;
  for (const { _id_: id, from, clientPayload } of (body as { messages: { _id_: string; from: string; clientPayload?: string }[] }).messages) {
    if (from === 'user') history.add({ what: 'told', id, attempt, status });
    else if (clientPayload) history.add({ what: 'echoed', remote: id, status });
  }
}
