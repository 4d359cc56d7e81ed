import { describe, expect, it } from '@jest/globals';
import { isSameMessage, type ToldMessage } from './same-message.js';

const at = (ms: number): Date => new Date(Date.UTC(2026, 2, 2, 15) + ms);
const told = (more: Partial<ToldMessage> = {}): ToldMessage => ({ text: '¿Hacen envíos?', remoteId: null, occurredAt: at(0), ...more });

describe('what both doors told', () => {
  it.each<[string, ToldMessage, ToldMessage]>([
    ['the same words at the same time', told(), told()],
    ['one of them without a date of its own', told(), told({ occurredAt: at(12_000) })],
    ['an id from one of them', told({ remoteId: 'A' }), told({ occurredAt: at(5000) })],
    ['two ids and one date: the doors do not name messages alike', told({ remoteId: 'A' }), told({ remoteId: 'B' })],
    ['white space around it, and another form of its accents', told(), told({ text: ' ¿Hacen envíos?'.normalize('NFD') })],
    ['a picture without words', told({ text: null }), told({ text: null })],
  ])('is one message by %s', (_what, one, other) => {
    expect([isSameMessage(one, other), isSameMessage(other, one)]).toEqual([true, true]);
  });

  it.each<[string, ToldMessage, ToldMessage]>([
    ['other words', told(), told({ text: '¿Hacen envios?' })],
    ['half a minute between them', told(), told({ occurredAt: at(30_001) })],
    ['two ids, and some seconds between them', told({ remoteId: 'A' }), told({ remoteId: 'B', occurredAt: at(2001) })],
    ['words and none', told(), told({ text: null })],
  ])('is two messages by %s', (_what, one, other) => {
    expect([isSameMessage(one, other), isSameMessage(other, one)]).toEqual([false, false]);
  });
});
