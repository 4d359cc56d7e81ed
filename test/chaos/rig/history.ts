import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { dirname } from 'node:path';

/** One thing that happened, as seen from outside the product; `at` in ms of this machine's clock. */
export type Happening =
  /** A customer wrote; `id` is Botmaker's of the message, `token` is unique and stands in its text. */
  | { what: 'wrote'; chat: string; id: string; token: string }
  /** The webhook was told of a customer's message; null: no answer. */
  | { what: 'told'; id: string; attempt: number; status: number | null }
  /** Botmaker accepted a message of ours and the customer saw it. `message` is our id, out of `webhookPayload`. */
  | { what: 'seen'; chat: string; remote: string; message: string | null; text: string }
  /** What an operator, or the flow, did with a chat. */
  | { what: 'manners'; chat: string; event: 'took' | 'wrote' | 'released' | 'returned' | 'unmuted' | 'window-closed' }
  /** The webhook was told of such a message. */
  | { what: 'echoed'; remote: string; status: number | null }
  /** The model was asked about the message with this token. */
  | { what: 'asked'; token: string }
  /** A call of ours was spoilt, by the seed. */
  | { what: 'fault'; message: string | null; kind: string; when: string }
  /** The balancer answered a webhook call; `tries` replicas were asked. */
  | { what: 'answered'; status: number; ms: number; tries: number }
  | { what: 'process'; name: string; event: 'started' | 'ready' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT' | 'SIGTERM' | 'ended'; detail?: string }
  | { what: 'database'; event: 'killed' | 'up' | 'stuck' | 'unstuck' }
  | { what: 'wire'; event: 'reset' | 'stalled' | 'healed' };

export type Entry = { at: number } & Happening;
export type EntryOf<W extends Happening['what']> = Extract<Entry, { what: W }>;

/** What happened in a run, in memory for the checker and as JSON lines for whoever looks into a failure. */
export class History {
  readonly entries: Entry[] = [];
  private readonly out: WriteStream;
  private readonly listeners = new Set<(entry: Entry) => void>();

  constructor(readonly file: string) {
    mkdirSync(dirname(file), { recursive: true });
    this.out = createWriteStream(file);
  }

  add(happening: Happening): void {
    const entry = { at: Date.now(), ...happening };
    this.entries.push(entry);
    this.out.write(`${JSON.stringify(entry)}\n`);
    for (const listener of this.listeners) listener(entry);
  }

  of<W extends Happening['what']>(what: W): EntryOf<W>[] {
    return this.entries.filter((entry): entry is EntryOf<W> => entry.what === what);
  }

  listen(listener: (entry: Entry) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  close(): Promise<void> {
    return new Promise((done) => this.out.end(done));
  }
}
