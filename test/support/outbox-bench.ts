import { randomBytes, randomUUID } from 'node:crypto';
import { HttpService } from '@nestjs/axios';
import { v7 as uuidv7 } from 'uuid';
import { AuthorizedApi } from '../../src/botmaker/api/authorized-api.client.js';
import { BotmakerClient } from '../../src/botmaker/api/botmaker.client.js';
import { BotmakerSender } from '../../src/botmaker/sending/index.js';
import type { RateBuckets } from '../../src/botmaker/api/rate-buckets.service.js';
import { BotmakerTransport } from '../../src/botmaker/api/transport.client.js';
import { ChatLooks } from '../../src/botmaker/chats/chat-looks.service.js';
import { ChatProofStore } from '../../src/botmaker/chats/chat-proof.store.js';
import { CredentialStore } from '../../src/botmaker/credentials/credential.store.js';
import { Credentials } from '../../src/botmaker/credentials/credentials.service.js';
import { PairRequest } from '../../src/botmaker/credentials/pair-request.client.js';
import { RefreshStore } from '../../src/botmaker/credentials/refresh.store.js';
import { Refreshing } from '../../src/botmaker/credentials/refreshing.service.js';
import type { MessageEvent, StatusEvent } from '../../src/botmaker/index.js';
import { CorrelationLog } from '../../src/correlation/index.js';
import type { Message } from '../../src/generated/prisma/client.js';
import { ChatQueueStore } from '../../src/outbox/chat-queue.store.js';
import { CodeActionStore } from '../../src/outbox/code-action.store.js';
import { Confirmations } from '../../src/outbox/confirmation.service.js';
import { DeliverHandler } from '../../src/outbox/deliver.handler.js';
import { DeliverWake } from '../../src/outbox/deliver-wake.service.js';
import { DeliveryOutcomeStore } from '../../src/outbox/delivery-outcome.store.js';
import { DeliveryStore } from '../../src/outbox/delivery.store.js';
import { DoubtStore } from '../../src/outbox/doubt.store.js';
import { Doubts } from '../../src/outbox/doubts.service.js';
import { EchoMatchStore } from '../../src/outbox/echo-match.store.js';
import { OrdinaryEchoes } from '../../src/outbox/ordinary-echoes.store.js';
import { EarlyStatuses } from '../../src/outbox/early-statuses.store.js';
import { OrdinaryStatuses } from '../../src/outbox/ordinary-statuses.store.js';
import { EchoSightStore } from '../../src/outbox/echo-sight.store.js';
import { Follow } from '../../src/outbox/follow.service.js';
import type { Claim, Outgoing } from '../../src/outbox/message.js';
import { HeldMessages } from '../../src/outbox/held-messages.store.js';
import { LookUp } from '../../src/outbox/look-up.service.js';
import { LookUpStore } from '../../src/outbox/look-up.store.js';
import { nextStep, type Step } from '../../src/outbox/next-step.js';
import { Outbox } from '../../src/outbox/outbox.service.js';
import { OverdueMessages } from '../../src/outbox/overdue-messages.job.js';
import { Redrive } from '../../src/outbox/redrive.service.js';
import { ParkedMessages } from '../../src/outbox/parked-messages.store.js';
import { SendProof } from '../../src/outbox/send-proof.service.js';
import { Alarms, BotmakerConfig, CodeActionConfig, Database, DatabaseConfig, type Drain, Jobs, loadConfig, Metrics, OutboxConfig, OwnershipConfig, Role, Secret, type Upstreams } from '../../src/platform/index.js';
import { BotmakerTwin } from '../../src/sandbox/twin/index.js';
import { idleDrain } from './drain.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';
import { noDatabase, testBuckets, testUpstreams } from './test-limits.js';

export const sendTimeoutMs = 2000;
export const doubtMs = 60_000;
/** Nobody is asked who has a chat before a send, unless a test says so. */
const nobodyAsks = new OwnershipConfig(0, 60_000, 1000, 0);

