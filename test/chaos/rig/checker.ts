import type { Facts, PlannedMessage, StoredMail } from './facts.js';
import type { Entry, EntryOf } from './history.js';

/*
 * Judges a run by what was seen from outside (customers, Botmaker, the model) against what the tables say, as multisets, after
 * everything has drained.
 *
 *   lost        A customer's message without an end: not stored, not read, its turn open; or an answer that the tables call
 *               sent and that no customer saw. Never explained away by "not acknowledged": he wrote, and nobody answered.
 *   duplicated  A customer saw the same message of ours twice, or the inbox holds the same message twice. `late-accept`: the
 *               first attempt took effect long after its caller had given it up.
 *   disordered  A customer saw an answer after one that was decided later.
 *   askedAgain  The model was paid once more for a decision that was stored already.
 *   unexpected  Something that nobody wrote was stored, or something that nobody planned was seen.
 *   recovered   A message whose webhook failed at least once, or that the sweep found, and that has its end all the same.
 */

export interface Duplicate {
  kind: 'ours' | 'late-accept' | 'inbox';
  /** Ours: the id of the message or its text. Inbox: Botmaker's id. */
  what: string;
  times: number;
}

export interface Verdict {
  attempted: number;
  acknowledged: number;
  stored: number;
  planned: number;
  seen: number;
  recovered: number;
  modelCalls: number;
  /** How many customer messages ended how: `answered`, `merged`, `expired(…)`, `ignored(…)`, `dead(…)`, `unknown(…)`, … */
  ends: Record<string, number>;
  lost: { id: string; why: string }[];
  duplicated: Duplicate[];
  disordered: { chat: string; message: string; after: string }[];
  askedAgain: string[];
  unexpected: string[];
}

export function judge(history: readonly Entry[], facts: Facts): Verdict {
  const wrote = only(history, 'wrote');
  const told = only(history, 'told');
  const seen = only(history, 'seen');
  const mail = grouped(facts.mail, ({ remoteId }) => remoteId);
  const byRun = grouped(facts.messages, ({ runId }) => runId);
  const seenIds = new Set(seen.map(({ message }) => message));
  const lastOfRun = new Map(facts.mail.map(({ runId, remoteId }) => [runId, remoteId]));
  const ends: Record<string, number> = {};
  const lost: Verdict['lost'] = [];
  const failedOnce = new Set(told.filter(({ status }) => !isGood(status)).map(({ id }) => id));
  let recovered = 0;
  for (const { id } of wrote) {
    const [row] = mail.get(id) ?? [];
    const end = endOf(row, byRun.get(row?.runId ?? '') ?? [], { seenIds, isLast: lastOfRun.get(row?.runId ?? '') === id });
    if ('lost' in end) lost.push({ id, why: end.lost });
    else {
      ends[end.end] = (ends[end.end] ?? 0) + 1;
      if (row?.backfill || failedOnce.has(id)) recovered++;
    }
  }
  return {
    attempted: wrote.length,
    acknowledged: new Set(told.filter(({ status }) => isGood(status)).map(({ id }) => id)).size,
    stored: mail.size,
    planned: facts.messages.length,
    seen: seen.length,
    recovered,
    modelCalls: only(history, 'asked').length,
    ends,
    lost,
    duplicated: [...seenTwice(seen, facts.messages, history), ...storedTwice(mail)],
    disordered: disordered(seen, facts.messages),
    askedAgain: askedAgain(history, facts.mail),
    unexpected: unexpected(wrote, seen, facts),
  };
}

type End = { end: string } | { lost: string };

/** The one end of a customer's message. */
function endOf(row: StoredMail | undefined, ours: readonly PlannedMessage[], { seenIds, isLast }: { seenIds: Set<string | null>; isLast: boolean }): End {
  if (!row) return { lost: 'it was never stored' };
  if (row.state === 'ignored' || row.state === 'quarantined') return { end: `${row.state}(${row.reason ?? '?'})` };
  if (row.state === 'received') return { lost: 'nobody read it' };
  if (row.turnState === 'skipped') return { end: `skipped(${row.turnReason ?? '?'})` };
  if (row.turnState === 'failed' || row.turnState === 'dead') return { end: `dead(${row.turnReason ?? row.outcome ?? '?'})` };
  if (row.turnState !== 'finished') return { lost: `its turn is ${row.turnState ?? 'unknown'}` };
  if (ours.length === 0) return { end: row.outcome ?? 'finished' };
  const worst = ours.map(({ state, reason }) => stateEnd(state, reason)).find((state) => state !== 'sent') ?? 'sent';
  if (worst.startsWith('open')) return { lost: `its answer is ${worst}` };
  if (worst !== 'sent') return { end: worst };
  const unseen = ours.find(({ id, kind }) => kind === 'text' && !seenIds.has(id));
  if (unseen) return { lost: `message ${unseen.id} counts as sent, and nobody saw it` };
  return { end: isLast ? (row.outcome ?? 'finished') : 'merged' };
}

