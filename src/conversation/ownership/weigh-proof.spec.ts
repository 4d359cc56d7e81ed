import { describe, expect, it } from '@jest/globals';
import type { ChatProof } from '../../botmaker/index.js';
import type { Owner } from '../sorting.js';
import { weigh, type HeldOwner } from './weigh-proof.js';

const held = (owner: Owner, more: Partial<HeldOwner> = {}): HeldOwner => ({ owner, ownerReason: null, ownedMs: 600_000, wasPersonSeen: owner === 'human', isReturning: false, isSending: false, ...more });
const proof = (more: Partial<ChatProof>): ChatProof => ({ ageMs: 0, isKnown: true, agentId: null, queueId: null, isBotMuted: true, isHandedOver: true, windowClosesAt: null, ...more });
const ours = proof({});
const speaking = proof({ isBotMuted: false });
const persons = proof({ agentId: 'op-1' });
const nobodys = proof({ isHandedOver: false });

const outcome = (known: HeldOwner, seen: ChatProof): string => {
  const weighed = weigh(known, seen);
  return weighed.is === 'changed' ? `${weighed.change.from} to ${weighed.change.to}: ${weighed.change.reason}` : weighed.is;
};

describe('a look at who has a chat', () => {
  it.each<[Owner, ChatProof, string]>([
    ['agent', persons, 'agent to human: operator-has-chat'],
    ['flow', persons, 'flow to human: operator-has-chat'],
    ['human', persons, 'known'],
    ['human', ours, 'human to agent: released'],
    ['human', speaking, 'human to flow: released'],
    ['human', nobodys, 'unheld'],
    ['flow', ours, 'flow to agent: handed-off'],
    ['flow', speaking, 'known'],
    ['flow', nobodys, 'unheld'],
    ['agent', ours, 'known'],
  ])('that is the %s’s and shows %j is %s', (owner, seen, expected) => expect(outcome(held(owner), seen)).toBe(expected));

  it('takes it from the agent for nobody but a person: what it shows may be from before the hand-over', () => {
    for (const seen of [speaking, nobodys, proof({ isBotMuted: null, isHandedOver: null })]) expect(outcome(held('agent'), seen)).toBe('known');
  });

  it('does not take it from a queue that no person has come to yet, and knows the person who comes', () => {
    const waiting = held('human', { wasPersonSeen: false, ownerReason: 'handed-to-human' });
    for (const seen of [speaking, nobodys, proof({ queueId: 'soporte', isHandedOver: false })]) expect(outcome(waiting, seen)).toBe('known');
    expect(outcome(waiting, persons)).toBe('human to human: operator-has-chat');
  });

  it('takes it back from a queue that it never came into, once nothing of ours is under way', () => {
    const waiting = held('human', { wasPersonSeen: false, ownerReason: 'handed-to-human' });
    expect(outcome(waiting, ours)).toBe('human to agent: handing-failed');
    expect(outcome({ ...waiting, isSending: true }, ours)).toBe('known');
    expect(outcome({ ...waiting, ownedMs: 5000 }, ours)).toBe('known');
  });

  it('leaves a chat alone that is just being given back', () => {
    for (const seen of [ours, nobodys]) expect(outcome(held('flow', { isReturning: true }), seen)).toBe('known');
  });

  it('calls nobody’s only what is in no queue either', () => {
    expect(outcome(held('flow'), proof({ isHandedOver: false, queueId: 'soporte' }))).toBe('known');
    expect(outcome(held('flow'), proof({ isHandedOver: false, queueId: '_default_' }))).toBe('unheld');
    expect(outcome(held('flow'), proof({ isHandedOver: null }))).toBe('unheld');
  });

  it('that shows no chat, or says nothing of the mute, changes nothing', () => {
    for (const owner of ['flow', 'agent', 'human'] as const) expect(outcome(held(owner), proof({ isKnown: false, isBotMuted: null, isHandedOver: null }))).toBe('known');
    expect(outcome(held('human'), proof({ isBotMuted: null }))).toBe('known');
  });
});