/** The outbox of one process: its own pools, nothing shared but the database. No queue runs: a test wakes whom it wants. */
export interface Worker {
  database: Database;
  buckets: RateBuckets;
  queues: ChatQueueStore;
  deliveries: DeliveryStore;
  outcomes: DeliveryOutcomeStore;
  echoes: EchoSightStore;
  metrics: Metrics;
  upstreams: Upstreams;
  follow: Follow;
  outbox: Outbox;
  kept: HeldMessages;
  parked: ParkedMessages;
  looks: ChatLooks;
  proofs: ChatProofStore;
  lookout: OverdueMessages;
  handler: DeliverHandler;
  redrive: Redrive;
  drain: Drain;
  /** What the chat's queue asks for. */
  step(chatId: string): Promise<Step>;
  /** Null when there is nothing to send, or somebody else was first. */
  claim(chatId: string): Promise<Claim | null>;
  /** Claims, and fails when there is nothing to claim. */
  claimed(chatId: string): Promise<Claim>;
  /** Looks once for what is in doubt, and does not go on to send. */
  settle(chatId: string): Promise<void>;
}

const text = (value: string): Outgoing => ({ kind: 'text', text: value });

export class OutboxBench {
  readonly workers: Worker[] = [];
  private customers = 0;

  private constructor(
    private readonly testDatabase: TestDatabase,
    readonly twin: BotmakerTwin,
  ) {}

  static async start(workers = 2): Promise<OutboxBench> {
    const bench = new OutboxBench(await createTestDatabase(), await BotmakerTwin.start({ statusDelays: { readMs: null } }));
    for (let number = 0; number < workers; number++) await bench.worker();
    return bench;
  }

  async stop(): Promise<void> {
    await this.twin.close();
    await Promise.all(this.workers.map(({ database }) => database.onApplicationShutdown()));
    await this.testDatabase.drop();
  }

  get first(): Worker {
    return this.workers[0]!;
  }

  get second(): Worker {
    return this.workers[1]!;
  }

  get prisma(): Database['prisma'] {
    return this.first.database.prisma;
  }

  /**
   * One more, which trusts a claim for `trustMs`; as a rule for long, because a test's machine may be slow. With slots of its
   * own it may be made to wait for one without the others waiting too.
   */
  async worker(trustMs = 30_000, hasOwnSlots = false, ownership = nobodyAsks, circuitOpenMs = 0): Promise<Worker> {
    const none = new Secret(randomBytes(32).toString('base64'));
    const config = new BotmakerConfig(this.twin.baseUrl, new Secret(this.twin.credentials.accessToken), null, sendTimeoutMs, 1, this.workers.length === 0 ? none : this.key!);
    this.key ??= none;
    const database = new Database(new DatabaseConfig(new Secret(this.testDatabase.url), '.data'));
    const [metrics, log, jobs] = [new Metrics(), new CorrelationLog(), new Jobs()];
    const [buckets, upstreams] = [testBuckets(config, hasOwnSlots ? noDatabase() : database), testUpstreams(metrics, circuitOpenMs)];
    // As after a busy day: these tests are about one retry, not about how many there may be.
    for (let call = 0; call < 300; call++) await upstreams.call('botmaker-send', false, async () => undefined);
    const transport = new BotmakerTransport(new HttpService(), config, buckets, metrics, upstreams);
    const store = new CredentialStore(database, log, config);
    const credentials = new Credentials(store, database, new Refreshing(new RefreshStore(database, store, log), new PairRequest(transport), new Alarms(metrics), metrics));
    await credentials.onModuleInit();
    const outboxConfig = new OutboxConfig(doubtMs, sendTimeoutMs, 0);
    const parked = new ParkedMessages(database, log, jobs, metrics, outboxConfig);
    const confirmations = new Confirmations(log, metrics, jobs, parked);
    const follow = new Follow(new EchoMatchStore(), confirmations, new OrdinaryEchoes(confirmations, log), new OrdinaryStatuses(confirmations, log, metrics), new EarlyStatuses());
    const [queues, deliveries, outcomes] = [new ChatQueueStore(database, outboxConfig), new DeliveryStore(database, log, outboxConfig), new DeliveryOutcomeStore(database, log, metrics, follow)];
    const [held, echoes] = [new DoubtStore(database, log, metrics), new EchoSightStore(database, outboxConfig)];
    const api = new AuthorizedApi(transport, credentials);
    const client = new BotmakerClient(api, metrics);
    const doubts = new Doubts(database, new LookUp(client, new LookUpStore(database)), echoes, confirmations, held, log, outboxConfig);
    const sender = new BotmakerSender(api, upstreams);
    const drain = idleDrain();
    const [proofs, kept] = [new ChatProofStore(database), new HeldMessages(log, metrics, jobs)];
    const looks = new ChatLooks(client, proofs, database, loadConfig({ NODE_ENV: 'test' }, (name) => name).conversation, metrics);
    const proof = new SendProof(looks, kept, database, jobs, ownership);
    const handler = new DeliverHandler(database, queues, deliveries, outcomes, held, doubts, sender, new OutboxConfig(doubtMs, trustMs * 2, 0), new DeliverWake(database, jobs), drain, proof, parked);
    const step = async (chatId: string): Promise<Step> => nextStep((await queues.look(chatId))?.open ?? []);
    const claim = async (chatId: string): Promise<Claim | null> => {
      const queue = await queues.look(chatId);
      const asked = nextStep(queue?.open ?? []);
      return queue && asked.do === 'send' ? deliveries.claim(queue, asked.messages) : null;
    };
    const claimed = async (chatId: string): Promise<Claim> => {
      const found = await claim(chatId);
      if (!found) throw new Error(`nothing was claimed: ${JSON.stringify(await step(chatId))}`);
      return found;
    };
    const settle = async (chatId: string): Promise<void> => {
      const queue = await queues.look(chatId);
      const asked = nextStep(queue?.open ?? []);
      if (!queue || asked.do !== 'look-up') throw new Error(`there is nothing to look for: ${JSON.stringify(asked)}`);
      await doubts.settle(queue, asked.messages);
    };
    const worker = { database, buckets, upstreams, queues, deliveries, outcomes, echoes, metrics, follow, outbox: new Outbox(jobs, log, new CodeActionStore(new CodeActionConfig(12_000))), kept, parked, looks, proofs, redrive: new Redrive(database, log, jobs), lookout: new OverdueMessages(new Role('worker'), database, jobs), handler, drain, step, claim, claimed, settle };
    this.workers.push(worker);
    return worker;
  }

