import { randomBytes } from 'node:crypto';
import { HttpService } from '@nestjs/axios';
import { Logger } from '@nestjs/common';
import { AuthorizedApi } from '../../src/botmaker/api/authorized-api.client.js';
import { BotmakerSender } from '../../src/botmaker/sending/index.js';
import { BotmakerTransport } from '../../src/botmaker/api/transport.client.js';
import { CredentialStore } from '../../src/botmaker/credentials/credential.store.js';
import { Credentials } from '../../src/botmaker/credentials/credentials.service.js';
import { RefreshCredentials } from '../../src/botmaker/credentials/refresh-credentials.job.js';
import { CorrelationLog } from '../../src/correlation/index.js';
import { BotmakerConfig, Clock, Database, DatabaseConfig, Metrics, Role, Secret } from '../../src/platform/index.js';
import { BotmakerTwin, type TwinOptions } from '../../src/sandbox/twin/index.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';
import { testBuckets, testUpstreams } from './test-limits.js';

const encryptionKey = randomBytes(32).toString('base64');

/** One process, as far as credentials go: pools, buckets and caches of its own. */
export interface Replica {
  credentials: Credentials;
  store: CredentialStore;
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
    this.firstEntry = (await this.prisma.entry.aggregate({ _max: { id: true } }))._max.id ?? 0n;
    this.twin = await BotmakerTwin.start(options);
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
    const config = new BotmakerConfig(this.twin.baseUrl, new Secret(accessToken ?? pair.accessToken), refresh, 2000, 1, new Secret(key ?? encryptionKey));
    const database = this.databases[number]!;
    const metrics = new Metrics();
    const upstreams = testUpstreams(metrics);
    const transport = new BotmakerTransport(new HttpService(), config, testBuckets(config, database), metrics, upstreams);
    const store = new CredentialStore(database, new CorrelationLog(), config);
    const credentials = new Credentials(config, store, database, transport, metrics);
    const client = new BotmakerSender(new AuthorizedApi(transport, credentials), upstreams);
    const address = { platform: 'whatsapp', channelId: this.twin.channelId, contactId: this.contactId, chatId: null };
    return { credentials, store, job: new RefreshCredentials(new Role('worker'), new Clock(), credentials), send: () => client.sendMessages(address, [{ text: 'hola' }], () => undefined) };
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

  /** What the calls to send were answered. */
  get sends(): (number | null)[] {
    return this.twin.calls.filter(({ operation }) => operation === 'send-messages').map(({ status }) => status);
  }

  get errors(): (string | undefined)[] {
    return this.logged.filter(({ level }) => level === 'error').map(({ fields }) => fields.code);
  }

  /** Two hours pass for the rule that nobody asks again for a while. */
  async rest(): Promise<void> {
    await this.prisma.$executeRaw`UPDATE credential SET checked_at = checked_at - interval '2 hours'`;
  }
}
