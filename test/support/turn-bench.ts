import { randomUUID } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { Checkpoints } from '../../src/agent/index.js';
import { BegunTurns } from '../../src/conversation/begun-turn.store.js';
import { EffectLedger } from '../../src/conversation/effect-ledger.service.js';
import { EffectStore } from '../../src/conversation/effect.store.js';
import { Leases } from '../../src/conversation/lease.service.js';
import { LeaseStore } from '../../src/conversation/lease.store.js';
import type { Turn } from '../../src/conversation/turn.js';
import { TurnStore, type ClaimedTurn } from '../../src/conversation/turn.store.js';
import { CorrelationLog } from '../../src/correlation/index.js';
import { ConversationConfig, Database, DatabaseConfig, Jobs, Metrics, Secret, type Tx } from '../../src/platform/index.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

export const leaseMs = 2000;

/** What one process needs to hold turns: its own pools, nothing shared but the database. No queue runs. */
export interface TurnWorker {
  database: Database;
  turns: TurnStore;
  begun: BegunTurns;
  effects: EffectStore;
  leases: Leases;
  leaseStore: LeaseStore;
  ledger: EffectLedger;
  tx<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  claim(runId: string): Promise<ClaimedTurn | null>;
}

export class TurnBench {
  private constructor(
    private readonly testDatabase: TestDatabase,
    readonly first: TurnWorker,
    readonly second: TurnWorker,
  ) {}

  static async start(): Promise<TurnBench> {
    const testDatabase = await createTestDatabase();
    return new TurnBench(testDatabase, worker(testDatabase.url), worker(testDatabase.url));
  }

  async stop(): Promise<void> {
    await Promise.all([this.first, this.second].map(({ database }) => database.onApplicationShutdown()));
    await this.testDatabase.drop();
  }

  get prisma(): Database['prisma'] {
    return this.first.database.prisma;
  }

  /** A turn of a new chat; times are milliseconds from now, by the database's clock. */
  async turn({ state = 'queued', startsInMs = 0, leaseInMs = null, ...more }: { state?: Turn['state']; startsInMs?: number; leaseInMs?: number | null; epoch?: number; attempts?: number } = {}): Promise<string> {
    const chatId = uuidv7();
    await this.prisma.chat.create({ data: { id: chatId, conversation: { create: { owner: 'agent' } } } });
    const runId = uuidv7();
    const { now } = await this.clock();
    const after = (ms: number): Date => new Date(now.getTime() + ms);
    await this.prisma.turn.create({
      data: { runId, chatId, correlationId: randomUUID(), state, startsAt: after(startsInMs), firstMailAt: now, leaseUntil: leaseInMs === null ? null : after(leaseInMs), ...(state === 'failed' ? { reason: 'poison' } : {}), ...more },
    });
    return runId;
  }

  /** A turn that the first worker holds. */
  async held(): Promise<ClaimedTurn> {
    return (await this.first.claim(await this.turn()))!;
  }

  row(runId: string) {
    return this.prisma.turn.findUniqueOrThrow({ where: { runId } });
  }

  async clock(): Promise<{ now: Date }> {
    return (await this.prisma.$queryRaw<{ now: Date }[]>`SELECT clock_timestamp() AS now`)[0]!;
  }

  /** The worker that holds it is taken for dead from now on. */
  async endLease(runId: string): Promise<void> {
    await this.prisma.$executeRaw`UPDATE turn SET lease_until = clock_timestamp() - interval '1 millisecond' WHERE run_id = ${runId}::uuid`;
  }

  async log(runId: string): Promise<string[]> {
    return (await this.prisma.entry.findMany({ where: { runId }, orderBy: { id: 'asc' } })).map(({ type }) => type);
  }
}

function worker(url: string): TurnWorker {
  const database = new Database(new DatabaseConfig(new Secret(url), '.data'));
  const config = new ConversationConfig('external_handoff', null, null, null, null, 100, 1000, 60_000, 60_000, 'Disculpá.', leaseMs);
  const log = new CorrelationLog();
  const leaseStore = new LeaseStore(database, config);
  const [metrics, checkpoints, effects] = [new Metrics(), new Checkpoints(database), new EffectStore()];
  const turns = new TurnStore(new Jobs(), log, config, metrics, checkpoints);
  const tx: TurnWorker['tx'] = (work) => database.inTransaction(work);
  return { database, turns, begun: new BegunTurns(checkpoints, metrics), effects, leaseStore, leases: new Leases(leaseStore, config), ledger: new EffectLedger(database, effects, log), tx, claim: (runId) => tx((inTx) => turns.claim(inTx, runId)) };
}
