import { describe, expect, it } from '@jest/globals';
import { callName } from './call-name.js';

describe('the name of a call', () => {
  it('is the same for the same arguments, in whatever order they were written', () => {
    expect(callName('book', { day: 'lunes', who: { name: 'Ana', age: 3 } })).toBe(callName('book', { who: { age: 3, name: 'Ana' }, day: 'lunes' }));
    expect(callName('book', { day: 'lunes', note: undefined })).toBe(callName('book', { day: 'lunes' }));
  });

  it('is another one for another tool, value, type or order of a list', () => {
    const names = [callName('book', { a: 1 }), callName('cancel', { a: 1 }), callName('book', { a: 2 }), callName('book', { a: '1' }), callName('book', { a: [1, 2] }), callName('book', { a: [2, 1] }), callName('book', { a: null }), callName('book', {})];
    expect(new Set(names).size).toBe(names.length);
  });

  it('says nothing of what the arguments were', () => {
    expect(callName('book', { phone: '5491150001234' })).toMatch(/^book-[0-9a-f]{16}$/);
  });
});
