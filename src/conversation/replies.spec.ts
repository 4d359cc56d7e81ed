import { describe, expect, it } from '@jest/globals';
import { capReplies, fallbackReplies, farewell, repliesTo } from './replies.js';

const rules = { handoffVariable: 'external_handoff', returnIntent: 'VOLVER', humanIntent: 'PERSONA' };
const cleared = { external_handoff: 'false' };

describe('what a decision leads to', () => {
  it('an answer is sent part by part, and the chat stays ours', () => {
    expect(repliesTo({ kind: 'answer', parts: ['uno', 'dos'] }, rules)).toEqual({
      outgoing: [{ kind: 'markdown', text: 'uno' }, { kind: 'markdown', text: 'dos' }], owner: 'agent', outcome: 'answered',
    });
  });

  it('an answer says its words, then shows its media, and asks last', () => {
    const media = [{ url: 'https://a.test/t.png', text: 'Talles' }, { url: 'https://a.test/b.pdf' }];
    const options = { title: '¿Cuál?', choices: [{ title: 'S' }, { title: 'M' }] };
    expect(repliesTo({ kind: 'answer', parts: ['Mirá:'], media, options }, rules).outgoing).toEqual([
      { kind: 'markdown', text: 'Mirá:' },
      { kind: 'attachment', url: 'https://a.test/t.png', text: 'Talles' },
      { kind: 'attachment', url: 'https://a.test/b.pdf' },
      { kind: 'options', question: '¿Cuál?', choices: [{ title: 'S' }, { title: 'M' }] },
    ]);
  });

  it('a choice keeps its intent only when it is a configured one, by its name or by what it is for', () => {
    const choices = ['menu', 'Menú', 'persona', 'VOLVER', 'PERSONA', 'BORRAR_TODO', 'constructor', ''].map((intent) => ({ title: intent || 'nada', intent }));
    const [asked] = repliesTo({ kind: 'answer', parts: [], options: { title: '¿Qué?', choices } }, rules).outgoing;
    expect(asked?.kind === 'options' && asked.choices.map(({ intent }) => intent)).toEqual(['VOLVER', 'VOLVER', 'PERSONA', 'VOLVER', 'PERSONA', undefined, undefined, undefined]);
    const [without] = repliesTo({ kind: 'answer', parts: [], options: { title: '¿Qué?', choices } }, { ...rules, returnIntent: null, humanIntent: null }).outgoing;
    expect(without?.kind === 'options' && without.choices.every((choice) => !('intent' in choice))).toBe(true);
  });

  it('silence sends nothing', () => {
    expect(repliesTo({ kind: 'silent', why: 'thanks' }, rules)).toEqual({ outgoing: [], owner: 'agent', outcome: 'silent' });
  });

  it('a hand-over to a person says goodbye first, then triggers the intent that also clears the variable', () => {
    expect(repliesTo({ kind: 'to-human', why: 'asks', parts: ['Te paso'] }, rules)).toEqual({
      outgoing: [{ kind: 'markdown', text: 'Te paso' }, { kind: 'intent', intentIdOrName: 'PERSONA', variables: cleared }], owner: 'human', outcome: 'handed-to-human',
    });
  });

  it('without an intent for people the chat goes back to the flow instead of to nobody', () => {
    expect(repliesTo({ kind: 'to-human', why: 'asks', parts: [] }, { ...rules, humanIntent: null })).toMatchObject({ owner: 'flow', outcome: 'returned-to-flow' });
  });

  it('an intent that the model names itself is not triggered: only the configured one is', () => {
    const { outgoing } = repliesTo({ kind: 'to-flow', intent: 'BORRAR_TODO', why: 'customer asked', parts: [] }, rules);
    expect(outgoing).toEqual([{ kind: 'intent', intentIdOrName: 'VOLVER', variables: cleared }]);
  });

  it('without a return intent the chat stays ours, because a chat that nobody holds is silent', () => {
    expect(repliesTo({ kind: 'to-flow', intent: null, why: 'done', parts: ['Listo'] }, { ...rules, returnIntent: null })).toEqual({
      outgoing: [{ kind: 'markdown', text: 'Listo' }], owner: 'agent', outcome: 'answered',
    });
  });

  it('a failed agent says the configured sentence and gives the chat back', () => {
    expect(fallbackReplies('Disculpá', rules)).toEqual({
      outgoing: [{ kind: 'text', text: 'Disculpá' }, { kind: 'intent', intentIdOrName: 'VOLVER', variables: cleared }], owner: 'flow', outcome: 'agent-failed',
    });
  });

  it('a customer who says goodbye is told the same, and the flow has him; where nothing leads to it, he stays ours', () => {
    const back = { kind: 'intent', intentIdOrName: 'VOLVER', variables: cleared };
    expect(farewell('Chau', 'closed-by-customer', rules)).toEqual({ outgoing: [{ kind: 'text', text: 'Chau' }, back], owner: 'flow', outcome: 'closed-by-customer' });
    expect(farewell('', 'closed-by-customer', rules)).toEqual({ outgoing: [back], owner: 'flow', outcome: 'closed-by-customer' });
    expect(farewell('Listo', 'opted-out', { ...rules, returnIntent: null })).toEqual({ outgoing: [{ kind: 'text', text: 'Listo' }], owner: 'agent', outcome: 'opted-out' });
  });

  it('who was answered as often as may be goes to a person, or else to the flow', () => {
    expect(capReplies('Te derivo', rules)).toEqual({ outgoing: [{ kind: 'text', text: 'Te derivo' }, { kind: 'intent', intentIdOrName: 'PERSONA', variables: cleared }], owner: 'human', outcome: 'reply-cap' });
    expect(capReplies('Te derivo', { ...rules, humanIntent: null })).toMatchObject({ outgoing: [{}, { intentIdOrName: 'VOLVER' }], owner: 'flow', outcome: 'reply-cap' });
  });
});
