import { randomBytes } from 'node:crypto';
import { HttpService } from '@nestjs/axios';
import { Logger } from '@nestjs/common';
import { AuthorizedApi } from '../../src/botmaker/api/authorized-api.client.js';
import { BotmakerSender } from '../../src/botmaker/sending/index.js';
import { BotmakerTransport } from '../../src/botmaker/api/transport.client.js';
import { CredentialStore, type TokenPair } from '../../src/botmaker/credentials/credential.store.js';
import { Credentials } from '../../src/botmaker/credentials/credentials.service.js';
import { PairRequest } from '../../src/botmaker/credentials/pair-request.client.js';
import { RefreshCredentials } from '../../src/botmaker/credentials/refresh-credentials.job.js';
import { RefreshStore } from '../../src/botmaker/credentials/refresh.store.js';
import { Refreshing } from '../../src/botmaker/credentials/refreshing.service.js';
import { CorrelationLog } from '../../src/correlation/index.js';
import { Alarms, BotmakerConfig, Database, DatabaseConfig, Metrics, Role, Secret } from '../../src/platform/index.js';
import { BotmakerTwin, type TwinOptions } from '../../src/sandbox/twin/index.js';
import { idleDrain } from './drain.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';
import { testBuckets, testUpstreams } from './test-limits.js';

const encryptionKey = randomBytes(32).toString('base64');

/** One process, as far as credentials go: pools, buckets and caches of its own. */
export interface Replica {
  credentials: Credentials;
  store: CredentialStore;
  refreshes: RefreshStore;
  alarms: Alarms;
  job: RefreshCredentials;
  send(): Promise<unknown>;
}

export interface Environment {
  accessToken?: string;
  refreshToken?: string | null;
  secretId?: string;
  key?: string;
}

export interface LogLine {
  level: string;
  fields: { code?: string };
  text: string;
}

/** Replicas that share one database and one twin. `begin` gives each test a new twin and no stored credential. */
export class CredentialFleet {
  /** The customer that every replica writes to. */
  readonly contactId = '5491150001234';
  logged: LogLine[] = [];
  twin!: BotmakerTwin;
  private firstEntry = 0n;
  private aheadMs = 0;

  private constructor(
    private readonly testDatabase: TestDatabase,
    private readonly databases: Database[],
  ) {}

  static async start(): Promise<CredentialFleet> {
    const testDatabase = await createTestDatabase();
    return new CredentialFleet(testDatabase, Array.from({ length: 5 }, () => new Database(new DatabaseConfig(new Secret(testDatabase.url), '.data'))));
  }

  async stop(): Promise<void> {
    await Promise.all(this.databases.map((database) => database.onApplicationShutdown()));
    await this.testDatabase.drop();
  }

  get prisma(): Database['prisma'] {
    return this.databases[0]!.prisma;
  }

  async begin(options: TwinOptions = {}): Promise<void> {
    await this.prisma.credential.deleteMany();
    await this.prisma.credentialRefresh.deleteMany();
    this.firstEntry = (await this.prisma.entry.aggregate({ _max: { id: true } }))._max.id ?? 0n;
    this.aheadMs = 0;
    this.twin = await BotmakerTwin.start({ now: () => new Date(Date.now() + this.aheadMs), ...options });
    this.twin.customerWrites(this.contactId, 'hola');
    this.logged = [];
    const note = (level: string) => (fields: object, text: string): void => void this.logged.push({ level, fields, text });
    Logger.overrideLogger({ log: note('info'), error: note('error'), warn: note('warn'), debug: note('debug') });
  }

  async end(): Promise<void> {
    Logger.overrideLogger(false);
    await this.twin.close();
  }

