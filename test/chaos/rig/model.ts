import { ModelServer, type ModelRequest, type ModelStep } from '../../support/model-server.js';
import type { History } from './history.js';

/** What a customer writes so that the model knows what to answer. `search`: it looks into the knowledge first. `ok`: it says just "Ok!". */
export type Wish = 'plain' | 'search' | 'ok';

export const questionWith = (token: string, wish: Wish = 'plain'): string => `consulta ${token} ${wish}`;
export const answerTo = (token: string, wish: Wish = 'plain'): string => (wish === 'ok' ? 'Ok!' : `respuesta ${token}`);

/**
 * The model: answers each customer's last question with the token that stands in it, and notes that it was asked. It can be
 * made to hold a question until it is told to go on.
 */
export class RigModel {
  private readonly held = new Map<string, { came: () => void; go: Promise<void> }>();

  private constructor(
    private readonly server: ModelServer,
    private readonly history: History,
    private readonly thinkMs: number,
  ) {
    server.script((request) => this.answer(request));
  }

  static async start(history: History, thinkMs = 30): Promise<RigModel> {
    return new RigModel(await ModelServer.start(), history, thinkMs);
  }

  get baseUrl(): string {
    return this.server.baseUrl;
  }

  close(): Promise<void> {
    return this.server.close();
  }

  /** The question with this token stays unanswered until `release`; `asked` resolves when the model has it. */
  hold(token: string): { asked: Promise<void>; release: () => void } {
    let came = (): void => undefined;
    let release = (): void => undefined;
    const asked = new Promise<void>((done) => (came = done));
    const go = new Promise<void>((done) => (release = done));
    this.held.set(token, { came, go });
    return {
      asked,
      release: () => {
        this.held.delete(token);
        release();
      },
    };
  }

  private async answer(request: ModelRequest): Promise<ModelStep> {
    // Each one holds a whole conversation, and a long run has many.
    this.server.requests.length = 0;
    const { token, wish } = lastQuestion(request);
    this.history.add({ what: 'asked', token });
    const held = this.held.get(token);
    held?.came();
    await held?.go;
    if (wish === 'search' && !hasSearched(request)) return { stallMs: this.thinkMs, toolCalls: [{ name: 'search_knowledge', arguments: { query: 'envíos' } }] };
    return { stallMs: this.thinkMs, toolCalls: [{ name: 'reply', arguments: { parts: [answerTo(token, wish)] } }] };
  }
}

function lastQuestion({ body }: ModelRequest): { token: string; wish: Wish } {
  const said = body.messages.filter(({ role }) => role === 'user').map(({ content }) => content ?? '').join('\n');
  const [, token = 'none', wish = 'plain'] = [...said.matchAll(/consulta (\S+) (plain|search|ok)/g)].at(-1) ?? [];
  return { token, wish: wish as Wish };
}

const hasSearched = ({ body }: ModelRequest): boolean => body.messages.some(({ role }) => role === 'tool');
