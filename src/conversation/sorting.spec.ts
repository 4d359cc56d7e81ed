import { describe, expect, it } from '@jest/globals';
import { isSet } from '../botmaker/index.js';
import type { StoredEvent } from '../inbox/index.js';
import { nothingLate } from './late-mail.js';
import { burstEnd, isHandOver, sort, type ConversationState, type Owner } from './sorting.js';

const now = new Date('2026-03-02T15:00:00Z');
const rules = { handoffVariable: 'external_handoff', answerMaxAgeMs: 48 * 3_600_000, lateAnswerMaxAgeMs: 2 * 3_600_000, late: nothingLate, now };
let nextId = 1n;

function state(owner: Owner, variables: Record<string, string> = {}): ConversationState {
  return { owner, variables, sessionId: null, lastCustomerAt: null, lastOperatorAt: null, windowClosesAt: null, optedOutAt: null };
}

function event(over: Partial<StoredEvent>, variables?: Record<string, string>): StoredEvent {
  return {
    id: nextId++, kind: 'message', author: 'customer', state: 'received', reason: null, text: 'hola', backfill: false,
    occurredAt: now, receivedAt: now, correlationId: 'c', content: variables ? { variables } : {}, ...over,
  };
}

const handOver = (value = 'true'): StoredEvent => event({ kind: 'variables', author: null }, { external_handoff: value });

describe('who owns the chat', () => {
  it.each(['true', 'TRUE', ' true ', '1', 'si', 'Sí', 'sim', 'yes'])('a flow hands over with "%s"', (value) => {
    const { after, ownerChanges } = sort(state('flow'), [handOver(value)], rules);
    expect(after.owner).toBe('agent');
    expect(ownerChanges).toEqual([{ from: 'flow', to: 'agent', reason: 'handed-off' }]);
  });

  it.each(['false', '0', 'no', '', 'null', 'maybe'])('"%s" does not hand over', (value) => {
    expect(sort(state('flow'), [handOver(value)], rules).after.owner).toBe('flow');
  });

  it('the variable may ride on the customer’s own message', () => {
    const message = event({}, { external_handoff: 'true' });
    expect(sort(state('flow'), [message], rules).mail).toEqual([message]);
  });

  it('another variable changes nothing about the owner', () => {
    expect(sort(state('agent'), [event({ kind: 'variables', author: null }, { Nombre: 'Ana' })], rules).after).toMatchObject({ owner: 'agent', variables: { Nombre: 'Ana' } });
  });

  it('an operator who writes silences us', () => {
    const { after, mail, ignored } = sort(state('agent', { external_handoff: 'true' }), [event({}), event({ author: 'operator' })], rules);
    expect(after.owner).toBe('human');
    expect(mail).toEqual([]);
    expect(ignored.map(({ reason }) => reason)).toEqual(['owned-by-human']);
  });

  it('the old value on a customer’s message does not take the chat back from a person', () => {
    const before = state('human', { external_handoff: 'true' });
    expect(sort(before, [event({}, { external_handoff: 'true' })], rules).after.owner).toBe('human');
  });

  it('the flow handing over anew does take it back, whether by a notification of its own or after it was cleared', () => {
    expect(sort(state('human', { external_handoff: 'true' }), [handOver()], rules).after.owner).toBe('agent');
    expect(sort(state('human', { external_handoff: 'false' }), [event({}, { external_handoff: 'true' })], rules).after.owner).toBe('agent');
  });

  it('a message from before the person’s line that is told late does not take the chat back, one from after it does', () => {
    const before = { ...state('human'), lastOperatorAt: now };
    const at = (ms: number): StoredEvent => event({ occurredAt: new Date(now.getTime() + ms) }, { external_handoff: 'true' });
    expect(sort(before, [at(-1000)], rules).after.owner).toBe('human');
    expect(sort(before, [at(1000)], rules).after.owner).toBe('agent');
  });

  it('the flow takes the chat back by clearing the variable', () => {
    const { after, ignored } = sort(state('agent', { external_handoff: 'true' }), [event({}), handOver('false')], rules);
    expect(after.owner).toBe('flow');
    expect(ignored[0]?.reason).toBe('not-handed-off');
  });

  it('clearing the variable does not take the chat from a person', () => {
    expect(sort(state('human', { external_handoff: 'true' }), [handOver('false')], rules).after.owner).toBe('human');
  });

  it('only a change from flow to agent is a hand-over', () => {
    expect(isHandOver(sort(state('flow'), [handOver()], rules))).toBe(true);
    expect(isHandOver(sort(state('human'), [handOver()], rules))).toBe(false);
    expect(isHandOver(sort(state('agent', { external_handoff: 'true' }), [handOver()], rules))).toBe(false);
    expect(isHandOver(sort(state('flow'), [handOver(), event({ author: 'operator' })], rules))).toBe(false);
  });
});

