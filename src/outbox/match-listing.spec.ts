import { describe, expect, it } from '@jest/globals';
import type { Outgoing } from './message.js';
import { matchListing, mayBe, skewMs, type Listed, type Unbound } from './match-listing.js';

const sentAt = new Date('2026-03-02T14:00:00Z');
const at = (seconds: number): Date => new Date(sentAt.getTime() + seconds * 1000);
const ours = (id: string, text = 'Ok!', facts: Partial<Unbound> = {}): Unbound => ({ id, text, sentAt, isAccepted: false, wasResent: false, ...facts });
const line = (id: string, text: string | null = 'Ok!', seconds = 1): Listed => ({ id, text, createdAt: at(seconds) });
const matched = (unbound: Unbound[], listed: Listed[]): Record<string, string[]> => Object.fromEntries(matchListing(unbound, listed));

describe('what Botmaker lists', () => {
  it('stands for the message with the same words, up to Unicode form and white space', () => {
    expect(matched([ours('a', 'Son  *2* días.\nÁrbol')], [line('r', ' Son *2* días. A\u0301rbol')])).toEqual({ a: ['r'] });
    expect(matched([ours('a')], [line('r', 'Ok'), line('s', null)])).toEqual({});
  });

  it('stands for one message each: of twenty equal texts, as many are there as are listed, the first ones', () => {
    const twenty = Array.from({ length: 20 }, (_, part) => ours(`p${part}`));
    const seven = Array.from({ length: 7 }, (_, index) => line(`r${index}`, 'Ok!', index));
    const seen = matched(twenty, [...seven].reverse());
    expect(seen).toEqual(Object.fromEntries(seven.map(({ id }, index) => [`p${index}`, [id]])));
  });

  it('stands for nothing that was sent later, but for what clocks that differ may misplace', () => {
    expect(matched([ours('a')], [line('r', 'Ok!', -(skewMs + 1) / 1000)])).toEqual({});
    expect(matched([ours('a')], [line('r', 'Ok!', -skewMs / 1000)])).toEqual({ a: ['r'] });
  });

  it('stands first for those that Botmaker said it took: a doubt is not settled by its neighbour’s copy', () => {
    const neighbours = [ours('taken', 'Ok!', { sentAt: at(-20), isAccepted: true }), ours('doubted')];
    expect(matched(neighbours, [line('r', 'Ok!', -19)])).toEqual({ taken: ['r'] });
    expect(matched(neighbours, [line('r', 'Ok!', -19), line('s', 'Ok!', 1)])).toEqual({ taken: ['r'], doubted: ['s'] });
  });

  it('and is left over, stands for the second copy of what was sent twice', () => {
    expect(matched([ours('a', 'Ok!', { wasResent: true })], [line('r', 'Ok!', 1), line('s', 'Ok!', 95)])).toEqual({ a: ['r', 's'] });
    expect(matched([ours('a')], [line('r', 'Ok!', 1), line('s', 'Ok!', 95)])).toEqual({ a: ['r'] });
  });

  it('settles each part of a call by itself', () => {
    expect(matched([ours('a', 'uno'), ours('b', 'dos'), ours('c', 'uno')], [line('r', 'dos'), line('s', 'uno', 2)])).toEqual({ a: ['s'], b: ['r'] });
  });
});

describe('what is listed and stands for none of ours', () => {
  const list: Outgoing = { kind: 'list', text: '¿Cuál?', button: 'Ver', rows: [{ id: 'S', title: 'S' }] };
  const buttons: Outgoing = { kind: 'buttons', text: '¿Cuál?', buttons: [{ label: 'S', intent: 'X' }] };
  const media: Outgoing = { kind: 'media', url: 'https://a.test/t.png', mimeType: 'image/png', filename: 't.png' };
  const may = (outgoing: Outgoing, text: string | null, hasOptions = false, seconds = 1): boolean => mayBe(outgoing, sentAt, { ...line('r', text, seconds), hasOptions });

  it('may be a medium of ours under an address of Botmaker’s own', () => {
    expect([may(media, 'https://storage.test/x'), may(media, 'Hola'), may(media, null), may(media, 'https://storage.test/x', false, -1)]).toEqual([true, false, false, false]);
  });

  it('may be our list or buttons in other words', () => {
    for (const asked of [list, buttons]) {
      expect([may(asked, 'otra cosa', true), may(asked, null), may(asked, '¿Cuál?\n1. S'), may(asked, 'Hola'), may(asked, '¿Cuál?\n1. S', true, -1)]).toEqual([true, true, true, false, false]);
    }
  });

  it('is no text of ours: a text has its own words', () => {
    expect([may({ kind: 'text', text: 'Hola' }, 'Hola!', true), may({ kind: 'intent', intentIdOrName: 'X', variables: {} }, null)]).toEqual([false, false]);
  });
});
