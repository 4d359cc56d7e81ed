import { Injectable } from '@nestjs/common';
import { EventStore, type StoredEvent } from '../inbox/index.js';
import { CodeActionStore } from '../outbox/index.js';
import type { Tx } from '../platform/index.js';

/** Somebody else's business when it was told: whoever asks for an answer now has it judged anew. */
const judgedAnew = ['not-handed-off', 'owned-by-human', 'answered-meanwhile'];

/** The webhook tells of a message before the flow comes to its code block: what that asks for may have been set aside already. */
@Injectable()
export class AskedMail {
  constructor(
    private readonly events: EventStore,
    private readonly calls: CodeActionStore,
  ) {}

  /** `unread`, and the messages that calls among it speak of, in the order in which they happened. The caller holds the chat. */
  async reopen(tx: Tx, chatId: string, unread: StoredEvent[]): Promise<StoredEvent[]> {
    const calls = unread.filter(({ kind }) => kind === 'code-action');
    if (calls.length === 0) return unread;
    const reopened = await this.events.reopen(tx, await this.calls.askedFor(tx, calls.map(({ id }) => id)), judgedAnew);
    return reopened === 0 ? unread : this.events.unread(tx, chatId);
  }
}
