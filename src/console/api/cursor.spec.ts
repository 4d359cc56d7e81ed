import { describe, expect, it } from '@jest/globals';
import { AppError } from '../../platform/index.js';
import { conversationCursor, entryCursor, timelineCursor, turnCursor } from './cursor.js';

const at = new Date('2026-03-02T14:00:00.123Z');
const id = '0195d2a0-0000-7000-8000-000000000001';

describe('cursors', () => {
  it('read back the position they were written from', () => {
    expect(entryCursor.read(entryCursor.write(9_007_199_254_740_993n))).toBe(9_007_199_254_740_993n);
    expect(turnCursor.read(turnCursor.write({ at, runId: id }))).toEqual({ at, runId: id });
    expect(conversationCursor.read(conversationCursor.write({ at, chatId: id }))).toEqual({ at, chatId: id });
    const spot = { at, kind: 'entry', id: '00000000000000000042' } as const;
    expect(timelineCursor.read(timelineCursor.write(spot))).toEqual(spot);
  });

  it('are absent when nothing was given, and are safe in a URL', () => {
    expect(entryCursor.read(undefined)).toBeNull();
    expect(timelineCursor.write({ at, kind: 'turn', id })).toMatch(/^[\w-]+$/);
  });

  it.each(['', ' ', 'x', entryCursor.write(1n), Buffer.from('turns now x').toString('base64url'), Buffer.from(`turns ${at.toISOString()} ${id} more`).toString('base64url'), `${turnCursor.write({ at, runId: id })}=`, 'é'])(
    'refuse %j, which this list never gave',
    (text) => {
      expect(() => turnCursor.read(text)).toThrow(AppError);
    },
  );
});
