import type { Message } from '../../src/generated/prisma/client.js';
import { BotmakerTwin, type TwinOptions } from '../../src/sandbox/twin/index.js';
import { ModelServer, type ModelRequest } from './model-server.js';
import { startApp, type RunningApp } from './running-app.js';
import { TcpGate } from './tcp-gate.js';
import { until } from './until.js';

export const sendTimeoutMs = 1000;
export const doubtMs = 2000;

/**
 * The whole program in conversation with customers who say which answer they want: "decir: uno | dos" is answered with the
 * two messages "uno" and "dos", by a scripted model over real HTTP. A wire that can be cut leads to the twin.
 */
export class Talk {
  private customers = 0;
  private held: Promise<void> = Promise.resolve();

  private constructor(
    readonly app: RunningApp,
    readonly model: ModelServer,
    readonly gate: TcpGate,
    /** The account of the moment; `moveTo` replaces it. */
    public twin: BotmakerTwin,
  ) {
    model.script(async (request) => {
      await this.held;
      return { toolCalls: [{ name: 'reply', arguments: { parts: wanted(request) } }] };
    });
  }

  static async start(twin: TwinOptions = {}, env: Record<string, string> = {}): Promise<Talk> {
    const [model, gate] = await Promise.all([ModelServer.start(), TcpGate.start()]);
    const account = await BotmakerTwin.start(twin);
    const { clientId, secretId, refreshToken, accessToken } = account.credentials;
    const app = await startApp({
      env: {
        AGENT_MODEL: 'openai:test', OPENAI_API_KEY: 'x', OPENAI_BASE_URL: model.baseUrl, BM_API_BASE: `http://${gate.host}/v2.0`,
        BM_ACCESS_TOKEN: accessToken, BM_CLIENT_ID: clientId, BM_SECRET_ID: secretId, BM_REFRESH_TOKEN: refreshToken, BM_SECURITY_TOKEN: account.webhookToken,
        SEND_TIMEOUT_MS: String(sendTimeoutMs), SEND_DOUBT_MS: String(doubtMs), DEBOUNCE_MS: '30', ...env,
      },
    });
    const talk = new Talk(app, model, gate, account);
    await talk.connect();
    return talk;
  }

  /** From now on the app talks to another account, one with these habits, that knows the same tokens. */
  async moveTo(options: TwinOptions): Promise<void> {
    const { accessToken, refreshToken, clientId, secretId } = this.twin.credentials;
    const { webhookToken } = this.twin;
    await this.twin.close();
    this.twin = await BotmakerTwin.start({ accessToken, refreshToken, clientId, secretId, webhookToken, ...options });
    await this.connect();
  }

  async stop(): Promise<void> {
    await this.twin.close();
    await this.app.stop();
    await this.gate.close();
    await this.model.close();
  }

  /** A customer asks for these messages: a new one, unless he is named. Resolves at once with Botmaker's id of the chat. */
  ask(parts: string[], contactId = this.newCustomer()): string {
    return this.twin.customerWrites(contactId, `decir: ${parts.join(' | ')}`).chatId;
  }

  newCustomer(): string {
    return `549115${String(2_000_000 + this.customers++)}`;
  }

  /** The model keeps its answers until the function that this returns is called. */
  holdModel(): () => void {
    let release = (): void => undefined;
    this.held = new Promise((go) => (release = go));
    return release;
  }

  /** The model has been asked for these messages. */
  async asked(parts: string[]): Promise<void> {
    await until(() => this.model.requests.some((request) => wanted(request).join() === parts.join()), `the model to be asked for ${parts.join()}`);
  }

  /** Our messages of the chat, in order. */
  messages(chat: string): Promise<Message[]> {
    return this.app.prisma.message.findMany({ where: { chat: { botmakerChatId: chat } }, orderBy: [{ createdAt: 'asc' }, { part: 'asc' }] });
  }

  async states(chat: string): Promise<string[]> {
    return (await this.messages(chat)).map(({ state }) => state);
  }

  /** Waits until our messages of the chat are in these states. Resolves with them. */
  async became(chat: string, states: string[], timeoutMs = 10_000): Promise<Message[]> {
    let seen = '';
    const look = async (): Promise<Message[] | null> => {
      const messages = await this.messages(chat);
      seen = messages.map(({ state }) => state).join();
      return seen === states.join() ? messages : null;
    };
    return until(look, `messages to become ${states.join()}`, timeoutMs).catch((error: Error) => {
      throw new Error(`${error.message}, they are ${seen || 'none'}`);
    });
  }

  /** How the attempts to send to the chat ended, in order; waits for those that are under way. */
  async outcomes(chat: string): Promise<string[]> {
    const chatId = (await this.messages(chat))[0]?.chatId ?? '';
    return until(async () => {
      const ended = (await this.app.prisma.delivery.findMany({ where: { chatId }, orderBy: { id: 'asc' } })).map(({ outcome }) => outcome);
      return ended.every((outcome) => outcome !== null) ? ended : null;
    }, 'every attempt to end');
  }

  /** What we sent the customer, as his phone shows it. */
  sent(chat: string): (string | null)[] {
    return this.twin.sent(chat).filter(({ origin }) => origin === 'api').map(({ text }) => text);
  }

  /** How many calls to send there were since `begin`. */
  get calls(): number {
    return this.twin.calls.filter(({ operation }) => operation === 'send-messages').length;
  }

  private async connect(): Promise<void> {
    this.gate.leadTo(this.twin.baseUrl);
    await this.twin.setWebhookUrl(`${this.app.address}/botmaker/webhook`);
  }
}

/** What the customer's last message asks for. */
function wanted({ body }: ModelRequest): string[] {
  const read = body.messages.map(({ content }) => content ?? '').join('\n');
  const last = [...read.matchAll(/decir: ([^<]*)/g)].at(-1)?.[1] ?? 'nada';
  return last.split('|').map((part) => part.trim());
}
