import { Injectable } from '@nestjs/common';
import { ConversationsReadModel, EntriesReadModel } from '../../correlation/index.js';
import type { Standing } from './chat-view.js';
import { entryLine, wordsOf, type EntryLine } from './entry-line.js';
import { HandlingReadModel, type Handling } from './handling.read-model.js';

/** The newest entries of a chat that the page shows when it is opened. */
const shownEntries = 400;

/** The log's half of what the page shows. Chats go by Botmaker's id. */
@Injectable()
export class LogViews {
  constructor(
    private readonly conversations: ConversationsReadModel,
    private readonly entries: EntriesReadModel,
    private readonly handlings: HandlingReadModel,
  ) {}

  async entriesOf(chatIds: readonly string[]): Promise<EntryLine[]> {
    const pages = await Promise.all(chatIds.map((chatId) => this.entries.page({ chatId }, { order: 'newest-first', limit: shownEntries, after: null })));
    return pages.flatMap(({ items }) => items.reverse().map(entryLine));
  }

  handlingsOf(chatId: string): Promise<Map<string, Handling>> {
    return this.handlings.of(chatId);
  }

  async standingOf(chatId: string): Promise<Standing | null> {
    const found = await this.conversations.one(chatId);
    if (!found) return null;
    const { id, owner, ownerReason, ownerSince, lastTurn } = found;
    return { id, owner, ownerReason: wordsOf(ownerReason), ownerSince: ownerSince?.toISOString() ?? null, turnState: lastTurn?.state ?? null };
  }
}
