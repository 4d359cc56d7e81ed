import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newDataDir } from './running-app.js';

/** A file of the channels with this text. Resolves to its path; the run's folder is removed at its end. */
export function channelsFile(yaml: string): string {
  const path = join(newDataDir(), 'channels.yaml');
  writeFileSync(path, yaml);
  return path;
}
