import { describe, expect, it } from '@jest/globals';
import { isOpen, quietForMs, wallClock } from './daily-hours.js';

const hours = [
  { days: ['mon' as const, 'tue' as const], from: '09:00', to: '18:00' },
  { days: ['sat' as const], from: '10:00', to: '24:00' },
];

describe('the hours of a line', () => {
  it.each([
    ['2026-03-02T12:00:00Z', 'America/Bogota', false], // Monday, 7:00
    ['2026-03-02T14:00:00Z', 'America/Bogota', true], // 9:00 to the minute
    ['2026-03-02T22:59:00Z', 'America/Bogota', true],
    ['2026-03-02T23:00:00Z', 'America/Bogota', false], // 18:00 is over
    ['2026-03-02T23:00:00Z', 'America/Tijuana', true], // 15:00 there
    ['2026-03-04T15:00:00Z', 'America/Bogota', false], // Wednesday
    ['2026-03-08T02:30:00Z', 'America/Sao_Paulo', true], // Saturday, 23:30, and Sunday by UTC
  ])('at %s in %s: open %j', (at, timeZone, open) => {
    expect(isOpen({ hours, timeZone }, new Date(at))).toBe(open);
  });

  it('are not known where nobody configured them', () => {
    expect(isOpen({ hours: null, timeZone: 'UTC' }, new Date())).toBeNull();
  });

  it('begin a day at 00:00, never at 24:00', () => {
    expect(wallClock(new Date('2026-03-02T03:00:00Z'), 'America/Argentina/Buenos_Aires')).toEqual({ day: 'mon', time: '00:00' });
  });
});

describe('the quiet hours of a line', () => {
  const minutes = (at: string, quietHours: { from: string; to: string } | null): number => quietForMs({ quietHours, timeZone: 'America/Bogota' }, new Date(at)) / 60_000;

  it.each([
    ['2026-03-02T02:59:00Z', 0], // 21:59 there
    ['2026-03-02T03:00:00Z', 600], // 22:00: until 8:00
    ['2026-03-02T12:59:00Z', 1],
    ['2026-03-02T13:00:00Z', 0],
  ])('from the evening to the morning, at %s: %j minutes are left', (at, left) => expect(minutes(at, { from: '22:00', to: '08:00' })).toBe(left));

  it('may lie within a day, or be the whole of it', () => {
    expect(minutes('2026-03-02T18:30:00Z', { from: '13:00', to: '14:00' })).toBe(30);
    expect(minutes('2026-03-02T18:30:00Z', { from: '00:00', to: '24:00' })).toBe(630);
    expect(minutes('2026-03-02T18:30:00Z', null)).toBe(0);
  });
});