function stateEnd(state: string, reason: string | null): string {
  if (['accepted', 'sent', 'delivered', 'read'].includes(state)) return 'sent';
  if (state === 'held' || state === 'expired' || state === 'dead' || state === 'unknown') return `${state}(${reason ?? '?'})`;
  return `open: ${state}`;
}

/** By our id where the payload tells it; else by text, more often than it was planned in that chat ("Ok!" may well be said twice). */
function seenTwice(seen: readonly EntryOf<'seen'>[], planned: readonly PlannedMessage[], history: readonly Entry[]): Duplicate[] {
  const lateOnes = new Set(only(history, 'fault').filter(({ kind, when }) => kind === 'stall' && when === 'before').map(({ message }) => message));
  const byId = grouped(seen.filter(({ message }) => message !== null), ({ message }) => message ?? '');
  const byText = grouped(seen.filter(({ message }) => message === null), ({ chat, text }) => `${chat} ${text}`);
  const plannedTexts = grouped(planned, ({ chat, text }) => `${chat} ${text ?? ''}`);
  return [
    ...[...byId].flatMap(([id, times]): Duplicate[] => (times.length > 1 ? [{ kind: lateOnes.has(id) ? 'late-accept' : 'ours', what: id, times: times.length }] : [])),
    ...[...byText].flatMap(([text, times]): Duplicate[] => (times.length > (plannedTexts.get(text)?.length ?? 0) ? [{ kind: 'ours', what: text, times: times.length }] : [])),
  ];
}

function storedTwice(mail: Map<string, StoredMail[]>): Duplicate[] {
  return [...mail].flatMap(([id, rows]): Duplicate[] => (rows.length > 1 ? [{ kind: 'inbox', what: id, times: rows.length }] : []));
}

/** The first sight of each message counts: a duplicate is no disorder of its own. */
function disordered(seen: readonly EntryOf<'seen'>[], planned: readonly PlannedMessage[]): Verdict['disordered'] {
  const rank = new Map(planned.map(({ id }, index) => [id, index]));
  const found: Verdict['disordered'] = [];
  for (const sights of grouped(seen, ({ chat }) => chat).values()) {
    const known = new Set<string>();
    let highest: { id: string; rank: number } | null = null;
    for (const { message, chat } of sights) {
      const own = rank.get(message ?? '');
      if (message === null || own === undefined || known.has(message)) continue;
      known.add(message);
      if (highest && own < highest.rank) found.push({ chat, message, after: highest.id });
      else highest = { id: message, rank: own };
    }
  }
  return found;
}

/** A call that was under way when the decision was stored is none: it belongs to a worker that had lost the turn. */
function askedAgain(history: readonly Entry[], mail: readonly StoredMail[]): string[] {
  const idOf = new Map(only(history, 'wrote').map(({ token, id }) => [token, id]));
  const finishedAt = new Map(mail.map(({ remoteId, finishedAt: at }) => [remoteId, at]));
  return only(history, 'asked').flatMap(({ token, at }) => {
    const end = finishedAt.get(idOf.get(token) ?? '') ?? null;
    return end !== null && at > end ? [`${token}, ${Math.round(at - end)} ms after its end`] : [];
  });
}

function unexpected(wrote: readonly EntryOf<'wrote'>[], seen: readonly EntryOf<'seen'>[], facts: Facts): string[] {
  const written = new Set(wrote.map(({ id }) => id));
  const planned = new Set(facts.messages.map(({ id }) => id));
  return [
    ...facts.mail.filter(({ remoteId }) => !written.has(remoteId)).map(({ remoteId }) => `stored and never written: ${remoteId}`),
    ...seen.filter(({ message }) => message !== null && !planned.has(message)).map(({ message }) => `seen and never planned: ${message}`),
  ];
}

const isGood = (status: number | null): boolean => status !== null && status >= 200 && status < 300;

function only<W extends Entry['what']>(history: readonly Entry[], what: W): EntryOf<W>[] {
  return history.filter((entry): entry is EntryOf<W> => entry.what === what);
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
