import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { keptSecrets } from './kept-secrets.js';

describe('secrets generated outside production', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'kept-secrets-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  it('are made once and found again', () => {
    const first = keptSecrets('ADMIN_API_KEY', dir);
    expect(first.length).toBeGreaterThanOrEqual(24);
    expect(keptSecrets('ADMIN_API_KEY', dir)).toBe(first);
    expect(keptSecrets('BM_SECURITY_TOKEN', dir)).not.toBe(first);
  });

  it('can be read by their owner alone', () => {
    keptSecrets('BM_ACCESS_TOKEN', join(dir, 'new', 'folder'));
    const folder = join(dir, 'new', 'folder', 'secrets');
    expect((statSync(join(folder, 'BM_ACCESS_TOKEN')).mode & 0o777).toString(8)).toBe('600');
    expect((statSync(folder).mode & 0o777).toString(8)).toBe('700');
  });

  it('are a key of 32 bytes where one is needed', () => {
    expect(Buffer.from(keptSecrets('ENCRYPTION_KEY', dir), 'base64')).toHaveLength(32);
  });

  it('are made anew when a crash left the file empty: an empty token would open the door', () => {
    keptSecrets('BM_SECURITY_TOKEN', dir);
    const file = join(dir, 'secrets', 'BM_SECURITY_TOKEN');
    writeFileSync(file, '\n');
    const again = keptSecrets('BM_SECURITY_TOKEN', dir);
    expect(again).not.toBe('');
    expect(readFileSync(file, 'utf8')).toBe(again);
  });
});
