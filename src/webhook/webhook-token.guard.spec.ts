import { describe, expect, it } from '@jest/globals';
import { Secret, WebhookConfig } from '../platform/index.js';
import { WebhookTokenGuard } from './webhook-token.guard.js';

const token = 'Zx9-current_token.1234';
const previous = 'Zx9-previous_token.98';

const guardFor = (...tokens: string[]): WebhookTokenGuard => new WebhookTokenGuard(new WebhookConfig(tokens.map((value) => new Secret(value)), []));
const allows = (guard: WebhookTokenGuard, ...rawHeaders: string[]): boolean => guard.allows({ rawHeaders: ['Host', 'example.com', ...rawHeaders, 'Accept', '*/*'] });

const refused: Record<string, string[]> = {
  'no header': [],
  'an empty header': ['auth-bm-token', ''],
  'the token in another header': ['authorization', token],
  'the token as a bearer': ['auth-bm-token', `Bearer ${token}`],
  'a header that begins alike': ['auth-bm-token-2', token],
  'a header with an underscore': ['auth_bm_token', token],
  'the token as a name of a header': [token, 'auth-bm-token'],
  'the header twice': ['auth-bm-token', token, 'auth-bm-token', token],
  'the header twice, wrong first': ['auth-bm-token', 'wrong', 'auth-bm-token', token],
  'the header twice, wrong last': ['auth-bm-token', token, 'Auth-Bm-Token', 'wrong'],
  'the header twice, empty first': ['auth-bm-token', '', 'auth-bm-token', token],
  'the token twice with a comma': ['auth-bm-token', `${token}, ${token}`],
  'the token and a comma': ['auth-bm-token', `${token},`],
  'the token and a space': ['auth-bm-token', `${token} `],
  'a space and the token': ['auth-bm-token', ` ${token}`],
  'the token and a NUL': ['auth-bm-token', `${token}\0`],
  'the token in quotes': ['auth-bm-token', `"${token}"`],
  'the token without its last character': ['auth-bm-token', token.slice(0, -1)],
  'the token without its first character': ['auth-bm-token', token.slice(1)],
  'the token and one character more': ['auth-bm-token', `${token}4`],
  'another last character': ['auth-bm-token', `${token.slice(0, -1)}5`],
  'another first character': ['auth-bm-token', `z${token.slice(1)}`],
  'capitals': ['auth-bm-token', token.toUpperCase()],
  'small letters': ['auth-bm-token', token.toLowerCase()],
  'the token backwards': ['auth-bm-token', [...token].reverse().join('')],
  'the token in base64': ['auth-bm-token', Buffer.from(token).toString('base64')],
  'the token percent-encoded': ['auth-bm-token', token.replace('_', '%5F')],
  'ten kilobytes': ['auth-bm-token', 'x'.repeat(10 * 1024)],
  'ten kilobytes that begin with the token': ['auth-bm-token', token.padEnd(10 * 1024, 'x')],
  'letters that look alike': ['auth-bm-token', token.replace('c', 'с')],
  'bytes above ASCII': ['auth-bm-token', 'Ã±'.repeat(20)],
  'the word undefined': ['auth-bm-token', 'undefined'],
  'what a secret prints as': ['auth-bm-token', '[secret]'],
  'the token that was replaced': ['auth-bm-token', previous],
};

describe('WebhookTokenGuard', () => {
  it.each(['auth-bm-token', 'Auth-Bm-Token', 'AUTH-BM-TOKEN'])('lets the token in under the name %s', (name) => {
    expect(allows(guardFor(token), name, token)).toBe(true);
  });

  it.each(Object.entries(refused))('refuses %s', (_what, headers) => {
    expect(allows(guardFor(token), ...headers)).toBe(false);
  });

  it('accepts either of two tokens while one is being replaced, and no third', () => {
    const guard = guardFor(token, previous);
    expect([token, previous].map((given) => allows(guard, 'auth-bm-token', given))).toEqual([true, true]);
    expect([`${token},${previous}`, token + previous, 'neither-of-them'].map((given) => allows(guard, 'auth-bm-token', given))).toEqual([false, false, false]);
  });

  it('does not open for an empty token that was configured by mistake', () => {
    expect(allows(guardFor(''), 'auth-bm-token', '')).toBe(false);
  });

  it('refuses to exist without a token: the door would be open', () => {
    expect(() => guardFor()).toThrow('no webhook token is configured');
  });
});
