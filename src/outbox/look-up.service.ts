import { Injectable } from '@nestjs/common';
import { BotmakerClient } from '../botmaker/index.js';
import { AppError } from '../platform/index.js';
import type { ChatQueue } from './chat-queue.store.js';
import { LookUpStore } from './look-up.store.js';
import { matchListing, skewMs, type Listed } from './match-listing.js';
import type { Messages } from './next-step.js';

/** A slot for the listing is waited for this long: a look that finds none has failed and is tried again, its worker is not kept. */
const slotWaitMs = 1000;

/** A message of ours as it was seen at Botmaker: the ids under which it stands there, and what told us. */
export interface Sighting {
  by: 'lookup' | 'variables';
  remoteIds: (string | null)[];
}

/** Looks for messages in doubt at Botmaker. Changes nothing. */
@Injectable()
export class LookUp {
  constructor(
    private readonly botmaker: BotmakerClient,
    private readonly store: LookUpStore,
  ) {}

  /** What was seen, by message; one that is missing is absent. Throws when the look proves nothing. */
  async look(queue: ChatQueue, messages: Messages): Promise<Map<string, Sighting>> {
    const [head] = messages;
    // What an intent says is the flow's and not known to us; the variables that it sets come back by the webhook.
    if (head.outgoing.kind === 'intent') return new Map(head.isEffectTold ? [[head.id, { by: 'variables', remoteIds: [null] }]] : []);
    const { unbound, canary } = await this.store.before(queue.chatId, messages.map(({ id }) => id));
    const since = new Date(Math.min(...unbound.map(({ sentAt }) => sentAt.getTime())) - skewMs);
    const listed: Listed[] = [];
    const ids = new Set<string>();
    for await (const { id, from, text, createdAt } of this.botmaker.messagesOf(queue.address, canary && canary.occurredAt < since ? canary.occurredAt : since, { maxWaitMs: slotWaitMs })) {
      ids.add(id);
      if (from === 'bot') listed.push({ id, text, createdAt });
    }
    const known = await this.store.known(listed.map(({ id }) => id));
    const seen = matchListing(unbound, listed.filter(({ id }) => !known.has(id)));
    const isComplete = messages.every(({ id }) => seen.has(id));
    if (!isComplete && canary && !ids.has(canary.remoteId)) {
      throw new AppError('upstream-unavailable', 'outbox.listing-late', 'Botmaker does not list yet what was said before our message');
    }
    return new Map([...seen].map(([id, remoteIds]) => [id, { by: 'lookup' as const, remoteIds }]));
  }
}
