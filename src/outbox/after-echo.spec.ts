import { describe, expect, it } from '@jest/globals';
import { afterEcho, type Copy, type SeenMessage } from './after-echo.js';

const message = (facts: Partial<SeenMessage> = {}): SeenMessage => ({ state: 'sending', text: 'Ok!', remoteId: null, ...facts });
const copy = (facts: Partial<Copy> = {}): Copy => ({ remoteId: 'R1', text: 'Ok!', isKnown: false, ...facts });

describe('a copy of a message that is seen at Botmaker', () => {
  it('proves that Botmaker has it, under this id', () => {
    expect(afterEcho(message(), copy())).toEqual({ becomes: 'accepted', remoteId: 'R1', isDuplicate: false });
  });

  it.each(['sending', 'retrying', 'planned', 'expired', 'unknown'] as const)('moves a message that is %s on: a doubt is over, a resend is off', (state) => {
    expect(afterEcho(message({ state }), copy()).becomes).toBe('accepted');
  });

  it.each(['accepted', 'sent', 'delivered', 'read', 'dead'] as const)('takes nothing back from one that is %s', (state) => {
    expect(afterEcho(message({ state }), copy())).toEqual({ becomes: null, remoteId: 'R1', isDuplicate: false });
  });

  it('under another id is one copy too many, whether the resend had been confirmed or its state had moved on', () => {
    for (const state of ['sending', 'accepted', 'read'] as const) expect(afterEcho(message({ state, remoteId: 'R2' }), copy()).isDuplicate).toBe(true);
  });

  it('of a medium under another id is one too many under whatever address: it can not have been cut in two', () => {
    const [ours, theirs] = ['https://a.test/t.png', 'https://storage.test/x'];
    expect(afterEcho(message({ state: 'accepted', remoteId: 'R2', text: ours }), copy({ text: theirs })).isDuplicate).toBe(true);
    expect(afterEcho(message({ state: 'accepted', remoteId: 'R2', text: ours }), copy({ text: 'Mirá' })).isDuplicate).toBe(false);
  });

  it.each<[string, Partial<Copy>]>([
    ['the id is the one that it has', { remoteId: 'R2', isKnown: true }],
    ['the id stands for another message of ours, with the same words', { isKnown: true }],
    ['there is no id', { remoteId: null }],
    ['the words are others: the platform cut a long text in two', { text: 'Ok' }],
  ])('is none too many when %s', (_why, facts) => {
    expect(afterEcho(message({ state: 'accepted', remoteId: 'R2' }), copy(facts))).toEqual({ becomes: null, remoteId: null, isDuplicate: false });
  });
});
