import { describe, expect, it } from '@jest/globals';
import type { StoredEvent } from '../../inbox/index.js';
import type { Sorted } from '../sorting.js';
import { isInQuestion } from './owner-follow-up.service.js';

const event = {} as StoredEvent;
const sorted = (reason: string | null, variables: Record<string, string> = {}): Sorted => ({
  after: { owner: 'flow', variables, sessionId: null, lastCustomerAt: null, lastOperatorAt: null, windowClosesAt: null, optedOutAt: null },
  ownerChanges: [], hasOpened: false, optChange: null, mail: [], late: [], ignored: reason === null ? [] : [{ event, reason }], noted: [],
});
const asks = (...given: Parameters<typeof sorted>): boolean => isInQuestion(sorted(...given), 'external_handoff');

describe('whose a message is, is asked', () => {
  it('when it was left to a person: he may have let the chat go', () => expect(asks('owned-by-human')).toBe(true));
  it('when it was left to a flow whose variable is set already: a further hand-over changes nothing, so no webhook tells', () => {
    expect([asks('not-handed-off', { external_handoff: 'true' }), asks('not-handed-off', { external_handoff: 'false' }), asks('not-handed-off')]).toEqual([true, false, false]);
  });
  it('when the flow took the chat: an old “no”, told late, looks like that', () => {
    const tookBack = { ...sorted(null), ownerChanges: [{ from: 'agent', to: 'flow', reason: 'flow-took-back' }] } satisfies Sorted;
    expect(isInQuestion(tookBack, 'external_handoff')).toBe(true);
  });
  it('not when it is ours, or nobody’s for a reason of its own', () => expect([asks(null, { external_handoff: 'true' }), asks('too-old', { external_handoff: 'true' })]).toEqual([false, false]));
});
