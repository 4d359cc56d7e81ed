import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { BotmakerTwin } from '../../src/sandbox/twin/index.js';
import { Balancer, type Failure } from '../support/balancer.js';
import { ModelServer } from '../support/model-server.js';
import { Replica, type Exit } from '../support/replica.js';
import { until } from '../support/until.js';

export interface RollingOptions {
  databaseUrl: string;
  replicas: number;
  restarts: number;
  /** Customer messages a second, each of another customer; each makes six to eight webhooks. */
  perSecond: number;
  /** How long the balancer goes on sending to a replica that has turned unready. */
  lingerMs: number;
  shutdownDelayMs: number;
  /** What the model takes to answer: a turn is then under way at each signal. */
  modelMs?: number;
  /** How long everything may take to be answered after the last restart. */
  drainMs?: number;
}

export interface RollingReport {
  customers: number;
  /** What the balancer passed on, all calls of the webhook. */
  webhooks: number;
  failures: Failure[];
  /** Customers who got no answer, and those who got more than one. */
  lost: number;
  duplicated: number;
  /** Customer messages of the account that are in no event. */
  notStored: number;
  exits: Exit[];
  /** What the processes said at last that did not end with 0. */
  lastWords: string[];
  longestExitMs: number;
  /** How many turns were given back because their process stopped. */
  released: number;
}

/**
 * Restarts replicas one after the other, each replaced before it is stopped, while customers write all the time, and judges
 * when everything has come to rest: what did the webhook's caller see, and did each customer get exactly one answer?
 */
export async function rollReplicas(options: RollingOptions): Promise<RollingReport> {
  const model = await ModelServer.start();
  model.script(() => ({ toolCalls: [{ name: 'reply', arguments: { parts: ['Sí.'] } }], stallMs: options.modelMs ?? 300 }));
  const balancer = await Balancer.start({ lingerMs: options.lingerMs });
  const twin = await BotmakerTwin.start({ rateLimits: 'off' });
  const env = environment(options, twin, model.baseUrl);
  const replicas: Replica[] = [];
  const exits: Exit[] = [];
  const lastWords: string[] = [];
  let customers = 0;
  let writer: NodeJS.Timeout | undefined;
  const join = async (): Promise<Replica> => {
    const replica = await Replica.start(env);
    balancer.add(replica.address);
    await until(() => balancer.isReady(replica.address), 'the replica to be ready', 60_000);
    return replica;
  };
  try {
    for (let started = 0; started < options.replicas; started++) replicas.push(await join());
    await twin.setWebhookUrl(`${balancer.address}/botmaker/webhook`);
    writer = setInterval(() => twin.customerWrites(`549115${String(3_000_000 + customers++)}`, '¿Hacen envíos a Córdoba?'), 1000 / options.perSecond);
    await until(() => answered(twin) > 0, 'the first answer', 60_000);
    for (let restart = 0; restart < options.restarts; restart++) {
      const next = await join();
      const [old] = replicas.splice(0, 1);
      replicas.push(next);
      if (!old) throw new Error('there is no replica to stop');
      const exit = await old.stop();
      exits.push(exit);
      if (exit.code !== 0) lastWords.push(old.output.slice(-2000));
      // Nobody tells it: while it has not noticed, it sends to a process that is gone.
      await until(() => !balancer.isSending(old.address), 'the balancer to notice', 60_000);
      balancer.remove(old.address);
    }
    clearInterval(writer);
    // Whoever is not answered by then is lost: the report says so.
    await until(() => answered(twin) === customers, 'every customer to be answered', options.drainMs ?? 60_000).catch(() => undefined);
    await twin.settled({ timeoutMs: 30_000 });
    return await report({ options, twin, balancer, exits, lastWords, customers });
  } finally {
    clearInterval(writer);
    await Promise.all(replicas.map((replica) => replica.stop()));
    await twin.close();
    await balancer.close();
    await model.close();
  }
}

const endless = fileURLToPath(new URL('../fixtures/channels/endless.yaml', import.meta.url));

function environment({ databaseUrl, shutdownDelayMs, replicas }: RollingOptions, twin: BotmakerTwin, modelUrl: string): Record<string, string> {
  return {
    NODE_ENV: 'test', LOG_LEVEL: 'error', DATABASE_URL: databaseUrl, BM_API_BASE: twin.baseUrl, BM_ACCESS_TOKEN: twin.credentials.accessToken,
    BM_SECURITY_TOKEN: twin.webhookToken, ADMIN_API_KEY: randomBytes(24).toString('hex'), ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    AGENT_MODEL: 'openai:test', OPENAI_API_KEY: 'x', OPENAI_BASE_URL: modelUrl, RETURN_INTENT: 'VOLVER_FLUJO', DEBOUNCE_MS: '200', SWEEP_EVERY_MS: '0', CHANNELS_FILE: endless,
    REPLICAS: String(replicas + 1), SHUTDOWN_DELAY_MS: String(shutdownDelayMs),
  };
}

const answersIn = (twin: BotmakerTwin, chatId: string): number => twin.sent(chatId).filter(({ origin }) => origin === 'api').length;
const answered = (twin: BotmakerTwin): number => twin.chats().filter(({ chatId }) => answersIn(twin, chatId) > 0).length;

interface Outcome {
  options: RollingOptions;
  twin: BotmakerTwin;
  balancer: Balancer;
  exits: Exit[];
  lastWords: string[];
  customers: number;
}

async function report({ options, twin, balancer, exits, lastWords, customers }: Outcome): Promise<RollingReport> {
  const answers = twin.chats().map(({ chatId }) => answersIn(twin, chatId));
  const written = twin.chats().flatMap(({ messages }) => messages.filter(({ from }) => from === 'user').map(({ id }) => id));
  const client = new pg.Client({ connectionString: options.databaseUrl });
  await client.connect();
  try {
    const stored = await client.query<{ count: number }>("SELECT count(DISTINCT remote_id)::int AS count FROM event WHERE author = 'customer' AND remote_id = ANY($1)", [written]);
    const released = await client.query<{ count: number }>("SELECT count(*)::int AS count FROM entry WHERE type = 'turn.released' AND detail->>'code' = 'turn.draining'");
    return {
      customers, webhooks: balancer.requests, failures: balancer.failures, exits, lastWords,
      lost: answers.filter((count) => count === 0).length,
      duplicated: answers.filter((count) => count > 1).length,
      notStored: written.length - (stored.rows[0]?.count ?? 0),
      longestExitMs: Math.max(0, ...exits.map(({ ms }) => ms)),
      released: released.rows[0]?.count ?? 0,
    };
  } finally {
    await client.end();
  }
}
