import { describe, expect, it } from '@jest/globals';
import { actOn, type Silence } from './silence.js';

const silence = (more: Partial<Silence> = {}): Silence => ({ owner: 'agent', acts: 0, hasTurn: false, hasMail: false, hasAnswer: false, isAnswerUnknown: false, isReturning: false, isUnheld: false, ...more });

describe('a customer who waits', () => {
  it('for a person, or for a flow that speaks, is not ours to answer: the chat is only listed', () => {
    for (const owner of ['human', 'flow'] as const) expect(actOn(silence({ owner, hasMail: true, acts: 3 }))).toEqual({ do: 'nothing' });
  });

  it('in a chat that is muted and nobody’s gets the flow back', () => {
    expect(actOn(silence({ owner: 'flow', isUnheld: true }))).toEqual({ do: 'give-back', isSorry: false });
    expect(actOn(silence({ owner: 'flow', isUnheld: true, isReturning: true }))).toEqual({ do: 'nothing' });
  });

  it('for us is left to the turn or the answer that is under way', () => {
    for (const more of [{ hasTurn: true }, { hasAnswer: true }]) expect(actOn(silence({ ...more, hasMail: true, acts: 2 }))).toEqual({ do: 'nothing' });
  });

  it('has his mail sorted, or read again, once', () => {
    expect(actOn(silence({ hasMail: true }))).toEqual({ do: 'sort' });
    expect(actOn(silence())).toEqual({ do: 'reopen' });
  });

  it('and goes on waiting is told that we can’t, and gets the flow back', () => {
    expect(actOn(silence({ acts: 1 }))).toEqual({ do: 'give-back', isSorry: true });
    expect(actOn(silence({ acts: 1, hasMail: true }))).toEqual({ do: 'give-back', isSorry: true });
  });

  it('for an answer that he may have seen gets no second one, and no excuse', () => {
    expect(actOn(silence({ isAnswerUnknown: true }))).toEqual({ do: 'give-back', isSorry: false });
  });
});
