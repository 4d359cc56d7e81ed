import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SecretMaker } from './load-config.js';

/** Generates a missing secret once and keeps it in `dataDir/secrets` (mode 0600). Never used in production. */
export const keptSecrets: SecretMaker = (name, dataDir) => {
  const folder = join(dataDir, 'secrets');
  const file = join(folder, name);
  const kept = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  // A file that a crash left empty holds no secret; an empty one must never be taken for a token.
  if (kept) return kept;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const value = randomBytes(32).toString(name === 'ENCRYPTION_KEY' ? 'base64' : 'base64url');
  writeFileSync(file, value, { mode: 0o600 });
  return value;
};
