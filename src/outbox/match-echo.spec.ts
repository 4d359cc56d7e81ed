import { describe, expect, it } from '@jest/globals';
import { matchEcho, type EchoCandidate, type EchoMarks } from './match-echo.js';

const text = (id: string, over: Partial<EchoCandidate> = {}): EchoCandidate => ({ id, text: 'Ok!', state: 'accepted', remoteId: null, notificationId: null, wasInDoubt: false, wasResent: false, ...over });
const echo = (over: Partial<EchoMarks> = {}): EchoMarks => ({ callIds: [], namesCall: false, text: 'Ok!', isOperators: false, ...over });
const ofCall = (callId: string, over: Partial<EchoMarks> = {}): EchoMarks => echo({ callIds: [callId], namesCall: true, ...over });

describe('an echo that names its call', () => {
  it('is of the part of that call with its words, else of the first that has no id yet', () => {
    const parts = [text('a', { text: 'Hola', notificationId: 'call' }), text('b', { notificationId: 'call' })];
    expect(matchEcho(parts, ofCall('call'))).toEqual({ id: 'b', by: 'notification' });
    expect(matchEcho(parts, ofCall('call', { text: 'changed on the way' }))).toEqual({ id: 'a', by: 'notification' });
  });

  it('is of the second of two equal parts when the first has its id and the call was not answered', () => {
    const parts = [text('a', { notificationId: 'call', remoteId: 'one' }), text('b', { state: 'sending', wasInDoubt: true })];
    expect(matchEcho(parts, ofCall('call'))).toEqual({ id: 'b', by: 'text' });
  });

  it('is not of an older text of another call, though its words are the same', () => {
    expect(matchEcho([text('old', { notificationId: 'another' }), text('new', { state: 'sending' })], ofCall('call'))).toEqual({ id: 'new', by: 'text' });
  });

  it('is of the text that is under way, not of one that was given up', () => {
    expect(matchEcho([text('old', { state: 'unknown', wasInDoubt: true }), text('new', { state: 'sending' })], ofCall('call'))).toEqual({ id: 'new', by: 'text' });
  });

  it('is a second copy when every text with its words has an id', () => {
    expect(matchEcho([text('a', { notificationId: 'call', remoteId: 'one' })], ofCall('call'))).toEqual({ id: 'a', by: 'notification' });
  });
});

describe('an echo of a medium', () => {
  const [words, picture] = [text('a', { text: 'Mirá:', notificationId: 'call' }), text('b', { text: 'https://a.test/t.png', notificationId: 'call' })];

  it('is of a medium of the call that it names, also under an address of Botmaker’s own, and the echo of a text is of a text', () => {
    expect(matchEcho([words, picture], ofCall('call', { text: 'https://storage.test/x' }))).toEqual({ id: 'b', by: 'notification' });
    expect(matchEcho([picture, words], ofCall('call', { text: 'changed on the way' }))).toEqual({ id: 'a', by: 'notification' });
  });

  it('without any id is known by its address alone', () => {
    expect(matchEcho([words, picture], echo({ text: 'https://a.test/t.png' }))).toEqual({ id: 'b', by: 'text' });
    expect(matchEcho([words, picture], echo({ text: 'https://storage.test/x' }))).toBeNull();
  });
});

describe('an echo that carries nothing but its words', () => {
  it('is of the first text with them that Botmaker may have', () => {
    const said = [text('planned', { state: 'planned' }), text('failed', { state: 'dead', wasInDoubt: true }), text('a'), text('b')];
    expect(matchEcho(said, echo())).toEqual({ id: 'a', by: 'text' });
  });

  it('is of what was sent twice when nothing else is left', () => {
    expect(matchEcho([text('a', { remoteId: 'one' }), text('b', { remoteId: 'two', wasResent: true })], echo())).toEqual({ id: 'b', by: 'text' });
    expect(matchEcho([text('a', { remoteId: 'one' })], echo())).toBeNull();
  });

  it('proves nothing when an operator says them', () => {
    expect(matchEcho([text('a', { wasResent: true })], echo({ isOperators: true }))).toBeNull();
  });
});
