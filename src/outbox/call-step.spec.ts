import { describe, expect, it } from '@jest/globals';
import { callStep, repeatForMs, type CallSight } from './call-step.js';

const text = (state: CallSight['messages'][number]['state'], reason: string | null = null): CallSight['messages'][number] => ({ state, reason, outgoing: { kind: 'text', text: 'hola' } });
const turn = (more: Partial<NonNullable<CallSight['turn']>> = {}): CallSight['turn'] => ({ runId: 'run', isOver: true, reason: 'answered', ...more });
const sight = (more: Partial<CallSight> = {}): CallSight => ({
  reason: null, isUnsorted: false, eventState: 'read', eventReason: null, owner: 'agent', turn: turn(), messages: [text('planned')], given: null, ...more,
});

describe('a call that waits', () => {
  it.each<[string, Partial<CallSight>]>([
    ['its message is not sorted', { eventState: 'received', turn: null, messages: [] }],
    ['it is not sorted itself: what was set aside before may be asked for now', { isUnsorted: true, eventState: 'ignored', eventReason: 'not-handed-off', turn: null }],
    ['its turn is not over', { turn: turn({ isOver: false, reason: null }), messages: [] }],
  ])('waits while %s', (_what, more) => expect(callStep(sight(more))).toEqual({ do: 'wait' }));

  it.each<[string, Partial<CallSight>, string]>([
    ['its body speaks of no message', { reason: 'not-json', eventState: null, turn: null, messages: [] }, 'not-json'],
    ['its message is somebody else’s', { eventState: 'ignored', eventReason: 'owned-by-human', turn: null, messages: [] }, 'owned-by-human'],
    ['its message breaks whoever reads it and nothing is said', { eventState: 'quarantined', eventReason: 'poison', messages: [] }, 'poison'],
    ['the agent is silent', { turn: turn({ reason: 'silent' }), messages: [] }, 'silent'],
    ['a person took the chat while the agent thought', { turn: turn({ reason: 'owned-by-human' }), messages: [] }, 'owned-by-human'],
    ['a person took it afterwards', { messages: [text('expired', 'owned-by-human'), text('expired', 'owned-by-human')] }, 'owned-by-human'],
    ['a block was answered for another message of the same turn', { messages: [text('accepted')], given: { isSame: false, agoMs: 10 } }, 'merged'],
    ['it repeats a call that was answered long ago', { messages: [text('read')], given: { isSame: true, agoMs: repeatForMs + 1 } }, 'duplicate'],
  ])('is over without an answer when %s', (_what, more, reason) => expect(callStep(sight(more))).toEqual({ do: 'ignore', reason }));

  it('is given the answer as long as nothing of it went anywhere else', () => {
    expect(callStep(sight({ messages: [text('planned'), text('planned')] }))).toEqual({ do: 'give', runId: 'run' });
  });

  it.each(['sending', 'retrying', 'accepted', 'sent', 'delivered', 'read', 'dead', 'unknown'] as const)('is left when a part of the answer is %s by the API', (state) => {
    expect(callStep(sight({ messages: [text('planned'), text(state)] }))).toEqual({ do: 'leave' });
  });

  it.each(['accepted', 'delivered', 'unknown'] as const)('is given the same again that is %s since a block was given it', (state) => {
    expect(callStep(sight({ messages: [text(state)], given: { isSame: true, agoMs: 20_000 } }))).toEqual({ do: 'repeat', runId: 'run' });
  });
});
