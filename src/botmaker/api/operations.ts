import type { UpstreamName } from '../../platform/index.js';
import type { operations } from '../contract/api.types.js';

/** What we know of one operation of the API: where it is, how often it may be called, and whether calling it changes anything. */
export interface Operation {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** As the contract writes it, with its parameters in braces. */
  path: string;
  /** Documented limit: calls per window [O]. trigger-intent states none; ours is a courtesy. */
  limit: { calls: number; perMs: number };
  /**
   * True when the customer can see the effect. A failure after the request was written then leaves the outcome unknown;
   * for the others it only means "try again".
   */
  visible: boolean;
  /** Whose breaker and retry budget it belongs to. */
  upstream: UpstreamName;
  /** Who keeps the limit: its rate bucket, or the room of the credentials, which counts its refreshes itself and harder. */
  countedBy: 'bucket' | 'credentials';
}

const second = 1000;
const minute = 60_000;

/** The operations we use, by their `operationId` in the contract. */
export const apiOperations = {
  'send-messages': { method: 'POST', path: '/chats-actions/send-messages', limit: { calls: 350, perMs: second }, visible: true, upstream: 'botmaker-send', countedBy: 'bucket' },
  'trigger-intent': { method: 'POST', path: '/chats-actions/trigger-intent', limit: { calls: 100, perMs: second }, visible: true, upstream: 'botmaker-send', countedBy: 'bucket' },
  'send-read-typing-feedback': { method: 'POST', path: '/chats-actions/send-read-typing-feedback', limit: { calls: 45, perMs: second }, visible: false, upstream: 'botmaker-typing', countedBy: 'bucket' },
  'get-chat': { method: 'GET', path: '/chats/{chatReference}', limit: { calls: 3, perMs: second }, visible: false, upstream: 'botmaker-chat', countedBy: 'bucket' },
  'list-search-chats': { method: 'GET', path: '/chats', limit: { calls: 3, perMs: second }, visible: false, upstream: 'botmaker-listing', countedBy: 'bucket' },
  'list-messages': { method: 'GET', path: '/messages', limit: { calls: 5, perMs: second }, visible: false, upstream: 'botmaker-listing', countedBy: 'bucket' },
  'update-chat': { method: 'PATCH', path: '/chats/{chatReference}', limit: { calls: 3, perMs: second }, visible: false, upstream: 'botmaker-setup', countedBy: 'bucket' },
  'list-channels': { method: 'GET', path: '/channels', limit: { calls: 1, perMs: second }, visible: false, upstream: 'botmaker-setup', countedBy: 'bucket' },
  'list-intents': { method: 'GET', path: '/intents', limit: { calls: 1, perMs: second }, visible: false, upstream: 'botmaker-setup', countedBy: 'bucket' },
  'list-whatsapp-templates': { method: 'GET', path: '/whatsapp/templates', limit: { calls: 1, perMs: second }, visible: false, upstream: 'botmaker-setup', countedBy: 'bucket' },
  'list-webhooks': { method: 'GET', path: '/webhooks', limit: { calls: 1, perMs: second }, visible: false, upstream: 'botmaker-setup', countedBy: 'bucket' },
  'get-webhook': { method: 'GET', path: '/webhooks/{id}', limit: { calls: 5, perMs: second }, visible: false, upstream: 'botmaker-setup', countedBy: 'bucket' },
  'create-webhook-redirection-rule': { method: 'POST', path: '/webhooks/{id}/redirection-rules', limit: { calls: 5, perMs: second }, visible: false, upstream: 'botmaker-setup', countedBy: 'bucket' },
  'update-webhook-redirection-rule': { method: 'PATCH', path: '/webhooks/{webhookId}/redirection-rules/{ruleId}', limit: { calls: 5, perMs: second }, visible: false, upstream: 'botmaker-setup', countedBy: 'bucket' },
  'delete-webhook-redirection-rule': { method: 'DELETE', path: '/webhooks/{webhookId}/redirection-rules/{ruleId}', limit: { calls: 5, perMs: second }, visible: false, upstream: 'botmaker-setup', countedBy: 'bucket' },
  'refresh-api-credentials': { method: 'POST', path: '/auth/credentials', limit: { calls: 3, perMs: minute }, visible: false, upstream: 'botmaker-refresh', countedBy: 'credentials' },
} as const satisfies Partial<Record<keyof operations, Operation>>;

export type OperationName = keyof typeof apiOperations;

/** The path with its parameters filled in. A colon stays as it is: chat references are written with one [O]. */
export function filledPath(path: string, values: Readonly<Record<string, string>> = {}): string {
  return path.replace(/\{(\w+)\}/g, (_whole, name: string) => {
    const value = values[name];
    if (!value) throw new Error(`no ${name} is given for ${path}`);
    return encodeURIComponent(value).replaceAll('%3A', ':');
  });
}

type Content<T> = T extends { content: { 'application/json': infer B } } ? B : never;

/** The body that the contract declares for an operation. */
export type RequestBody<N extends OperationName> = Content<NonNullable<operations[N]['requestBody']>>;

/** The query parameters that the contract declares for an operation. */
export type Query<N extends OperationName> = NonNullable<operations[N]['parameters']['query']>;
