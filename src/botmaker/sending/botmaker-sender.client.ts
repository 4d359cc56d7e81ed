import { Injectable } from '@nestjs/common';
import { Upstreams } from '../../platform/index.js';
import { AuthorizedApi } from '../api/authorized-api.client.js';
import { chatReference } from '../api/chat-reference.js';
import type { RequestBody } from '../api/operations.js';
import type { ApiAnswer } from '../api/transport.client.js';
import type { ChatAddress } from '../formats/index.js';

export type OutgoingMessage = NonNullable<RequestBody<'send-messages'>['messages']>[number];

/** Botmaker took a request into its queue. `notificationId` is null when the answer named none. */
export interface Accepted {
  httpStatus: number;
  notificationId: string | null;
}

export interface IntentCall {
  intentIdOrName: string;
  variables: Record<string, string>;
  webhookPayload: string;
}

/**
 * The calls by which a customer sees something. They have a door of their own, which the import rules open to the outbox
 * alone: whatever is sent goes through the place that sends it once.
 */
@Injectable()
export class BotmakerSender {
  constructor(
    private readonly api: AuthorizedApi,
    private readonly upstreams: Upstreams,
  ) {}

  /** How long to send nothing, in milliseconds, because Botmaker keeps failing; 0: send. Ask before claiming. */
  restMs(): number {
    return this.upstreams.restMs('botmaker-send');
  }

  /**
   * Sends messages in order, in one call. 202 means queued: delivery is told later by echo and status.
   * `lastLook` is called right before the request is written and may throw. `isRetry`: Botmaker was asked before to send them.
   */
  async sendMessages(chat: ChatAddress, messages: OutgoingMessage[], lastLook: () => void, isRetry = false): Promise<Accepted> {
    const body: RequestBody<'send-messages'> = { chat: chatReference(chat), messages };
    return accepted(await this.api.call('send-messages', { body, lastLook, isRetry }));
  }

  /** Runs an intent of the flow or a WhatsApp template in the chat; `variables` are set before it runs. */
  async triggerIntent(chat: ChatAddress, intent: IntentCall, lastLook: () => void, isRetry = false): Promise<Accepted> {
    const body: RequestBody<'trigger-intent'> = { chat: chatReference(chat), ...intent };
    return accepted(await this.api.call('trigger-intent', { body, lastLook, isRetry }));
  }
}

/** Live answers were seen with `requestId` instead of `webhookNotificationId` [1]. */
function accepted({ status, body }: ApiAnswer): Accepted {
  const ids = (body ?? {}) as Record<string, unknown>;
  const given = [ids['webhookNotificationId'], ids['requestId'], ids['id']].find((id) => typeof id === 'string' && id !== '');
  return { httpStatus: status, notificationId: (given as string | undefined) ?? null };
}
