import type { EntryView, EventView, MessageView, TimelineItem, TurnView } from '../../correlation/index.js';

/** What the timeline shows, in order: speech bubbles, turns with their entries, and entries that stand alone. */
export type Block =
  | { kind: 'said'; at: Date; event: EventView }
  | { kind: 'sent'; at: Date; message: MessageView }
  | { kind: 'turn'; at: Date; runId: string; turn: TurnView | null; entries: EntryView[] }
  | { kind: 'note'; at: Date; entry: EntryView };

const decides = new Set(['turn.decided', 'turn.finished', 'turn.failed', 'turn.dead', 'turn.skipped']);
/** What a bubble says by itself. */
const shownByBubble = new Set(['inbox.accepted', 'mail.ignored']);

/**
 * Reads a timeline as a conversation: everything of one run becomes one block, standing where the run decided (between the
 * question and the answer), or where it was last heard of; what a bubble shows already is left out.
 */
export function conversationBlocks(items: readonly TimelineItem[]): Block[] {
  const runs = runsOf(items);
  return items.flatMap((item): Block[] => {
    const runId = runIdOf(item);
    const run = runId === null ? undefined : runs.get(runId);
    const turn: Block[] = run && runId !== null && run.anchor === item ? [{ kind: 'turn', at: item.at, runId, turn: run.turn, entries: run.entries }] : [];
    return [...turn, ...blockOf(item)];
  });
}

function blockOf({ at, event, message, entry }: TimelineItem): Block[] {
  if (event) return event.kind === 'message' && event.author !== 'agent' ? [{ kind: 'said', at, event }] : [];
  if (message) return [{ kind: 'sent', at, message }];
  if (entry && entry.runId === null && !shownByBubble.has(entry.type)) return [{ kind: 'note', at, entry }];
  return [];
}

interface Run {
  turn: TurnView | null;
  entries: EntryView[];
  anchor: TimelineItem;
  isSettled: boolean;
}

function runsOf(items: readonly TimelineItem[]): Map<string, Run> {
  const runs = new Map<string, Run>();
  for (const item of items) {
    const runId = runIdOf(item);
    if (runId === null) continue;
    const run = runs.get(runId) ?? { turn: null, entries: [], anchor: item, isSettled: false };
    runs.set(runId, run);
    if (item.turn) run.turn = item.turn;
    if (item.entry) run.entries.push(item.entry);
    if (run.isSettled) continue;
    run.anchor = item;
    run.isSettled = item.kind === 'message' || (item.entry !== undefined && decides.has(item.entry.type));
  }
  return runs;
}

/** A customer's message knows the turn that read it, but stays a bubble: only turns, messages and entries make the block. */
const runIdOf = (item: TimelineItem): string | null => item.turn?.runId ?? item.message?.runId ?? item.entry?.runId ?? null;
