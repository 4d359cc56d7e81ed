import { randomUUID } from 'node:crypto';
import { ModelServer, type ModelStep } from './model-server.js';
import { startApp, type AppOptions, type RunningApp } from './running-app.js';
import type { TwinOptions } from './twin.js';
import { until } from './until.js';

/** What a customer has written, as either door will tell it. */
export interface Said {
  chat: string;
  contactId: string;
  messageId: string;
  text: string;
  at: Date;
}

/** What the door answers. */
export interface Reply {
  status: 'answered' | 'pending' | 'ignored';
  replyText: string;
  messages: { text: string }[];
  agentIsSpeaking: boolean;
  returnIntent: string | null;
  runId: string | null;
  reason: string | null;
}

export interface CallOptions {
  at?: RunningApp | string;
  userData?: Record<string, unknown>;
  message?: Record<string, unknown>;
  signal?: AbortSignal;
}

/** A flow that answers nothing by itself and is never muted; its fallback runs the code block. */
const quietFlow: TwinOptions = { flow: { intents: [{ name: 'ASISTENTE' }] }, statusDelays: { readMs: null } };

/**
 * The whole program and a flow that asks it by a code block. Customers write to the twin, which tells nothing of that: whether
 * the webhook tells of a message before or after the block asks, or never, is the test's to say. What we send is echoed.
 */
export class CodeBlocks {
  private customers = 0;

  private constructor(
    readonly app: RunningApp,
    readonly model: ModelServer,
    readonly env: Record<string, string>,
  ) {}

  static async start({ env = {}, ...options }: AppOptions = {}): Promise<CodeBlocks> {
    const model = await ModelServer.start();
    const settings = { AGENT_MODEL: 'openai:test', OPENAI_API_KEY: 'x', OPENAI_BASE_URL: model.baseUrl, DEBOUNCE_MS: '50', ...env };
    const app = await startApp({ env: settings, twin: quietFlow, ...options });
    app.twin.dropWebhooks((body) => JSON.stringify(body).includes('"from":"user"'));
    return new CodeBlocks(app, model, settings);
  }

  async stop(): Promise<void> {
    await this.app.stop();
    await this.model.close();
  }

  /** One more process on the same database. */
  beside(options: AppOptions = {}): Promise<RunningApp> {
    return startApp({ ...options, beside: this.app, env: { ...this.env, ...options.env } });
  }

  newCustomer(): string {
    return `549115${String(4_000_000 + this.customers++)}`;
  }

  /** A customer writes: a new one, unless he is named. */
  write(text: string, contactId = this.newCustomer()): Said {
    const { chatId, messageId } = this.app.twin.customerWrites(contactId, text);
    return { chat: chatId, contactId, messageId, text, at: new Date() };
  }

  /** The webhook tells of the message; `message` replaces fields of it, `more` of the notification. */
  async tell(said: Said, message: Record<string, unknown> = {}, more: Record<string, unknown> = {}): Promise<void> {
    const messages = [{ _id_: said.messageId, date: said.at.toISOString(), from: 'user', fromCustomer: true, message: said.text, ...message }];
    await this.app.post({ ...this.heading(said), messages, ...more });
  }

  /** The flow says something after that, or the block does: the webhook tells of it as the bot's. */
  async flowSays({ chat, contactId, at }: Said, text: string): Promise<void> {
    const date = new Date(Math.max(Date.now(), at.getTime() + 1)).toISOString();
    await this.app.post({ ...this.heading({ chat, contactId }), messages: [{ _id_: newId(), date, from: 'bot', message: text, intentName: 'ASISTENTE' }] });
  }

  async operatorWrites({ chat, contactId }: Said, text: string): Promise<void> {
    await this.app.post({ ...this.heading({ chat, contactId }), messages: [{ _id_: newId(), date: new Date().toISOString(), from: 'operator', operatorId: 'OP1', operatorName: 'Eva', message: text }] });
  }

