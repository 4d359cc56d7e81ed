import { timelineKinds, type ConversationPosition, type TimelinePosition, type TurnPosition } from '../../correlation/index.js';
import { AppError } from '../../platform/index.js';

/** Writes a position as the opaque text that a caller hands back, and reads it. `read` throws `invalid` for any other text. */
export interface Cursor<P> {
  write(position: P): string;
  read(cursor: string | undefined): P | null;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const bigintId = /^\d{1,18}$/;
const rowId = /^(\d{20}|[0-9a-f-]{36})$/;

export const entryCursor = cursor<bigint>('entries', (id) => [String(id)], ([id]) => (id !== undefined && bigintId.test(id) ? BigInt(id) : null));

export const turnCursor = cursor<TurnPosition>(
  'turns',
  ({ at, runId }) => [at.toISOString(), runId],
  ([at, runId]) => (isMoment(at) && runId !== undefined && uuid.test(runId) ? { at: new Date(at), runId } : null),
);

export const conversationCursor = cursor<ConversationPosition>(
  'conversations',
  ({ at, chatId }) => [at.toISOString(), chatId],
  ([at, chatId]) => (isMoment(at) && chatId !== undefined && uuid.test(chatId) ? { at: new Date(at), chatId } : null),
);

export const timelineCursor = cursor<TimelinePosition>(
  'timeline',
  ({ at, kind, id }) => [at.toISOString(), kind, id],
  ([at, kind, id]) => {
    const known = timelineKinds.find((one) => one === kind);
    return isMoment(at) && known && id !== undefined && rowId.test(id) ? { at: new Date(at), kind: known, id } : null;
  },
);

const isMoment = (text: string | undefined): text is string => text !== undefined && /^\d{4}-/.test(text) && Date.parse(text) >= 0;

/** The list's name stands first, so that a cursor of one list doesn't pass for one of another. Only what we wrote ourselves is read. */
function cursor<P>(list: string, parts: (position: P) => string[], position: (parts: (string | undefined)[]) => P | null): Cursor<P> {
  const write = (given: P): string => Buffer.from([list, ...parts(given)].join(' ')).toString('base64url');
  const read = (text: string | undefined): P | null => {
    if (text === undefined) return null;
    const [name, ...rest] = Buffer.from(text, 'base64url').toString('utf8').split(' ');
    const found = name === list ? position(rest) : null;
    if (found === null || write(found) !== text) throw new AppError('invalid', 'console.cursor-invalid', 'cursor must be the nextCursor of an earlier page of this list');
    return found;
  };
  return { write, read };
}