  private key: Secret | null = null;

  /** A chat whose customer has just written, here and at Botmaker. */
  async chat(): Promise<{ chatId: string; remote: string }> {
    const contactId = `549115${String(1_000_000 + this.customers++)}`;
    const { chatId: remote } = this.twin.customerWrites(contactId, 'horarios');
    const chatId = uuidv7();
    await this.prisma.chat.create({ data: { id: chatId, platform: 'whatsapp', channelId: this.twin.channelId, contactId, botmakerChatId: remote } });
    return { chatId, remote };
  }

  /** A turn's messages, as ending the turn stores them; texts unless told otherwise. Resolves with the run. */
  async queue(chatId: string, outgoing: readonly (string | Outgoing)[], worker = this.first): Promise<string> {
    const runId = uuidv7();
    await worker.database.inTransaction(async (tx) => {
      const now = new Date();
      await tx.turn.create({ data: { runId, chatId, correlationId: runId, state: 'finished', startsAt: now, firstMailAt: now } });
      await worker.outbox.queue(tx, { runId, chatId, correlationId: runId }, outgoing.map((one) => (typeof one === 'string' ? text(one) : one)));
    });
    return runId;
  }

  /** Our texts that Botmaker has, in the order in which it took them. */
  sent(remote: string): (string | null)[] {
    return this.twin.sent(remote).filter(({ origin }) => origin === 'api').map(({ text }) => text);
  }

  messages(chatId: string): Promise<Message[]> {
    return this.prisma.message.findMany({ where: { chatId }, orderBy: [{ createdAt: 'asc' }, { runId: 'asc' }, { part: 'asc' }] });
  }

  async states(chatId: string): Promise<string[]> {
    return (await this.messages(chatId)).map(({ state }) => state);
  }

  async reasons(chatId: string): Promise<(string | null)[]> {
    return (await this.messages(chatId)).map(({ reason }) => reason);
  }

  async log(chatId: string): Promise<string[]> {
    return (await this.prisma.entry.findMany({ where: { chatId }, orderBy: { id: 'asc' } })).map(({ type }) => type);
  }

  /** The worker that holds the chat's messages dies: its lease runs out. */
  async loseWorker(chatId: string): Promise<void> {
    await this.prisma.$executeRaw`UPDATE message SET lease_until = clock_timestamp() - interval '1 second' WHERE chat_id = ${chatId}::uuid AND state = 'sending'`;
  }

  /** Time passes for the messages of a chat. */
  async pass(chatId: string, ms: number): Promise<void> {
    await this.prisma.$executeRaw`
      UPDATE message SET created_at = created_at - span, next_attempt_at = next_attempt_at - span, sending_at = sending_at - span, lease_until = lease_until - span,
        doubt_until = doubt_until - span, doubted_at = doubted_at - span, accepted_at = accepted_at - span
      FROM make_interval(secs => ${ms / 1000}) AS span WHERE chat_id = ${chatId}::uuid`;
  }

