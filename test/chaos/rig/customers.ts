import type { BotmakerTwin } from '../../../src/sandbox/twin/index.js';
import type { History } from './history.js';
import { answerTo, questionWith, type Wish } from './model.js';
import { streamOf } from './prng.js';

export interface Crowd {
  messages: number;
  /** Customers who write at the same time: so many messages at most wait for an answer. */
  customers: number;
  seed: number;
  /** How long a customer waits for an answer before he writes on. */
  patienceMs: number;
  /** Of one: how often he writes a second message before he has the answer to the first. */
  impatience?: number;
  wish?: Wish;
}

/** A person replaces another after so many messages, so that conversations do not grow for ever. */
const messagesAPerson = 12;
const mostThinkingMs = 800;

/** Customers who each write, wait for the answer, think, and write again. So the load follows what the product can do. */
export class Customers {
  private readonly waiting = new Map<string, () => void>();
  private persons = 0;

  constructor(
    private readonly twin: BotmakerTwin,
    private readonly history: History,
  ) {
    history.listen((entry) => {
      if (entry.what === 'seen') this.waiting.get(`${entry.chat} ${entry.text}`)?.();
    });
  }

  /** Writes, at once; resolves when the customer sees the answer, with false when his patience ends before. */
  ask(token: string, patienceMs: number, { contactId = this.newContact(), wish = 'plain' }: { contactId?: string; wish?: Wish } = {}): Promise<boolean> {
    const { chatId, messageId } = this.twin.customerWrites(contactId, questionWith(token, wish));
    this.history.add({ what: 'wrote', chat: chatId, id: messageId, token });
    const awaited = `${chatId} ${answerTo(token, wish)}`;
    return new Promise((done) => {
      const finish = (isSeen: boolean): void => {
        clearTimeout(timer);
        this.waiting.delete(awaited);
        done(isSeen);
      };
      const timer = setTimeout(() => finish(false), patienceMs).unref();
      this.waiting.set(awaited, () => finish(true));
    });
  }

  newContact(): string {
    return `54911${String(50_000_000 + this.persons++)}`;
  }

  /** Resolves when everybody has written his part, and has the answers or lost his patience. */
  async writeAll(crowd: Crowd): Promise<void> {
    const part = Math.ceil(crowd.messages / crowd.customers);
    await Promise.all(Array.from({ length: crowd.customers }, (_, index) => this.one(crowd, index, Math.min(part, crowd.messages - index * part))));
  }

  private async one({ seed, patienceMs, impatience = 0.12, wish = 'plain' }: Crowd, index: number, messages: number): Promise<void> {
    const draw = streamOf(seed, `customer ${index}`);
    let contactId = this.newContact();
    for (let number = 1; number <= messages; number++) {
      await pause(draw() * mostThinkingMs);
      const answered = this.ask(`t${index}-${number}`, patienceMs, { contactId, wish });
      const isImpatient = draw() < impatience && number < messages;
      if (isImpatient) await pause(draw() * 300);
      else await answered;
      if (number % messagesAPerson === 0 && !isImpatient) contactId = this.newContact();
    }
  }
}

const pause = (ms: number): Promise<void> => new Promise((go) => setTimeout(go, ms));