describe('a code block of the flow that asks', () => {
  const call = (content: Record<string, unknown> = {}, occurredAt = now): StoredEvent => event({ kind: 'code-action', author: null, content: { isAttended: null, ...content }, occurredAt });
  const ms = (after: number): Date => new Date(now.getTime() + after);

  it('hands the chat over by that alone: its message is ours', () => {
    const message = event({});
    const { after, ownerChanges, mail } = sort(state('flow', { external_handoff: 'false' }), [message, call({ variables: { external_handoff: 'false', plan: 'oro' } })], rules);
    expect([after.owner, ownerChanges, mail]).toEqual(['agent', [{ from: 'flow', to: 'agent', reason: 'code-action' }], [message]]);
    expect(after.variables).toEqual({ external_handoff: 'false', plan: 'oro' });
  });

  it('and whose variable still says no does not lose the chat by the old value that rides on a message', () => {
    const retold = event({ kind: 'variables', author: null, content: { variables: { external_handoff: 'false' }, isRetold: true } });
    expect(sort(state('agent'), [event({}, { external_handoff: 'false' }), retold], rules).after.owner).toBe('agent');
    expect(sort(state('agent'), [handOver('false')], rules).after.owner).toBe('flow');
  });

  it('does not take the chat from a person, unless Botmaker says that nobody attends it and he wrote before the message', () => {
    const human = { ...state('human'), lastOperatorAt: now };
    const owner = (before: ConversationState, content: Record<string, unknown>, at: Date): Owner => sort(before, [call(content, at)], rules).after.owner;
    expect(owner(human, {}, ms(1000))).toBe('human');
    expect(owner(human, { isAttended: true }, ms(1000))).toBe('human');
    expect(owner(human, { isAttended: false }, ms(-1000))).toBe('human');
    expect(owner(human, { isAttended: false }, ms(1000))).toBe('agent');
    // Waits in a queue, where nobody has written yet.
    expect(owner(state('human'), { isAttended: false }, ms(1000))).toBe('human');
  });

  it('tells of a person of whom nobody else told', () => {
    const message = event({});
    const { after, ignored } = sort(state('agent'), [message, call({ isAttended: true })], rules);
    expect([after.owner, ignored]).toEqual(['human', [{ event: message, reason: 'owned-by-human' }]]);
  });
});

describe('what becomes of events', () => {
  it('a message before the hand-over in the same reading is ours', () => {
    const message = event({});
    expect(sort(state('flow'), [message, handOver()], rules).mail).toEqual([message]);
  });

  it('a message that is older than the limit is not answered any more', () => {
    const old = event({ occurredAt: new Date(now.getTime() - rules.answerMaxAgeMs - 1) });
    expect(sort(state('agent'), [old], rules).ignored).toEqual([{ event: old, reason: 'too-old' }]);
  });

  it('every customer message is either mail or ignored with a reason, and nothing else is', () => {
    const events = [event({}), event({ author: 'flow' }), event({ author: 'operator' }), handOver(), event({})];
    const { mail, ignored, noted } = sort(state('flow'), events, rules);
    expect([...mail, ...ignored.map(({ event: set }) => set), ...noted].map(({ id }) => id).sort()).toEqual(events.map(({ id }) => id).sort());
  });

  it('remembers when the customer wrote last and how long the window is open, whatever the order of arrival', () => {
    const later = event({ occurredAt: new Date('2026-03-02T14:30:00Z') });
    const earlier = event({ occurredAt: new Date('2026-03-02T14:00:00Z') });
    expect(sort(state('agent'), [later, earlier], rules).after).toMatchObject({
      lastCustomerAt: later.occurredAt,
      windowClosesAt: new Date('2026-03-03T14:30:00Z'),
    });
  });

  it('notes who wants no messages, whoever has the chat, and who wants them again', () => {
    const wants = (text: string, ms: number): StoredEvent => event({ content: { text }, occurredAt: new Date(now.getTime() + ms) });
    for (const owner of ['flow', 'agent', 'human'] as const) {
      const out = sort(state(owner), [wants('baja', 0)], rules);
      expect([out.after.optedOutAt, out.optChange]).toEqual([now, 'out']);
      expect(sort(out.after, [wants('¿cuándo llega?', 1)], rules)).toMatchObject({ after: { optedOutAt: now }, optChange: null });
      expect(sort(out.after, [wants('alta', 1)], rules)).toMatchObject({ after: { optedOutAt: null }, optChange: 'in' });
    }
    expect(sort(state('agent'), [wants('baja', 0), wants('alta', 1)], rules)).toMatchObject({ after: { optedOutAt: null }, optChange: null });
    expect(sort(state('agent'), [event({ author: 'flow', content: { text: 'baja' } })], rules).after.optedOutAt).toBeNull();
  });

  it('does not change what it was given', () => {
    const before = state('flow', { a: '1' });
    sort(before, [handOver()], rules);
    expect(before).toEqual(state('flow', { a: '1' }));
  });
});

describe('the end of a burst', () => {
  const at = (ms: number): Date => new Date(now.getTime() + ms);

  it('is the silence after the last message', () => expect(burstEnd(at(0), at(800), 1500, 6000)).toEqual(at(2300)));
  it('comes at the cap at the latest, however long the customer goes on', () => expect(burstEnd(at(0), at(5500), 1500, 6000)).toEqual(at(6000)));
});

describe('a variable’s value', () => {
  it('counts as no when it is missing', () => expect(isSet(undefined)).toBe(false));
});
