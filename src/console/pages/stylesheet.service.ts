import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Injectable } from '@nestjs/common';

const beside = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');

/** The console's one style sheet and its icon, read once. The sheet's address changes with its content, so browsers may keep it for ever. */
@Injectable()
export class Stylesheet {
  readonly css = beside('./console.css');
  readonly icon = beside('./icon.svg');
  readonly href = `/console/console.css?v=${createHash('sha256').update(this.css).digest('hex').slice(0, 12)}`;
}
