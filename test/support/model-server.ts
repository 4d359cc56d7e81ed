import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The part of an OpenAI chat request that tests look at. */
export interface ModelRequestBody {
  model: string;
  messages: { role: string; content: string | null; tool_calls?: { id: string; function: { name: string; arguments: string } }[]; tool_call_id?: string }[];
  tools?: { function: { name: string } }[];
  [field: string]: unknown;
}

/** One call as the server saw it. `aborted` turns true when the caller hung up before the answer was complete. */
export interface ModelRequest {
  path: string;
  headers: IncomingMessage['headers'];
  body: ModelRequestBody;
  aborted: boolean;
  answered: boolean;
}

/** What the server does with one call. `stallMs` waits first; Infinity never answers. */
export type ModelStep = { stallMs?: number } & (
  | { text: string | null; finishReason?: string }
  | { toolCalls: { name: string; arguments: unknown }[]; text?: string; finishReason?: string }
  | { status: number; body?: unknown; headers?: Record<string, string> }
  /** 200 with these bytes. */
  | { raw: string; contentType?: string }
  /** Half an answer, then silence: the headers came, the body never ends. */
  | { half: string }
  /** The connection is reset instead of an answer. */
  | { reset: true }
);

/** A key that the list of models is refused to. */
export const refusedKey = 'key-that-is-refused';

type Answer = (request: ModelRequest, call: number) => ModelStep | Promise<ModelStep>;

/**
 * A model provider over real HTTP that says what the test tells it to: an OpenAI-compatible `POST /v1/chat/completions`.
 * Scripted steps are used up one a call; then `otherwise` answers. Every answer has its own id, as real ones do.
 */
export class ModelServer {
  readonly requests: ModelRequest[] = [];
  private readonly steps: ModelStep[] = [];
  private otherwise: Answer = () => ({ text: 'Respuesta de prueba.' });
  private answers = 0;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<ModelServer> {
    const server = createServer();
    const model = new ModelServer(server);
    server.on('request', (request, response) => void model.handle(request, response));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return model;
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
  }

  /** Steps for the next calls, or a function that answers every call from now on. */
  script(...script: ModelStep[] | [Answer]): void {
    const [first] = script;
    if (typeof first === 'function') this.otherwise = first;
    else this.steps.push(...(script as ModelStep[]));
  }

  /** Forgets scripts and requests: between two tests. */
  reset(): void {
    this.requests.length = 0;
    this.steps.length = 0;
    this.otherwise = () => ({ text: 'Respuesta de prueba.' });
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  private async handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const request: ModelRequest = { path: incoming.url ?? '', headers: incoming.headers, body: JSON.parse(text || '{}') as ModelRequestBody, aborted: false, answered: false };
    response.on('close', () => {
      request.answered = response.writableFinished;
      request.aborted = !response.writableFinished;
    });
    if (incoming.method === 'GET') return this.list(request, response);
    this.requests.push(request);
    const step = this.steps.shift() ?? (await this.otherwise(request, this.requests.length));
    if (step.stallMs !== undefined) await stalled(step.stallMs, response);
    if (!response.destroyed) this.answer(step, request, response);
  }

  /** `GET /v1/models`: not one of the calls that are scripted. */
  private list({ path, headers }: ModelRequest, response: ServerResponse): void {
    const isWelcome = path === '/v1/models' && headers.authorization !== `Bearer ${refusedKey}`;
    response.writeHead(isWelcome ? 200 : 401, { 'content-type': 'application/json' }).end(JSON.stringify({ object: 'list', data: isWelcome ? [{ id: 'test', object: 'model' }] : [] }));
  }

  private answer(step: ModelStep, request: ModelRequest, response: ServerResponse): void {
    if ('reset' in step) {
      response.socket?.resetAndDestroy();
    } else if ('half' in step) {
      response.writeHead(200, { 'content-type': 'application/json' }).write(step.half);
    } else if ('raw' in step) {
      response.writeHead(200, { 'content-type': step.contentType ?? 'application/json' }).end(step.raw);
    } else if ('status' in step) {
      const body = step.body ?? { error: { message: 'as scripted', type: 'scripted', code: null } };
      response.writeHead(step.status, { 'content-type': 'application/json', ...step.headers }).end(typeof body === 'string' ? body : JSON.stringify(body));
    } else {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(this.completion(step, request)));
    }
  }

  private completion(step: Extract<ModelStep, { text?: string | null }>, request: ModelRequest): unknown {
    const id = `chatcmpl-${++this.answers}`;
    const calls = 'toolCalls' in step ? step.toolCalls : [];
    const toolCalls = calls.map(({ name, arguments: args }, index) => ({
      id: `call_${this.answers}_${index}`,
      type: 'function',
      function: { name, arguments: typeof args === 'string' ? args : JSON.stringify(args) },
    }));
    const message = { role: 'assistant', content: step.text ?? null, ...(toolCalls.length > 0 ? { tool_calls: toolCalls } : {}) };
    const prompt = Math.ceil(JSON.stringify(request.body.messages ?? []).length / 4);
    const output = Math.ceil(JSON.stringify(message).length / 4);
    return {
      id,
      object: 'chat.completion',
      created: 0,
      model: request.body.model,
      choices: [{ index: 0, message, finish_reason: step.finishReason ?? (toolCalls.length > 0 ? 'tool_calls' : 'stop'), logprobs: null }],
      usage: { prompt_tokens: prompt, completion_tokens: output, total_tokens: prompt + output },
    };
  }
}

/** Waits, or until the caller hangs up. */
function stalled(ms: number, response: ServerResponse): Promise<void> {
  return new Promise((go) => {
    const timer = Number.isFinite(ms) ? setTimeout(go, ms) : undefined;
    response.on('close', () => {
      clearTimeout(timer);
      go();
    });
  });
}
