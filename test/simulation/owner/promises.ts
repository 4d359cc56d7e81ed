import { isSet } from '../../../src/botmaker/index.js';
import type { StoredEvent } from '../../../src/inbox/index.js';
import type { ConversationState } from '../../../src/conversation/sorting.js';
import { promise } from '../engine/violation.js';
import type { Desk, Reading } from './desk.js';
import { handoffVariable } from './told.js';

/** What must be true of one reading, whatever was told before, late or twice. */
export function judgeReading({ before, batch, sorted }: Reading, personSince: number | null): void {
  const { after, ownerChanges, mail, ignored, noted } = sorted;
  let owner = before.owner;
  for (const { from, to } of ownerChanges) {
    promise(from === owner && to !== owner, 'a chat has exactly one owner, and each change begins with him', `${from} to ${to}`);
    owner = to;
  }
  promise(owner === after.owner, 'a chat has exactly one owner, and each change begins with him');

  const judged = [...mail, ...ignored.map(({ event }) => event), ...noted];
  promise(judged.length === batch.length && new Set(judged).size === batch.length, 'each event of a reading gets exactly one outcome');
  promise(judged.slice(0, mail.length + ignored.length).every(({ author }) => author === 'customer'), 'only the customer’s messages are mail, or set aside');
  promise(ignored.every(({ reason }) => reason !== ''), 'whatever is set aside has a reason');
  promise(mail.length === 0 || after.owner === 'agent', 'nothing is mail while the chat is somebody else’s');

  const wrote = batch.filter(({ author }) => author === 'operator').map(({ occurredAt }) => occurredAt.getTime());
  const since = Math.max(personSince ?? -1, ...wrote);
  if (since < 0 || after.owner === 'human') return;
  promise(isHandedOverAnew(before, batch, since), 'only a hand-off that is news, and newer than what the person did, takes the chat from him', `a person since ${since}`);
}

/** What must be true when everything was told and read. */
export function judgeEnd(desk: Desk, onceTold: Desk): void {
  const open = desk.rows.filter(({ author, state, reason }) => author === 'customer' && state !== 'read' && reason === null);
  promise(open.length === 0, 'each message of the customer ends with an outcome', open.map(({ text }) => text).join(', '));
  promise(desk.conversation.owner === onceTold.conversation.owner, 'messages that are told twice or in another order leave the chat with the same owner', `${desk.conversation.owner}, else ${onceTold.conversation.owner}`);
  promise(desk.outcomes() === onceTold.outcomes(), 'messages that are told twice or in another order have the same outcomes', `${desk.outcomes()}, else ${onceTold.outcomes()}`);
}

/**
 * Variables of their own have no date: when they are heard is when they are true. On a message that is told again they are
 * news when they differ from what is known. On a message that is told for the first time they are as old as it is, too.
 */
function isHandedOverAnew(before: ConversationState, batch: readonly StoredEvent[], since: number): boolean {
  let isKnown = isSet(before.variables[handoffVariable]);
  return batch.some(({ kind, content, occurredAt }) => {
    const { variables, isRetold } = content as { variables?: Record<string, string> | null; isRetold?: boolean };
    const value = variables?.[handoffVariable];
    if (value === undefined) return false;
    const wasKnown = isKnown;
    isKnown = isSet(value);
    if (!isKnown) return false;
    if (kind === 'variables' && !isRetold) return variables?.['told'] === undefined;
    return !wasKnown && (isRetold === true || occurredAt.getTime() > since);
  });
}
