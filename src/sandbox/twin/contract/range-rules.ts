const DAY_MS = 24 * 3600 * 1000;

/** Query of a listing, in the contract's names. */
export type RangeQuery = Readonly<Record<string, unknown>>;

export interface TimeRange {
  readonly from: Date;
  readonly to: Date;
  /** Whether a listing of this range shows what happened then. */
  readonly includes: (time: Date) => boolean;
}

/** `from` and `to` of a listing; `from` defaults to `defaultDays` before `to`, and `to` to `at`. */
export function rangeOf(query: RangeQuery, at: Date, defaultDays: number): TimeRange {
  const isOpenEnded = typeof query['to'] !== 'string';
  const to = typeof query['to'] === 'string' ? new Date(query['to']) : at;
  const from = typeof query['from'] === 'string' ? new Date(query['from']) : new Date(to.getTime() - defaultDays * DAY_MS);
  // Messages of one moment are dated a millisecond apart, so the newest can lie just ahead of the clock.
  return { from, to, includes: (time) => time >= from && (isOpenEnded || time <= to) };
}

/** Days of history that GET /messages may cover: 90 with a chat filter, 3 without [O]. */
export function messageDays(query: RangeQuery): number {
  return query['chat-id'] !== undefined || query['contact-id'] !== undefined ? 90 : 3;
}

/** Date rules that the contract states only in prose [O]. */
export function rangeReasons(operation: string, query: RangeQuery, at: Date): string[] {
  switch (operation) {
    case 'list-messages':
      return [...pairReasons(query), ...widthReasons(rangeOf(query, at, messageDays(query)), messageDays(query))];
    case 'list-search-chats':
      return [...contactNeedsChannel(query), ...shortTermReasons(query, at)];
    case 'get-chat-variables':
      return widthReasons(rangeOf(query, at, 1), 31);
    case 'list-sent-notifications-results':
      return resultsReasons(query);
    case 'list-sessions':
      return widthReasons(rangeOf(query, at, 1), Infinity);
    default:
      return [];
  }
}

function pairReasons(query: RangeQuery): string[] {
  // With chat-id the other two are not used, so they cannot be incomplete.
  if (query['chat-id'] !== undefined) return [];
  const isHalf = (query['channel-id'] === undefined) !== (query['contact-id'] === undefined);
  return isHalf ? ['query: channel-id and contact-id go together'] : [];
}

function contactNeedsChannel(query: RangeQuery): string[] {
  const isAlone = query['contact-id'] !== undefined && query['channel-id'] === undefined;
  return isAlone ? ['query: contact-id needs channel-id'] : [];
}

function shortTermReasons(query: RangeQuery, at: Date): string[] {
  const range = rangeOf(query, at, 1);
  const isOld = at.getTime() - range.from.getTime() > 7 * DAY_MS + 60_000;
  const reasons = widthReasons(range, Infinity);
  if (isOld && query['long-term-search'] !== true) reasons.push('query: more than 7 days back needs long-term-search=true');
  return reasons;
}

function resultsReasons(query: RangeQuery): string[] {
  if (query['notification-name'] !== undefined) return [];
  const isDated = query['from'] !== undefined && query['to'] !== undefined;
  return isDated ? [] : ['query: from and to are needed without notification-name'];
}

function widthReasons({ from, to }: TimeRange, maxDays: number): string[] {
  if (from > to) return ['query: from is later than to'];
  // A minute of grace: the caller computed "90 days ago" a moment before we read it.
  return to.getTime() - from.getTime() > maxDays * DAY_MS + 60_000 ? [`query: the range is longer than ${maxDays} days`] : [];
}
