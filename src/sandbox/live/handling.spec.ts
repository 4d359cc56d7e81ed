import { describe, expect, it } from '@jest/globals';
import { handlingOf } from './handling.read-model.js';
import { runIdIn } from './chat-view.js';

const runId = '019f2f6e-0000-7000-8000-000000000001';
const read = { state: 'read', reason: null, runId };
const finished = (outcome: string, ...states: string[]) => ({ state: 'finished', outcome, reason: null, messages: states.map((state) => ({ state, doubtUntil: null })) });

describe('what became of a customer’s message', () => {
  it('is known from its turn', () => {
    expect(handlingOf({ state: 'received', reason: null, runId: null }, undefined)).toEqual({ state: 'waiting', outcome: null, runId: null });
    expect(handlingOf(read, { state: 'running', outcome: null, reason: null, messages: [] })).toMatchObject({ state: 'thinking' });
    expect(handlingOf(read, finished('answered', 'read', 'delivered'))).toMatchObject({ state: 'done', outcome: 'Respondido', runId });
    expect(handlingOf(read, { state: 'skipped', outcome: null, reason: 'owned-by-human', messages: [] })).toMatchObject({ state: 'done', outcome: 'Una persona atiende el chat' });
  });

  it('is the reason for which it was left to somebody else', () => {
    expect(handlingOf({ state: 'ignored', reason: 'not-handed-off', runId: null }, undefined)).toMatchObject({ state: 'ignored', outcome: 'El flujo no derivó el chat' });
  });

  it('is not "answered" before the answer is out', () => {
    expect(handlingOf(read, finished('answered', 'accepted', 'planned'))).toMatchObject({ state: 'sending' });
    expect(handlingOf(read, finished('answered', 'read', 'dead'))).toMatchObject({ state: 'problem', outcome: 'La respuesta no se entregó' });
    const inDoubt = { ...finished('answered'), messages: [{ state: 'sending', doubtUntil: new Date() }] };
    expect(handlingOf(read, inDoubt)).toMatchObject({ state: 'problem', outcome: 'Envío en duda: se espera el eco' });
  });
});

describe('the run that a message names', () => {
  it('is read from our payload and from nobody else’s', () => {
    expect(runIdIn(JSON.stringify({ v: 1, runId, message: 'm', part: 0 }))).toBe(runId);
    for (const foreign of [undefined, '', 'campaña', '{', '{"runId":7}', '[1]', '{"other":"x"}']) expect(runIdIn(foreign)).toBeNull();
  });
});
