import pg from 'pg';
import type { Type } from '@nestjs/common';
import type { Contact, TwinOptions } from '../../src/sandbox/twin/index.js';
import { ModelServer, type ModelStep } from './model-server.js';
import { startApp, type RunningApp } from './running-app.js';
import { until } from './until.js';

/** Long enough that a busy machine loses none by itself; the stories take turns away by hand. */
export const leaseMs = 6000;

interface TurnRow {
  runId: string;
  state: string;
  outcome: string | null;
  reason: string | null;
  attempts: number;
}

/** Two workers on one database with one model, and the power to take a turn from whoever has it, as if its worker had been killed. */
export class TwoWorkers {
  private customers = 0;

  private constructor(
    readonly app: RunningApp,
    private readonly other: RunningApp,
    readonly model: ModelServer,
  ) {}

  static async start({ env = {}, extensions = [], twin = {} }: { env?: Record<string, string>; extensions?: Type[]; twin?: TwinOptions } = {}): Promise<TwoWorkers> {
    const model = await ModelServer.start();
    const settings = { AGENT_MODEL: 'openai:test', OPENAI_API_KEY: 'key-of-the-test', OPENAI_BASE_URL: model.baseUrl, TURN_LEASE_MS: String(leaseMs), AGENT_CALL_TIMEOUT_MS: '20000', ...env };
    const app = await startApp({ env: settings, extensions, twin });
    return new TwoWorkers(app, await startApp({ beside: app, role: 'worker', env: settings, extensions }), model);
  }

  async stop(): Promise<void> {
    await this.other.stop();
    await this.app.stop();
    await this.model.close();
  }

  /** A new customer asks something that the flow hands over. Resolves with Botmaker's id of the chat. */
  ask(text: string, channelId = this.app.twin.channelId): string {
    return this.app.twin.customerWrites({ contactId: `549115${String(3_000_000 + this.customers++)}`, channelId }, { text }).chatId;
  }

  /** The same customer writes again, on the same line. */
  writeAgain(chat: string, text: string): void {
    this.app.twin.customerWrites(this.contactOf(chat), { text });
  }

  private contactOf(chat: string): Contact {
    const { contactId, channelId } = this.app.twin.chat(chat)!;
    return { contactId, channelId };
  }

  turns(chat: string): Promise<TurnRow[]> {
    return this.app.prisma.turn.findMany({ where: { chat: { botmakerChatId: chat } }, orderBy: { createdAt: 'asc' } });
  }

  /** The chat's newest turn, once it is in this state. */
  async turnIn(chat: string, state: string): Promise<TurnRow> {
    return until(async () => (await this.turns(chat)).findLast((turn) => turn.state === state) ?? null, `a turn that is ${state}`, 20_000);
  }

  /** The model has been asked this often. */
  async asked(times: number): Promise<void> {
    await until(() => this.model.requests.length >= times, `the model to be asked ${times} time(s)`, 20_000);
  }

  /** Something of the turn is kept to go on from. */
  async kept(runId: string): Promise<void> {
    await until(async () => (await this.checkpoints(runId)) > 0, 'a checkpoint', 20_000);
  }

  async checkpoints(runId: string): Promise<number> {
    const [row] = await this.app.prisma.$queryRaw<{ rows: bigint }[]>`SELECT count(*) AS rows FROM (SELECT thread_id FROM langgraph.checkpoints UNION ALL SELECT thread_id FROM langgraph.checkpoint_blobs) kept WHERE thread_id = ${runId}`;
    return Number(row?.rows ?? 0);
  }

  /** As if its worker had been killed and the lease had ended: from now on that worker can write nothing, and the turn is anybody's. */
  async loseWorker(runId: string): Promise<void> {
    await this.app.prisma.$executeRaw`UPDATE turn SET epoch = epoch + 1, lease_until = clock_timestamp() - interval '1 millisecond' WHERE run_id = ${runId}::uuid AND state = 'running'`;
  }

  /** The model keeps its answers until the function that this returns is called with one. */
  holdModel(): (step: ModelStep) => void {
    let answer: (step: ModelStep) => void = () => undefined;
    const answered = new Promise<ModelStep>((go) => (answer = go));
    this.model.script(() => answered);
    return answer;
  }

  /** Does `work` while nobody can store how a turn of the chat ends, and then lets them. */
  async beforeEnd(chat: string, work: () => Promise<void>): Promise<void> {
    const client = new pg.Client({ connectionString: this.app.database.url });
    await client.connect();
    try {
      await client.query('BEGIN');
      await client.query('SELECT 1 FROM conversation JOIN chat ON chat.id = chat_id WHERE botmaker_chat_id = $1 FOR UPDATE OF conversation', [chat]);
      await work();
      await client.query('COMMIT');
    } finally {
      await client.end();
    }
  }

  /** What the customer read from us; waits for the first. */
  async said(chat: string): Promise<string[]> {
    const ours = (): string[] => this.app.twin.sent(chat).flatMap(({ text, origin }) => (origin === 'api' && text ? [text] : []));
    await until(() => ours().length > 0, 'an answer', 20_000);
    await this.app.twin.settled();
    return ours();
  }

  ownerOf(chat: string): Promise<{ owner: string; ownerReason: string | null }> {
    return this.app.prisma.conversation.findFirstOrThrow({ where: { chat: { botmakerChatId: chat } } });
  }

  log(runId: string): Promise<string[]> {
    return this.app.log({ runId });
  }

  entries(runId: string, type: string): Promise<{ at: Date; reason: string | null; detail: unknown }[]> {
    return this.app.prisma.entry.findMany({ where: { runId, type }, orderBy: { id: 'asc' } });
  }
}
