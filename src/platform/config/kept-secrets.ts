import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SecretMaker } from './load-config.js';

/** Generates a missing secret once and keeps it in `dataDir/secrets` (mode 0600). Never used in production. */
export function keptSecrets(dataDir: string): SecretMaker {
  return (name) => {
    const folder = join(dataDir, 'secrets');
    const file = join(folder, name);
    if (existsSync(file)) return readFileSync(file, 'utf8').trim();
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const value = randomBytes(32).toString(name === 'ENCRYPTION_KEY' ? 'base64' : 'base64url');
    writeFileSync(file, value, { mode: 0o600 });
    return value;
  };
}