  /** Botmaker told something of the chat, now: an event as the webhook files it. */
  async told(chatId: string, event: { author?: 'customer' | 'flow' | 'operator'; remoteId?: string; variables?: Record<string, string>; agoMs?: number; state?: 'read' | 'received' }): Promise<void> {
    const { author = null, remoteId = null, variables = null, agoMs = 0, state = 'read' } = event;
    const at = new Date(Date.now() - agoMs);
    const kind = author === null ? 'variables' : 'message';
    await this.prisma.event.create({ data: { key: randomUUID(), chatId, kind, author, state, remoteId, content: { variables }, occurredAt: at, receivedAt: at } });
  }

  /** Who may speak in the chat, and until when. */
  async owned(chatId: string, owner: 'flow' | 'agent' | 'human', windowClosesAt: Date | null = null): Promise<void> {
    await this.prisma.conversation.upsert({ where: { chatId }, create: { chatId, owner, windowClosesAt }, update: { owner, windowClosesAt } });
  }

  /** Chats for which a deliver job waits, out of these. */
  async woken(...chatIds: string[]): Promise<string[]> {
    const keys = chatIds.map((chatId) => `deliver:${chatId}`);
    const jobs = await this.prisma.$queryRaw<{ key: string }[]>`SELECT key FROM graphile_worker.jobs WHERE key = ANY(${keys})`;
    return jobs.map(({ key }) => key.slice('deliver:'.length)).sort();
  }

  async sleepAll(): Promise<void> {
    await this.prisma.$executeRaw`SELECT graphile_worker.complete_jobs(array_agg(id)) FROM graphile_worker.jobs`;
  }

  /** Messages that are with Botmaker: claimed, and accepted under this id unless it is left open. */
  async sending(texts: string[], notificationId?: string | null): Promise<{ chatId: string; claim: Claim }> {
    const { chatId } = await this.chat();
    await this.queue(chatId, texts);
    const claim = await this.first.claimed(chatId);
    if (notificationId !== undefined) await this.first.outcomes.record(claim, { kind: 'accepted', httpStatus: 202, notificationId, ms: 1 });
    return { chatId, claim };
  }

  echo(chatId: string, event: Partial<MessageEvent> & { text?: string }, worker = this.first): Promise<boolean> {
    return this.echoes([{ chatId, ...event }], worker).then((ours) => ours.length === 1);
  }

  /** As one batch of bodies tells them. Returns the numbers of those that are ours. */
  async echoes(told: (Partial<MessageEvent> & { chatId: string; text?: string })[], worker = this.first): Promise<number[]> {
    const ours = await worker.database.inTransaction((tx) => worker.follow.echoes(tx, told.map(({ chatId, ...event }, index) => ({ event: echoOf(event), chatId, id: BigInt(index) }))));
    return ours.map(({ id }) => Number(id)).sort((one, other) => one - other);
  }

  status(chatId: string, event: Partial<StatusEvent>, worker = this.first): Promise<void> {
    return this.statuses([{ chatId, ...event }], worker);
  }

  /** As one batch of bodies tells them. */
  statuses(told: (Partial<StatusEvent> & { chatId: string })[], worker = this.first): Promise<void> {
    return worker.database.inTransaction((tx) => worker.follow.statuses(tx, told.map(({ chatId, ...event }) => ({ event: statusOf(event), chatId, at: new Date() }))));
  }
}

const nobody = { address: null, occurredAt: null, sessionId: null, variables: null, person: { firstName: null, lastName: null, nickName: null } };

function echoOf({ text: said, ...event }: Partial<MessageEvent> & { text?: string }): MessageEvent {
  const content = { text: said ?? null, media: [], location: null, contacts: [], selection: null, unsupported: false, truncated: false };
  return { ...nobody, type: 'message', key: randomUUID(), author: 'flow', remoteId: null, content, authorName: null, operatorId: null, intentName: null, txId: null, clientPayload: null, ...event };
}

function statusOf(event: Partial<StatusEvent>): StatusEvent {
  return { ...nobody, type: 'status', key: randomUUID(), status: 'sent', remoteId: null, txId: null, webhookPayload: null, error: null, ...event };
}
