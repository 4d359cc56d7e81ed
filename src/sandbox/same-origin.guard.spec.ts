import { describe, expect, it } from '@jest/globals';
import { isFromElsewhere } from './same-origin.guard.js';

const host = 'localhost:3000';

describe('where a request was made', () => {
  it('is here when the browser names our own origin', () => {
    expect(isFromElsewhere(host, { origin: 'http://localhost:3000' })).toBe(false);
    expect(isFromElsewhere('LocalHost:3000', { origin: 'http://localhost:3000' })).toBe(false);
    expect(isFromElsewhere(host, { 'sec-fetch-site': 'same-origin' })).toBe(false);
  });

  it('is elsewhere for another host or port, a neighbouring site, and an origin that hides', () => {
    expect(isFromElsewhere(host, { origin: 'http://localhost:8080', 'sec-fetch-site': 'same-site' })).toBe(true);
    expect(isFromElsewhere(host, { origin: 'https://example.com' })).toBe(true);
    expect(isFromElsewhere(host, { 'sec-fetch-site': 'same-site' })).toBe(true);
    expect(isFromElsewhere(host, { 'sec-fetch-site': 'none' })).toBe(true);
    expect(isFromElsewhere(host, { origin: 'null' })).toBe(true);
    expect(isFromElsewhere(host, { origin: 'null', 'sec-fetch-site': 'same-origin' })).toBe(false);
  });

  it('is a script of the user’s own when nothing is said', () => {
    expect(isFromElsewhere(host, {})).toBe(false);
  });
});
