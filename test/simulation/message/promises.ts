import { promise } from '../engine/violation.js';
import type { SimulatedPlatform } from './platform.js';
import { leaseMs } from './rules.js';
import type { MessageTables } from './tables.js';

const slackMs = 6000;
/** What the protocol of sending takes at most, in parts of the doubt: two looks, and a look that failed. */
const [twoLooks, oneMoreLook] = [1.5, 0.5 + 1 / 6];

/** At any moment. `troubledAt`: when something last kept workers, or the listing, from their work. */
export function judgeDoubts(tables: MessageTables, doubtMs: number, now: number, troubledAt: number): void {
  for (const { id, state, sendingAt } of tables.rows) {
    if (state !== 'sending' || sendingAt === null) continue;
    const limit = Math.max(sendingAt + Math.max(twoLooks * doubtMs, leaseMs + oneMoreLook * doubtMs), troubledAt + oneMoreLook * doubtMs) + slackMs;
    promise(now <= limit, 'a doubt is settled within the doubt and half of it', id);
  }
}

const said = new Set(['accepted', 'sent', 'delivered', 'read']);
const ended = new Set([...said, 'expired', 'dead', 'unknown']);

/** When everything was carried to its end. `isToldInTime`: else a late copy of an earlier answer may be taken for one that says the same. */
export function judgeMessages(tables: MessageTables, platform: SimulatedPlatform, isToldInTime: boolean): void {
  const ids = tables.rows.flatMap(({ remoteId }) => (remoteId === null ? [] : [remoteId]));
  promise(new Set(ids).size === ids.length, 'one remote message stands for one of ours');
  for (const { id, state } of tables.rows) {
    promise(ended.has(state), 'each message ends in a known state', `${id} is ${state}`);
    const copies = platform.visible.filter(({ of, isTold }) => of === id && isTold);
    promise(copies.every(({ remoteId }) => remoteId === copies[0]?.remoteId || tables.isKnown(remoteId)), 'a second copy is counted, never hidden', id);
    if (isToldInTime) promise(!said.has(state) || platform.visible.some(({ of }) => of === id), 'what counts as sent is at Botmaker', `${id} is ${state}`);
  }
}
