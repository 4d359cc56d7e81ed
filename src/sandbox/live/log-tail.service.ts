import { Injectable, Logger } from '@nestjs/common';
import { defer, filter, repeat, retry, tap, type Observable } from 'rxjs';
import { EntriesReadModel, type EntryView } from '../../correlation/index.js';

const everyMs = 250;
const afterFailureMs = 1000;
/**
 * How far behind the newest entry each look begins. Ids are drawn before their transactions commit, so an entry may appear
 * behind one that was seen already; so far behind as this, never in a sandbox.
 */
const overlap = 200n;

/** Follows the correlation log as it grows, for as long as somebody listens. */
@Injectable()
export class LogTail {
  private readonly logger = new Logger(LogTail.name);

  constructor(private readonly entries: EntriesReadModel) {}

  /** New entries, oldest first, each once; it begins with the last few that there are. */
  follow(): Observable<EntryView[]> {
    const seen = new Set<string>();
    let newest: bigint | null = null;
    const look = async (): Promise<EntryView[]> => {
      newest ??= await this.entries.newestId();
      const { items } = await this.entries.page({}, { order: 'oldest-first', limit: 1000, after: newest > overlap ? newest - overlap : 0n });
      const fresh = items.filter(({ id }) => !seen.has(id));
      seen.clear();
      for (const { id } of items) seen.add(id);
      newest = BigInt(items.at(-1)?.id ?? newest);
      return fresh;
    };
    return defer(look).pipe(
      repeat({ delay: everyMs }),
      tap({ error: (error: unknown) => this.logger.debug({ err: error }, 'the log could not be read') }),
      retry({ delay: afterFailureMs }),
      filter((fresh) => fresh.length > 0),
    );
  }
}
