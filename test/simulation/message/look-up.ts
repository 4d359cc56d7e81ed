import type { OpenMessage } from '../../../src/outbox/open-message.js';
import { skewMs } from '../../../src/outbox/match-listing.js';
import type { RemoteCopy } from './platform.js';
import type { MessageRules } from './rules.js';
import type { MessageTables } from './tables.js';

/** As `look-up.service.ts` and `look-up.store.ts`: which listed ids stand for which message. Null: the look failed. */
export function lookFor(inDoubt: readonly OpenMessage[], tables: MessageTables, listing: RemoteCopy[] | null, rules: MessageRules): Map<string, string[]> | null {
  if (!listing) return null;
  const doubtful = inDoubt.map(({ id }) => tables.row(id));
  const sentAt = ({ doubtedAt, sendingAt }: { doubtedAt: number | null; sendingAt: number | null }): number => doubtedAt ?? sendingAt ?? 0;
  const since = Math.min(...doubtful.map(sentAt));
  const unbound = tables.rows
    .filter((row) => row.remoteId === null && (doubtful.includes(row) || (row.acceptedAt !== null && row.acceptedAt > since - 2 * skewMs)))
    .map((row) => ({ id: row.id, text: row.text, sentAt: new Date(sentAt(row)), isAccepted: !doubtful.includes(row), wasResent: row.resentAt !== null }));
  const listed = listing
    .filter(({ remoteId, createdAt }) => createdAt >= since - 2 * skewMs && !tables.isKnown(remoteId))
    .map(({ remoteId, text, createdAt }) => ({ id: remoteId, text, createdAt: new Date(createdAt) }));
  return rules.matchListing(unbound, listed);
}
