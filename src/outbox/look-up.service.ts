import { Injectable } from '@nestjs/common';
import { BotmakerClient } from '../botmaker/index.js';
import { AppError } from '../platform/index.js';
import type { ChatQueue } from './chat-queue.store.js';
import { LookUpStore } from './look-up.store.js';
import { matchListing, mayBe, skewMs, type Listed } from './match-listing.js';
import type { Messages } from './next-step.js';

/** A slot for the listing is waited for this long: a look that finds none has failed and is tried again, its worker is not kept. */
const slotWaitMs = 1000;

/** A message of ours as it was seen at Botmaker: the ids under which it stands there, and what told us. */
export interface Sighting {
  by: 'lookup' | 'variables';
  remoteIds: (string | null)[];
}

/** What one look at Botmaker shows: a message that is neither seen nor unclear is absent. */
export interface Look {
  seen: Map<string, Sighting>;
  /** Something stands there that may be it under other words. */
  unclear: ReadonlySet<string>;
}

/** Looks for messages in doubt at Botmaker. Changes nothing. */
@Injectable()
export class LookUp {
  constructor(
    private readonly botmaker: BotmakerClient,
    private readonly store: LookUpStore,
  ) {}

  /** Throws when the look proves nothing. */
  async look(queue: ChatQueue, messages: Messages): Promise<Look> {
    const [head] = messages;
    // What an intent says is the flow's and not known to us; the variables that it sets come back by the webhook.
    if (head.outgoing.kind === 'intent') return { seen: new Map(head.isEffectTold ? [[head.id, { by: 'variables', remoteIds: [null] }]] : []), unclear: new Set() };
    const { unbound, canary } = await this.store.before(queue.chatId, messages.map(({ id }) => id));
    const since = new Date(Math.min(...unbound.map(({ sentAt }) => sentAt.getTime())) - skewMs);
    const listed: (Listed & { hasOptions: boolean })[] = [];
    const ids = new Set<string>();
    for await (const { id, from, text, mediaUrl, hasOptions, createdAt } of this.botmaker.messagesOf(queue.address, canary && canary.occurredAt < since ? canary.occurredAt : since, { maxWaitMs: slotWaitMs })) {
      ids.add(id);
      if (from === 'bot') listed.push({ id, text: text ?? mediaUrl, hasOptions, createdAt });
    }
    const known = await this.store.known(listed.map(({ id }) => id));
    const free = listed.filter(({ id }) => !known.has(id));
    const seen = matchListing(unbound, free);
    const missing = messages.filter(({ id }) => !seen.has(id));
    if (missing.length > 0 && canary && !ids.has(canary.remoteId)) {
      throw new AppError('upstream-unavailable', 'outbox.listing-late', 'Botmaker does not list yet what was said before our message');
    }
    const taken = new Set([...seen.values()].flat());
    const left = free.filter(({ id }) => !taken.has(id));
    const unclear = missing.filter(({ outgoing }) => left.some((line) => mayBe(outgoing, since, line)));
    return {
      seen: new Map([...seen].map(([id, remoteIds]) => [id, { by: 'lookup', remoteIds }])),
      unclear: new Set(unclear.map(({ id }) => id)),
    };
  }
}
