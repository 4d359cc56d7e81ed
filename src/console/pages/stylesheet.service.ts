import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Injectable } from '@nestjs/common';

/** The console's one style sheet, read once. Its address changes with its content, so browsers may keep it for ever. */
@Injectable()
export class Stylesheet {
  readonly css = readFileSync(new URL('./console.css', import.meta.url), 'utf8');
  readonly href = `/console/console.css?v=${createHash('sha256').update(this.css).digest('hex').slice(0, 12)}`;
}
