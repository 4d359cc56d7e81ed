import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedCall {
  readonly method: string;
  readonly token: string | undefined;
  readonly body: WebhookJson;
  readonly at: number;
}

/** The fields that tests look at; everything else is there too. */
export interface WebhookJson {
  readonly [key: string]: unknown;
  readonly type?: string;
  readonly status?: string;
  readonly messageId?: string;
  readonly intentTxId?: string;
  readonly txId?: string;
  readonly variables?: Record<string, string>;
  readonly messages?: readonly { readonly [key: string]: unknown; readonly _id_: string; readonly from: string; readonly message?: string; readonly clientPayload: string }[];
}

/** What to answer to the nth call (from 0): a status, or `hang` to say nothing at all. */
export type AnswerRule = (index: number) => number | 'hang';

/** A webhook's other end over real HTTP, for tests that look at what the platform sends. */
export class WebhookReceiver {
  readonly calls: ReceivedCall[] = [];
  answer: AnswerRule = () => 200;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<WebhookReceiver> {
    const server = createServer();
    const receiver = new WebhookReceiver(server);
    server.on('request', (request, response) => receiver.receive(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook`;
  }

  /** Bodies of the notifications, without the GET of the console. */
  get bodies(): WebhookJson[] {
    return this.calls.filter((call) => call.method === 'POST').map((call) => call.body);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private receive(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const token = request.headers['auth-bm-token'];
      const index = this.calls.length;
      this.calls.push({
        method: request.method ?? '',
        token: typeof token === 'string' ? token : undefined,
        body: text === '' ? {} : (JSON.parse(text) as WebhookJson),
        at: Date.now(),
      });
      const answer = this.answer(index);
      if (answer !== 'hang') response.writeHead(answer).end();
    });
  }
}
