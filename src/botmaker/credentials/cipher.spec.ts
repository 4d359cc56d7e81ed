import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Cipher } from './cipher.js';

const key = randomBytes(32).toString('base64');
const cipher = new Cipher(key);
const identity = 'credential:1:3';
const secret = '{"accessToken":"eyJ.ñandú.🙂","refreshToken":null}';

/** Where each part of a sealed value begins and ends. */
const regions = [
  ['format', 0, 1],
  ['key id', 1, 5],
  ['iv', 5, 17],
  ['tag', 17, 33],
  ['ciphertext', 33, 33 + Buffer.byteLength(secret)],
] as const;

describe('a sealed secret', () => {
  it('opens with its key and its identity', () => {
    expect(cipher.open(cipher.seal(secret, identity), identity)).toBe(secret);
    expect(new Cipher(key).open(new Uint8Array(cipher.seal('', identity)), identity)).toBe('');
  });

  it('shows nothing of what it holds, and never looks the same twice', () => {
    const [one, two] = [cipher.seal(secret, identity), cipher.seal(secret, identity)];
    expect(one.equals(two)).toBe(false);
    expect(one.includes('eyJ') || one.includes('Token')).toBe(false);
    expect(one).toHaveLength(33 + Buffer.byteLength(secret));
  });

  it.each(regions)('does not open when one bit of any byte of its %s was changed', (_name, from, to) => {
    const sealed = cipher.seal(secret, identity);
    for (let at = from; at < to; at++) {
      const damaged = Buffer.from(sealed);
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      expect(() => cipher.open(damaged, identity)).toThrow();
    }
  });

  it('does not open at any shorter length', () => {
    const sealed = cipher.seal(secret, identity);
    for (let length = 0; length < sealed.length; length++) expect(() => cipher.open(sealed.subarray(0, length), identity)).toThrow();
    expect(() => cipher.open(Buffer.concat([sealed, Buffer.from([0])]), identity)).toThrow();
  });

  it('does not accept a shortened tag, which would be easier to forge', () => {
    const sealed = cipher.seal('', identity);
    for (const tagLength of [4, 8, 12, 13, 14, 15]) expect(() => cipher.open(sealed.subarray(0, 17 + tagLength), identity)).toThrow();
  });

  it('does not open in another row or as another version', () => {
    const sealed = cipher.seal(secret, identity);
    for (const other of ['credential:1:4', 'credential:2:3', '']) expect(() => cipher.open(sealed, other)).toThrow();
  });

  it('says that the key was changed when it was sealed with another one', () => {
    const other = new Cipher(randomBytes(32).toString('base64'));
    expect(() => other.open(cipher.seal(secret, identity), identity)).toThrow(expect.objectContaining({ code: 'credential.key-changed' }));
  });
});

describe('a fingerprint', () => {
  it('is the same for the same secret under the same key, and tells nothing without it', () => {
    expect(cipher.fingerprint('a').equals(new Cipher(key).fingerprint('a'))).toBe(true);
    expect(cipher.fingerprint('a').equals(cipher.fingerprint('b'))).toBe(false);
    expect(cipher.fingerprint('a').equals(new Cipher(randomBytes(32).toString('base64')).fingerprint('a'))).toBe(false);
  });
});
