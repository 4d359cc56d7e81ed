import { describe, expect, it } from '@jest/globals';
import { stepIn, type QuietChat } from './inactivity.js';

const [warnAfterMs, returnAfterMs] = [300_000, 1_800_000];
const rules = { warnAfterMs, warnText: '¿?', returnAfterMs };
const quiet = (quietMs: number, more: Partial<QuietChat> = {}): QuietChat => ({ quietMs, isWarned: false, isOptedOut: false, isBusy: false, isStranded: false, ...more });

describe('a customer’s silence', () => {
  it('leads to nothing, to a warning, to the flow, each in its time', () => {
    expect(stepIn(quiet(1000), rules)).toEqual({ do: 'wait', inMs: warnAfterMs - 1000 });
    expect(stepIn(quiet(warnAfterMs), rules)).toEqual({ do: 'warn' });
    expect(stepIn(quiet(warnAfterMs + 1000, { isWarned: true }), rules)).toEqual({ do: 'wait', inMs: returnAfterMs - warnAfterMs - 1000 });
    expect(stepIn(quiet(returnAfterMs, { isWarned: true }), rules)).toEqual({ do: 'return' });
  });

  it('that was overlooked so long leads to the flow, without a warning that warns of nothing', () => expect(stepIn(quiet(returnAfterMs + 1), rules)).toEqual({ do: 'return' }));

  it('leads to what is configured', () => {
    expect(stepIn(quiet(returnAfterMs), { ...rules, returnAfterMs: null })).toEqual({ do: 'warn' });
    expect(stepIn(quiet(warnAfterMs), { ...rules, warnAfterMs: null })).toEqual({ do: 'wait', inMs: returnAfterMs - warnAfterMs });
    expect(stepIn(quiet(returnAfterMs * 9, { isWarned: true }), { ...rules, returnAfterMs: null }).do).toBe('wait');
    expect(stepIn(quiet(returnAfterMs * 9), { ...rules, warnAfterMs: null, returnAfterMs: null }).do).toBe('wait');
  });

  it('of somebody who wants no messages is not broken by a warning', () => expect(stepIn(quiet(warnAfterMs, { isOptedOut: true }), rules)).toEqual({ do: 'wait', inMs: returnAfterMs - warnAfterMs }));

  it('is none while something of the chat is under way', () => expect(stepIn(quiet(returnAfterMs, { isBusy: true }), rules).do).toBe('wait'));

  it('does not give a chat to a flow that has not taken it', () => expect(stepIn(quiet(returnAfterMs, { isStranded: true }), rules).do).toBe('wait'));
});
