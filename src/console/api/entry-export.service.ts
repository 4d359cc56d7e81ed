import { Injectable } from '@nestjs/common';
import { EntriesReadModel, type EntryFilter, type EntryView } from '../../correlation/index.js';
import { csvLine } from './csv.js';

const pageSize = 1000;

/** The columns of the CSV, in order. A column is only ever added at the end. */
const columns: Record<string, (entry: EntryView) => string | null> = {
  id: (entry) => entry.id,
  at: (entry) => entry.at.toISOString(),
  type: (entry) => entry.type,
  reason: (entry) => entry.reason,
  reasonText: (entry) => entry.reasonText?.es ?? null,
  chatId: (entry) => entry.chatId,
  botmakerChatId: (entry) => entry.botmakerChatId,
  channelId: (entry) => entry.channelId,
  contactId: (entry) => entry.contactId,
  runId: (entry) => entry.runId,
  eventId: (entry) => entry.eventId,
  messageId: (entry) => entry.messageId,
  correlationId: (entry) => entry.correlationId,
  text: (entry) => entry.text,
  detail: (entry) => JSON.stringify(entry.detail),
};

/** Spreadsheets take a file without this mark for Latin-1 and spoil every accent. */
const byteOrderMark = '\uFEFF';

/**
 * Entries as text, oldest first, a page at a time: the size of the answer doesn't show in memory, no connection is held
 * between two pages, and an export that nobody reads any more stops asking. It ends with the entry that was newest when it began.
 */
@Injectable()
export class EntryExport {
  constructor(private readonly entries: EntriesReadModel) {}

  async csv(filter: EntryFilter): Promise<AsyncGenerator<string>> {
    const line = (entry: EntryView): string => csvLine(Object.values(columns).map((column) => column(entry)));
    return this.lines(filter, byteOrderMark + csvLine(Object.keys(columns)), line);
  }

  async ndjson(filter: EntryFilter): Promise<AsyncGenerator<string>> {
    return this.lines(filter, '', (entry) => `${JSON.stringify(entry)}\n`);
  }

  /** The first page is read before anything is promised: a filter that is refused gets its 400, not a file cut short. */
  private async lines(filter: EntryFilter, head: string, line: (entry: EntryView) => string): Promise<AsyncGenerator<string>> {
    const upTo = await this.entries.newestId();
    const page = (after: bigint | null): ReturnType<EntriesReadModel['page']> => this.entries.page(filter, { order: 'oldest-first', limit: pageSize, after, upTo });
    const first = await page(null);
    return (async function* () {
      yield head + first.items.map(line).join('');
      for (let { next } = first; next !== null; ) {
        const more = await page(next);
        yield more.items.map(line).join('');
        next = more.next;
      }
    })();
  }
}
