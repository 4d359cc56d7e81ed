import type { Secret } from '../../platform/index.js';

/*
 * What an account is set to, as the API shows it. Hardly any field of these answers is required by the contract, so each may be
 * missing: null then says "Botmaker does not tell", never "no".
 */

/** A channel of the account. */
export interface Line {
  id: string;
  platform: string | null;
  name: string | null;
  /** WhatsApp: the line's own number. */
  number: string | null;
  isActive: boolean | null;
  webhookId: string | null;
  status: string | null;
  quality: string | null;
  isTrial: boolean | null;
}

/** What a webhook can be told to notify. */
export const webhookFlags = ['notifyUserMessages', 'notifyBotMessages', 'notifyOperatorMessages', 'notifyStatusChanges', 'includeVariableChanges'] as const;
export type WebhookFlag = (typeof webhookFlags)[number];

export interface WebhookSetup {
  id: string | null;
  isActive: boolean | null;
  url: string | null;
  /** Both answers show it [O]. */
  token: Secret | null;
  version: string | null;
  lineIds: readonly string[] | null;
  flags: Readonly<Record<WebhookFlag, boolean | null>> | null;
  rules: readonly RedirectionRule[];
}

/** Sends what concerns the matching chats to another address. The listing of webhooks shows no more of it than the address [O]. */
export interface RedirectionRule {
  id: string | null;
  url: string | null;
  name: string | null;
  /** A chat matches when all variables of one of the maps have these values; null: not told. */
  match: readonly Readonly<Record<string, string>>[] | null;
}

export interface IntentSetup {
  id: string | null;
  name: string | null;
  botName: string | null;
  isActive: boolean | null;
}

export interface TemplateSetup {
  name: string | null;
  /** APPROVED, REJECTED, ACCOUNT_PENDING or BOTMAKER_PENDING [O]. */
  state: string | null;
  category: string | null;
  /** Numbers of the lines that may send it; null: not told. */
  lineNumbers: readonly string[] | null;
  /** The bot that a chat is moved to when the template is triggered [O]. */
  botName: string | null;
}
