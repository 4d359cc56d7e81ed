import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import { WebhookConfig } from '../platform/index.js';

/** The header in which Botmaker sends the webhook's token: a static shared secret, no signature [O]. */
const headerName = 'auth-bm-token';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * Whether the caller knows the webhook's token. Closed unless proved: no header, an empty one, or the header given twice
 * (Node would join the two with a comma) is a refusal. Digests are compared, so that neither the time nor an exception on
 * different lengths tells anything about the token; while it is being replaced, either of two is accepted.
 */
@Injectable()
export class WebhookTokenGuard {
  private readonly accepted: readonly Buffer[];

  constructor(config: WebhookConfig) {
    this.accepted = config.tokens.map((token) => digest(token.reveal()));
    if (this.accepted.length === 0) throw new Error('no webhook token is configured: the door would be open');
  }

  allows(request: Pick<IncomingMessage, 'rawHeaders'>): boolean {
    const given = tokenOf(request.rawHeaders);
    if (!given) return false;
    const presented = digest(given);
    // Every comparison is made, whatever the first one said.
    return this.accepted.map((token) => timingSafeEqual(token, presented)).includes(true);
  }
}

function tokenOf(rawHeaders: readonly string[]): string | null {
  let token: string | null = null;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (rawHeaders[at]?.toLowerCase() !== headerName) continue;
    if (token !== null) return null;
    token = rawHeaders[at + 1] ?? '';
  }
  return token;
}
