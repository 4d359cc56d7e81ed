import { randomUUID } from 'node:crypto';

export interface Told {
  /** Our correlation id of the call, and Botmaker's id of its message. */
  correlationId: string;
  messageId: string;
  /** 0: no answer. */
  status: number;
  ms: number;
}

/** Botmaker telling of one message after the other, some at a time, each of its own; it remembers what it was answered. */
export class WebhookLoad {
  readonly told: Told[] = [];
  private isOver = false;
  private readonly callers: Promise<void>[];

  /** `address` is asked for at each call: the program may have moved. */
  constructor(
    private readonly address: () => string,
    private readonly token: string,
    callers = 4,
    /** Between two calls of one caller. */
    private readonly restMs = 10,
  ) {
    this.callers = Array.from({ length: callers }, () => this.call());
  }

  get acknowledged(): Told[] {
    return this.told.filter(({ status }) => status === 200);
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await Promise.all(this.callers);
  }

  private async call(): Promise<void> {
    while (!this.isOver) {
      this.told.push(await tell(this.address(), this.token));
      await new Promise((next) => setTimeout(next, this.restMs));
    }
  }
}

/** One customer's message, told once. */
export async function tell(address: string, token: string, text = 'hola'): Promise<Told> {
  const correlationId = randomUUID();
  const messageId = correlationId.replaceAll('-', '').slice(0, 20).toUpperCase();
  const body = JSON.stringify({
    v: '1.1', type: 'message', chatPlatform: 'whatsapp', chatChannelId: 'acmebot-whatsapp-5491150000001', contactId: `54911${String(Math.floor(Math.random() * 1e8)).padStart(8, '0')}`,
    messages: [{ _id_: messageId, date: new Date().toISOString(), from: 'user', message: text }],
  });
  const startedAt = performance.now();
  const status = await fetch(`${address}/botmaker/webhook`, { method: 'POST', body, headers: { 'auth-bm-token': token, 'x-request-id': correlationId } }).then(
    async (response) => {
      await response.arrayBuffer();
      return response.status;
    },
    () => 0,
  );
  return { correlationId, messageId, status, ms: performance.now() - startedAt };
}
