import { describe, expect, it } from '@jest/globals';
import { nextStep, type ReopeningFacts, type ReopeningStep } from './reopening.js';

const hour = 3_600_000;
const step = (facts: Partial<ReopeningFacts>): ReopeningStep => nextStep({ ageMs: hour, isAsked: false, isOptedOut: false, quietMs: 0, template: 'retomar', ...facts }, 48 * hour);

describe('a chat whose answer waits behind its window', () => {
  it('is asked by a template', () => expect(step({})).toEqual({ do: 'ask', template: 'retomar' }));
  it('is asked once: then its customer has the rest of the answer’s time', () => expect(step({ isAsked: true })).toEqual({ do: 'wait', inMs: 47 * hour, waitsFor: null }));
  it('is not asked in quiet hours', () => expect(step({ quietMs: 3 * hour })).toEqual({ do: 'wait', inMs: 3 * hour, waitsFor: 'quiet-hours' }));
  it('is not asked when its customer wants no such messages', () => expect(step({ isOptedOut: true })).toEqual({ do: 'wait', inMs: 47 * hour, waitsFor: 'opted-out' }));
  it('keeps its answer without a template, too: the customer may write by himself', () => {
    expect(step({ template: null })).toEqual({ do: 'wait', inMs: hour / 6, waitsFor: 'no-template' });
    expect(step({ template: undefined })).toEqual({ do: 'wait', inMs: hour / 60, waitsFor: 'templates-unseen' });
  });
  it('loses an answer that nobody came for in time, whatever else is the case', () => {
    for (const more of [{}, { isAsked: true }, { quietMs: hour }, { template: null }]) expect(step({ ...more, ageMs: 48 * hour })).toEqual({ do: 'expire' });
  });
  it('never waits beyond that time', () => expect(step({ ageMs: 48 * hour - 1000, quietMs: hour })).toMatchObject({ inMs: 1000 }));
});
