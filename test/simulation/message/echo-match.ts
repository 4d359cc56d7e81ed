import { matchEcho } from '../../../src/outbox/match-echo.js';
import type { EchoHabit, RemoteCopy } from './platform.js';
import type { MessageTables } from './tables.js';

/** Which of our messages an echo is of: by our payload, by an id that is known, else by the rule. */
export function ofEcho(tables: MessageTables, copy: RemoteCopy, habit: EchoHabit, match: typeof matchEcho): string | null {
  if (habit === 'payload') return copy.of;
  const byRemote = tables.rows.find(({ remoteId }) => remoteId === copy.remoteId);
  if (byRemote) return byRemote.id;
  const sent = tables.rows.filter(({ sendingAt }) => sendingAt !== null).map((row) => ({ ...row, wasInDoubt: row.doubtedAt !== null, wasResent: row.resentAt !== null }));
  const namesCall = habit === 'call';
  return match(sent, { callIds: namesCall ? [copy.txId, copy.remoteId] : [copy.remoteId], namesCall, text: copy.text, isOperators: false })?.id ?? null;
}

/** A status names its message by the remote id, or by the call when one message of it is without an id. */
export function ofStatus(tables: MessageTables, copy: RemoteCopy, habit: EchoHabit): string | null {
  if (habit === 'payload') return copy.of;
  const byRemote = tables.rows.find(({ remoteId }) => remoteId === copy.remoteId);
  if (byRemote) return byRemote.id;
  if (habit !== 'call') return null;
  const ofCall = tables.rows.filter(({ notificationId, remoteId }) => notificationId === copy.txId && remoteId === null);
  return ofCall.length === 1 ? (ofCall[0]?.id ?? null) : null;
}
