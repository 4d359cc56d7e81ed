import { describe, expect, it } from '@jest/globals';
import type { RemoteChat } from '../botmaker/index.js';
import { findingOf, newsOf, type KnownChat } from './compare-chat.js';

const at = (minute: number): Date => new Date(Date.UTC(2026, 2, 2, 12, minute));
const look = { handoffVariable: 'external_handoff', settledUntil: at(30), thoroughFrom: null };

function listed(over: Partial<RemoteChat> = {}): RemoteChat {
  return { address: { platform: null, chatId: 'C', channelId: null, contactId: null }, lastUserMessageAt: at(10), variables: {}, agentId: null, ...over };
}
function known(over: Partial<KnownChat> = {}): KnownChat {
  return { lastCustomerAt: at(10), lastNewsAt: at(10), owner: 'flow', ownerSince: null, variables: {}, ...over };
}
const handedOff = { external_handoff: 'true' };

describe('a listed chat', () => {
  it('differs when its customer wrote what we do not know', () => {
    expect(findingOf(listed(), known({ lastCustomerAt: at(9) }), look)).toBe('differs');
    expect(findingOf(listed(), undefined, look)).toBe('differs');
    expect(findingOf(listed(), known(), look)).toBeNull();
    expect(findingOf(listed({ lastUserMessageAt: null }), undefined, look)).toBeNull();
  });

  it('is left alone while the webhook may still be under way', () => {
    expect(findingOf(listed({ lastUserMessageAt: at(31) }), known(), look)).toBeNull();
  });

  it('is suspected when its customer wrote since the webhook is known to have lost something', () => {
    expect(findingOf(listed(), known(), { ...look, thoroughFrom: at(5) })).toBe('suspected');
    expect(findingOf(listed(), known(), { ...look, thoroughFrom: at(11) })).toBeNull();
    expect(findingOf(listed(), known({ lastCustomerAt: at(9) }), { ...look, thoroughFrom: at(5) })).toBe('differs');
  });
});

describe('a chat whose notifications go to a developer’s machine', () => {
  const routed = listed({ variables: { ...handedOff, botmaker_agent_dev: 'dev-1' } });

  it('is not ours to answer: its messages were not lost, and its hand-off is meant for somebody else', () => {
    expect(findingOf(routed, known({ lastCustomerAt: at(9) }), { ...look, thoroughFrom: at(5) })).toBeNull();
    expect(newsOf(routed, known(), look)).toBeNull();
  });

  it('is ours again as soon as the mark is cleared', () => {
    const back = listed({ variables: { ...handedOff, botmaker_agent_dev: '' } });
    expect(findingOf(back, known({ lastCustomerAt: at(9) }), look)).toBe('differs');
    expect(newsOf(back, known(), look)).toEqual({ variables: handedOff });
  });
});

describe('the news of a listed chat', () => {
  it('is a hand-off that no webhook told, whatever the flow calls "yes"', () => {
    expect(newsOf(listed({ variables: { external_handoff: 'si' } }), known(), look)).toEqual({ variables: { external_handoff: 'si' } });
    expect(newsOf(listed({ variables: handedOff }), undefined, look)).toEqual({ variables: handedOff });
    expect(newsOf(listed({ variables: { external_handoff: true } }), known(), look)).toEqual({ variables: handedOff });
  });

  it('is told once: a value that we know is none', () => {
    expect(newsOf(listed({ variables: handedOff }), known({ variables: { external_handoff: '1' } }), look)).toBeNull();
    expect(newsOf(listed({ variables: { external_handoff: 'no' } }), known(), look)).toBeNull();
  });

  it('is that the flow took the chat back, but only when it says so: a variable that is not named may have expired', () => {
    const ours = known({ owner: 'agent', ownerSince: at(5), variables: handedOff });
    expect(newsOf(listed({ variables: { external_handoff: 'false' } }), ours, look)).toEqual({ variables: { external_handoff: 'false' } });
    expect(newsOf(listed(), ours, look)).toBeNull();
    expect(newsOf(listed({ variables: null }), ours, look)).toBeNull();
  });

  it('is the person who has a chat that we believe to be ours', () => {
    expect(newsOf(listed({ agentId: 'op-1' }), known({ owner: 'agent', ownerSince: at(5) }), look)).toEqual({ agentId: 'op-1' });
    expect(newsOf(listed({ agentId: 'op-1' }), known({ owner: 'human', ownerSince: at(5) }), look)).toBeNull();
  });

  it('is never a hand-off while a person has the chat', () => {
    expect(newsOf(listed({ agentId: 'op-1', variables: handedOff }), known(), look)).toBeNull();
  });

  it.each([
    ['the customer wrote just now', listed({ variables: handedOff, lastUserMessageAt: at(30) }), known()],
    ['a webhook told of it just now', listed({ variables: handedOff }), known({ lastNewsAt: at(30) })],
    ['it changed hands just now', listed({ variables: handedOff }), known({ ownerSince: at(30) })],
  ])('waits when %s: the listing may be older than what we know', (_when, chat, ours) => {
    expect(newsOf(chat, ours, look)).toBeNull();
  });
});