  /** What Botmaker hands to the block. */
  context(said: Said, { userData = {}, message = {} }: CallOptions = {}): object {
    const { twin } = this.app;
    return {
      userData: {
        _id_: said.chat, PLATFORM_CONTACT_ID: said.contactId, CHAT_CHANNEL_ID: twin.channelId, CHAT_PLATFORM_ID: 'whatsapp', FIRST_NAME: 'Ana', variables: { plan: 'oro' }, tags: [], ...userData,
      },
      message: {
        _id_: said.messageId, CUSTOMER_ID: said.chat, FROM: said.contactId, CHAT_CHANNEL_ID: twin.channelId, CHAT_PLATFORM_ID: 'whatsapp', FROM_NAME: 'Ana', TO: 'me',
        CREATION_TIME: said.at.toISOString(), MESSAGE: said.text, IMAGES_URLS: [], AUDIOS_URLS: [], VIDEOS_URLS: [], FILES_URLS: [], DEBUG: { lastBotLiteral: 'Hola' }, ...message,
      },
      params: {},
    };
  }

  /** The block asks. */
  async call(said: Said, options: CallOptions = {}): Promise<Reply> {
    const response = await this.post(JSON.stringify({ context: this.context(said, options) }), options);
    if (response.status !== 200) throw new Error(`the door answered ${response.status}`);
    return (await response.json()) as Reply;
  }

  post(body: string, { at = this.app, signal }: CallOptions = {}, token = this.app.twin.webhookToken): Promise<Response> {
    const address = typeof at === 'string' ? at : at.address;
    return fetch(`${address}/botmaker/code-action`, { method: 'POST', body, headers: { 'content-type': 'application/json', 'auth-bm-token': token }, ...(signal ? { signal } : {}) });
  }

  /** The model keeps its answers until the function that this returns is called with one. */
  holdModel(): (step: ModelStep) => void {
    let answer: (step: ModelStep) => void = () => undefined;
    const answered = new Promise<ModelStep>((go) => (answer = go));
    this.model.script(() => answered);
    return answer;
  }

  async asked(times = 1): Promise<void> {
    await until(() => this.model.requests.length >= times, `the model to be asked ${times} time(s)`);
  }

  turns({ chat }: Said) {
    return this.app.prisma.turn.findMany({ where: { chat: { botmakerChatId: chat } }, orderBy: { createdAt: 'asc' } });
  }

  messages({ chat }: Said) {
    return this.app.prisma.message.findMany({ where: { chat: { botmakerChatId: chat } }, orderBy: [{ createdAt: 'asc' }, { part: 'asc' }] });
  }

  events({ chat }: Said, kind = 'message') {
    return this.app.prisma.event.findMany({ where: { kind, author: kind === 'message' ? 'customer' : null, chat: { botmakerChatId: chat } }, orderBy: { id: 'asc' } });
  }

  owner({ chat }: Said): Promise<{ owner: string; ownerReason: string | null }> {
    return this.app.prisma.conversation.findFirstOrThrow({ where: { chat: { botmakerChatId: chat } }, select: { owner: true, ownerReason: true } });
  }

  /** What the customer got by the API; the outbox has nothing left to do. */
  async sent(said: Said): Promise<(string | null)[]> {
    await until(async () => (await this.messages(said)).every(({ state }) => !['planned', 'retrying', 'sending'].includes(state)), 'the outbox to rest');
    await this.app.twin.settled();
    return this.app.twin.sent(said.chat).filter(({ origin }) => origin === 'api').map(({ text }) => text);
  }

  private heading({ chat, contactId }: Pick<Said, 'chat' | 'contactId'>): Record<string, unknown> {
    const { channelId } = this.app.twin;
    return { v: '1.1', type: 'message', chatPlatform: 'whatsapp', chatChannelId: channelId, contactId, customerId: chat, firstName: 'Ana' };
  }
}

export const newId = (): string => randomUUID().replaceAll('-', '').slice(0, 20).toUpperCase();
