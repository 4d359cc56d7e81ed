import { describe, expect, it } from '@jest/globals';
import type { EntryView, EventView, MessageView, TimelineItem, TurnView } from '../../correlation/index.js';
import { conversationBlocks } from './conversation-blocks.js';

const at = (second: number): Date => new Date(Date.UTC(2026, 2, 2, 14, 0, second));
const event = (second: number, author: string, runId: string | null = null, kind = 'message'): TimelineItem => ({ kind: 'event', at: at(second), event: { id: `${second}`, kind, author, runId } as EventView });
const entry = (second: number, type: string, runId: string | null = null): TimelineItem => ({ kind: 'entry', at: at(second), entry: { id: `${second}`, type, runId } as EntryView });
const turn = (second: number, runId: string): TimelineItem => ({ kind: 'turn', at: at(second), turn: { runId } as TurnView });
const message = (second: number, runId: string): TimelineItem => ({ kind: 'message', at: at(second), message: { id: `${second}`, runId } as MessageView });

const outline = (items: TimelineItem[]): string[] => conversationBlocks(items).map((block) => (block.kind === 'turn' ? `turn ${block.runId}: ${block.entries.map((one) => one.type).join(' ')}` : block.kind));

describe('a timeline read as a conversation', () => {
  it('puts everything of a run into one block between question and answer', () => {
    expect(
      outline([
        event(0, 'customer', 'r'), entry(1, 'inbox.accepted'), entry(2, 'turn.queued', 'r'), turn(3, 'r'), event(4, 'customer', 'r'), entry(5, 'turn.started', 'r'),
        entry(6, 'turn.decided', 'r'), message(7, 'r'), entry(8, 'delivery.accepted', 'r'), event(9, 'agent'), entry(10, 'message.read', 'r'),
      ]),
    ).toEqual(['said', 'said', 'turn r: turn.queued turn.started turn.decided delivery.accepted message.read', 'sent']);
  });

  it('shows a run that has not decided where it was last heard of', () => {
    expect(outline([event(0, 'customer'), entry(1, 'turn.queued', 'r'), event(2, 'customer'), entry(3, 'turn.extended', 'r')])).toEqual(['said', 'said', 'turn r: turn.queued turn.extended']);
  });

  it('leaves out echoes, statuses and what a bubble says by itself, and keeps the rest as notes', () => {
    expect(outline([event(0, 'agent'), event(1, 'customer', null, 'status'), entry(2, 'inbox.accepted'), entry(3, 'mail.ignored'), entry(4, 'chat.owner-changed'), entry(5, 'inbox.duplicate')])).toEqual(['note', 'note']);
  });

  it('keeps two runs apart', () => {
    expect(outline([entry(0, 'turn.decided', 'a'), message(1, 'a'), entry(2, 'turn.decided', 'b'), message(3, 'b'), entry(4, 'message.read', 'a')])).toEqual([
      'turn a: turn.decided message.read', 'sent', 'turn b: turn.decided', 'sent',
    ]);
  });
});
