import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto';
import { AppError } from '../../platform/index.js';

const format = 1;
const ivLength = 12;
const tagLength = 16;
const keyIdLength = 4;

/**
 * AES-256-GCM with the row's identity as additional data, so that a sealed value can't be moved to another row or version.
 * Layout: format (1) | key id (4) | iv (12) | tag (16) | ciphertext.
 */
export class Cipher {
  private readonly key: Buffer;
  private readonly keyId: Buffer;

  constructor(keyBase64: string) {
    this.key = Buffer.from(keyBase64, 'base64');
    this.keyId = createHash('sha256').update(this.key).digest().subarray(0, keyIdLength);
  }

  seal(plain: string, identity: string): Buffer {
    const iv = randomBytes(ivLength);
    const cipher = createCipheriv('aes-256-gcm', this.key, iv).setAAD(Buffer.from(identity));
    const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
    return Buffer.concat([Buffer.from([format]), this.keyId, iv, cipher.getAuthTag(), sealed]);
  }

  /** Throws `credential.key-changed` when the value was sealed with another ENCRYPTION_KEY. */
  open(sealed: Uint8Array, identity: string): string {
    const bytes = Buffer.from(sealed);
    const ivAt = 1 + keyIdLength;
    const tagAt = ivAt + ivLength;
    const textAt = tagAt + tagLength;
    if (bytes[0] !== format || !bytes.subarray(1, ivAt).equals(this.keyId)) {
      throw new AppError('bug', 'credential.key-changed', 'the stored credentials were sealed with another ENCRYPTION_KEY: set the old key again, or delete the row and set BM_ACCESS_TOKEN anew');
    }
    // The length is given: without it Node takes a tag that was cut to 4 bytes, which can be guessed.
    const decipher = createDecipheriv('aes-256-gcm', this.key, bytes.subarray(ivAt, tagAt), { authTagLength: tagLength });
    decipher.setAAD(Buffer.from(identity)).setAuthTag(bytes.subarray(tagAt, textAt));
    return Buffer.concat([decipher.update(bytes.subarray(textAt)), decipher.final()]).toString('utf8');
  }

  /** A keyed fingerprint: tells whether a secret is still the same without keeping it. */
  fingerprint(text: string): Buffer {
    return createHmac('sha256', this.key).update(text).digest();
  }
}
