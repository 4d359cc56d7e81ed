import { describe, expect, it } from '@jest/globals';
import type { StoredEvent } from '../inbox/index.js';
import { nothingLate } from './late-mail.js';
import { sort, type ConversationState, type Owner } from './sorting.js';

const minute = 60_000;
const now = new Date('2026-03-02T15:00:00Z');
const ago = (minutes: number): Date => new Date(now.getTime() - minutes * minute);
const rules = { handoffVariable: 'external_handoff', answerMaxAgeMs: 48 * 60 * minute, lateAnswerMaxAgeMs: 120 * minute, late: nothingLate, now };

const state = (owner: Owner, over: Partial<ConversationState> = {}): ConversationState => ({
  owner, variables: owner === 'flow' ? {} : { external_handoff: 'true' }, sessionId: null, lastCustomerAt: null, lastOperatorAt: null, windowClosesAt: null, optedOutAt: null, ...over,
});
const found = (over: Partial<StoredEvent>): StoredEvent => ({
  id: 1n, kind: 'message', author: 'customer', state: 'received', reason: null, text: 'hola', content: {}, backfill: true, occurredAt: ago(30), receivedAt: now, correlationId: 'c', ...over,
});
const reasonsOf = (event: StoredEvent, late = nothingLate, before = state('agent')): string[] => sort(before, [event], { ...rules, late }).ignored.map(({ reason }) => reason);

describe('a message that the webhook missed', () => {
  it('is answered while an answer makes sense', () => {
    expect(sort(state('agent'), [found({})], rules).mail).toHaveLength(1);
  });

  it('is only reported when it is found too late, much sooner than one that the webhook told', () => {
    expect(reasonsOf(found({ occurredAt: ago(121) }))).toEqual(['backfilled-too-old']);
    expect(reasonsOf(found({ occurredAt: ago(121), backfill: false }))).toEqual([]);
  });

  it('is left alone when the flow or a person has answered it', () => {
    expect(reasonsOf(found({}), { ...nothingLate, answeredUntil: ago(29) })).toEqual(['answered-meanwhile']);
    expect(reasonsOf(found({}), { ...nothingLate, answeredUntil: ago(31) })).toEqual([]);
  });

  it('is answered, and flagged, when only its successor was answered by us', () => {
    const { mail, late } = sort(state('agent', { lastCustomerAt: ago(10) }), [found({})], rules);
    expect([mail.length, late.length]).toEqual([1, 1]);
  });

  it('is flagged as well when the webhook brings it late', () => {
    expect(sort(state('agent', { lastCustomerAt: ago(10) }), [found({ backfill: false })], rules).late).toHaveLength(1);
    expect(sort(state('agent', { lastCustomerAt: ago(40) }), [found({})], rules).late).toEqual([]);
  });
});

describe('what a listing tells of a chat', () => {
  const handOver = (value: string): StoredEvent => found({ kind: 'variables', author: null, content: { variables: { external_handoff: value } }, occurredAt: ago(2) });
  const taken = found({ kind: 'assignment', author: null, content: { operatorId: 'op-1' }, occurredAt: ago(2) });

  it('hands it over, takes it back, or leaves it to a person', () => {
    expect(sort(state('flow'), [handOver('true')], rules).ownerChanges).toEqual([{ from: 'flow', to: 'agent', reason: 'handed-off' }]);
    expect(sort(state('agent'), [handOver('false')], rules).ownerChanges).toEqual([{ from: 'agent', to: 'flow', reason: 'flow-took-back' }]);
    expect(sort(state('agent'), [taken], rules).ownerChanges).toEqual([{ from: 'agent', to: 'human', reason: 'operator-has-chat' }]);
  });

  it.each([
    ['a webhook told of the chat since', { ...nothingLate, newsAt: ago(1) }],
    ['the chat changed hands since', { ...nothingLate, ownerSince: ago(1) }],
  ])('is overtaken when %s', (_why, late) => {
    for (const event of [handOver('false'), taken]) expect(sort(state('agent'), [event], { ...rules, late }).ownerChanges).toEqual([]);
  });
});

describe('an operator’s line that was lost', () => {
  const line = found({ author: 'operator', occurredAt: ago(20) });

  it('silences us when it is found', () => {
    expect(sort(state('agent'), [line], rules).after.owner).toBe('human');
  });

  it('does not, when the flow has handed the chat over since', () => {
    expect(sort(state('agent'), [line], { ...rules, late: { ...nothingLate, ownerSince: ago(10) } }).after.owner).toBe('agent');
  });
});