  /** Not booted yet. `number` chooses the pools. */
  replica({ accessToken, refreshToken, secretId, key }: Environment = {}, number = 0): Replica {
    const pair = this.twin.credentials;
    const refresh = refreshToken === null ? null : { clientId: pair.clientId, secretId: new Secret(secretId ?? pair.secretId), refreshToken: new Secret(refreshToken ?? pair.refreshToken) };
    const config = new BotmakerConfig(this.twin.baseUrl, new Secret(accessToken ?? pair.accessToken), refresh, 10_000, 1, new Secret(key ?? encryptionKey));
    const database = this.databases[number]!;
    const metrics = new Metrics();
    const upstreams = testUpstreams(metrics);
    const transport = new BotmakerTransport(new HttpService(), config, testBuckets(config, database), metrics, upstreams);
    const log = new CorrelationLog();
    const store = new CredentialStore(database, log, config);
    const refreshes = new RefreshStore(database, store, log);
    const alarms = new Alarms(metrics);
    const credentials = new Credentials(store, database, new Refreshing(refreshes, new PairRequest(transport), alarms, metrics));
    const client = new BotmakerSender(new AuthorizedApi(transport, credentials), upstreams);
    const address = { platform: 'whatsapp', channelId: this.twin.channelId, contactId: this.contactId, chatId: null };
    return { credentials, store, refreshes, alarms, job: new RefreshCredentials(new Role('worker'), credentials, idleDrain()), send: () => client.sendMessages(address, [{ text: 'hola' }], () => undefined) };
  }

  async booted(environment: Environment = {}, number = 0): Promise<Replica> {
    const made = this.replica(environment, number);
    await made.credentials.onModuleInit();
    return made;
  }

  five(environment: Environment = {}): Promise<Replica[]> {
    return Promise.all([0, 1, 2, 3, 4].map((number) => this.booted(environment, number)));
  }

  row() {
    return this.prisma.credential.findUniqueOrThrow({ where: { id: 1 } });
  }

  /** Types of the log entries since `begin`. */
  async entries(): Promise<string[]> {
    return (await this.prisma.entry.findMany({ where: { id: { gt: this.firstEntry } }, orderBy: { id: 'asc' } })).map(({ type }) => type);
  }

  /** How often a new pair was asked for. */
  get asked(): number {
    return this.twin.calls.filter(({ operation }) => operation === 'refresh-api-credentials').length;
  }

  get refreshStatuses(): (number | null)[] {
    return this.twin.calls.filter(({ operation }) => operation === 'refresh-api-credentials').map(({ status }) => status);
  }

  /** What each refresh asked with, and what became of it. */
  async refreshes(): Promise<string[]> {
    return (await this.prisma.credentialRefresh.findMany({ orderBy: { id: 'asc' } })).map(({ secret, outcome }) => `${secret} ${outcome}`);
  }

  /** What the calls to send were answered. */
  get sends(): (number | null)[] {
    return this.twin.calls.filter(({ operation }) => operation === 'send-messages').map(({ status }) => status);
  }

  get errors(): (string | undefined)[] {
    return this.logged.filter(({ level, fields }) => level === 'error' && !('alarm' in fields)).map(({ fields }) => fields.code);
  }

  /** Time passes: for the rules about what was asked before, and for Botmaker's clock. */
  async pass(seconds: number): Promise<void> {
    await this.prisma.$executeRaw`UPDATE credential_refresh SET started_at = started_at - make_interval(secs => ${seconds}::float8), deadline_at = deadline_at - make_interval(secs => ${seconds}::float8)`;
    this.aheadMs += seconds * 1000;
  }

  /** Long enough for everything that rests. */
  rest(): Promise<void> {
    return this.pass(7200);
  }

  /** A refresh is begun and Botmaker issues a pair; what the process does next is the test's to say. */
  async issued({ refreshes }: Replica, refusedVersion: number, deadlineMs = 20_000): Promise<{ refreshId: number; pair: TokenPair }> {
    const { refreshId, credential, step } = await refreshes.begin(refusedVersion, deadlineMs);
    const secret = step.kind === 'refresh' && credential.secrets.get(step.secret);
    const answer = await fetch(`${this.twin.baseUrl}/auth/credentials`, { method: 'POST', headers: { 'access-token': credential.accessToken, 'content-type': 'application/json' }, body: JSON.stringify(secret) });
    return { refreshId: refreshId ?? 0, pair: (await answer.json()) as TokenPair };
  }
}
