import { mostAttempts } from '../../../src/conversation/turn.js';
import { promise } from '../engine/violation.js';
import { leaseMs, type Claimed, type TurnRow, type TurnTables } from './tables.js';

/** The goal is lease + 2 s: a look-out's round and the queue's poll. */
const takeoverMs = 2000;
/** Also the second that the look-out gives a turn's own job. */
const beginMs = 2500;

const hasEnded = ({ state }: TurnRow): boolean => state === 'finished' || state === 'failed' || state === 'skipped';

/** At any moment. `troubledAt`: when something last kept workers from looking. */
export function judgeTurns(tables: TurnTables, chats: number, now: number, troubledAt: number): void {
  for (let chat = 0; chat < chats; chat++) promise(tables.unfinished(chat).length <= 1, 'a chat has at most one unfinished turn', `chat ${chat}`);
  for (const { run, state, leaseUntil, startsAt, madeAt, countedTries } of tables.turns) {
    promise(countedTries <= mostAttempts, 'the agent is not tried more often than it may be', `turn ${run}`);
    if (state === 'running' && leaseUntil) promise(now <= Math.max(leaseUntil.getTime(), troubledAt) + takeoverMs, 'a turn is taken over within its lease and two seconds', `turn ${run}`);
    if (state === 'queued') promise(now <= Math.max(startsAt.getTime(), madeAt, troubledAt) + beginMs, 'a turn that is due begins within two and a half seconds', `turn ${run}`);
  }
}

/** Right before the model is asked, which costs money. Whoever lost the turn to another turn learns it within a lease. */
export function judgeModelCall(turn: TurnRow, { holder }: Claimed, now: number): void {
  const isTold = turn.supersededAt === null || now > turn.supersededAt + leaseMs;
  promise(!isTold || !hasEnded(turn), 'the model is not asked when the decision is stored', `turn ${turn.run}`);
  promise(turn.holder === holder, 'the model is asked by the one worker that holds the turn', `turn ${turn.run}`);
}

/** Right when a tool does something in the world. `had`: the turns that did before, by the first whose place they took. */
export function judgeEffect(turn: TurnRow, had: Set<number>): void {
  promise(turn.supersededAt === null, 'whoever lost a turn has no effect', `turn ${turn.run}`);
  promise(!had.has(turn.origin), 'an effect is had once', `turn ${turn.run}`);
  had.add(turn.origin);
}

/** When everything was carried to its end. */
export function judgeMail(tables: TurnTables): void {
  for (const { id, state, reason, run } of tables.mail) {
    const turn = run === null ? null : tables.row(run);
    const isSettled = state === 'ignored' ? reason !== null && turn === null : state === 'read' && turn !== null && hasEnded(turn);
    promise(isSettled, 'each mail was read by one turn that ended, or has a reason', `mail ${id}`);
  }
  for (const { run, state, reason } of tables.turns) promise(state !== 'skipped' || reason !== null, 'a turn that is skipped says why', `turn ${run}`);
}
