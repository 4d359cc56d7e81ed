import { randomBytes } from 'node:crypto';
import type { Channel } from './chats/channel.js';
import { webchatChannel, whatsappChannel } from './chats/channel.js';
import { DEFAULT_FLOW, type FlowConfig } from './flow/flow-config.js';
import { newId, newJwt } from './ids.js';

/**
 * A duration in ms, or a function asked anew each time, with the text of the message that it is about ('' when it has none):
 * a seeded run draws its lags from it.
 */
export type Delay = number | ((text: string) => number);

export interface WebhookFlags {
  readonly notifyUserMessages: boolean;
  readonly notifyBotMessages: boolean;
  readonly notifyOperatorMessages: boolean;
  readonly notifyStatusChanges: boolean;
  readonly includeVariableChanges: boolean;
}

/** What is known to differ between accounts, or is not documented at all: an app must work with each. */
export interface CorrelationOptions {
  /** Where a sent message's echo carries our marks. */
  readonly echoCarries: 'clientPayload' | 'txId' | 'both' | 'none';
  /** One envelope for all messages of a call, or one each. */
  readonly echoEnvelope: 'per-message' | 'per-call';
  /** `foreign`: an `intentTxId` that matches nothing the app knows, as one integration found [1]. */
  readonly statusCarries: 'intentTxId' | 'foreign' | 'nothing';
  /** `requestId`: one live account answered with the message's own id under that name [1]. */
  readonly acceptedAs: 'webhookNotificationId' | 'requestId';
  /** Variable webhooks report only the changed variables, or all of the chat. */
  readonly variablesCarried: 'changed' | 'all';
}

export interface TwinSettings extends CorrelationOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly host: string;
  /** The twin's wall clock: rate limits, mute, window, sessions and times in bodies. Delays run in real time. */
  readonly now: () => Date;
  readonly businessId: string;
  readonly line: string;
  readonly channels: readonly Channel[];
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly clientId: string;
  readonly secretId: string;
  /**
   * Whether a rotated token dies at once. Unknown of the platform: treat as yes [G]. `firstRefreshToken` is the one that the
   * account's owner was shown: it may outlive those that came after it.
   */
  readonly rotation: { readonly oldAccessToken: 'dies' | 'lives'; readonly oldRefreshToken: 'dies' | 'lives'; readonly firstRefreshToken: 'dies' | 'lives' };
  readonly rateLimits: 'documented' | 'off';
  readonly webhookUrl: string | null;
  readonly webhookToken: string;
  readonly webhookFlags: WebhookFlags;
  /** `backoffMs` doubles with each try, up to `maxBackoffMs`. */
  readonly webhookRetry: { readonly attempts: number; readonly backoffMs: number; readonly maxBackoffMs: number; readonly timeoutMs: number };
  /** The platform promises no order; per chat is what it mostly does. */
  readonly webhookOrder: 'per-chat' | 'none';
  /** More than `failures` in `windowMs` stop all notifications for `openMs`, and they are lost [O]. */
  readonly breaker: { readonly failures: number; readonly windowMs: number; readonly openMs: number };
  readonly flow: FlowConfig;
  readonly echo: { readonly on: boolean; readonly delayMs: Delay };
  /** From acceptance; null: this status never comes (a customer without read receipts). */
  readonly statusDelays: { readonly sentMs: Delay; readonly deliveredMs: Delay; readonly readMs: Delay | null };
  /** How much later than its creation GET /messages lists a message. */
  readonly listingDelayMs: Delay;
  /** How much later than its 202 a triggered intent runs. */
  readonly intentDelayMs: Delay;
  readonly muteMs: number;
}

type Nested = 'rotation' | 'webhookFlags' | 'webhookRetry' | 'breaker' | 'flow' | 'echo' | 'statusDelays';

export type TwinOptions = Partial<Omit<TwinSettings, Nested>> & { readonly [K in Nested]?: Partial<TwinSettings[K]> };

export function settingsFrom(options: TwinOptions): TwinSettings {
  const now = options.now ?? ((): Date => new Date());
  const businessId = options.businessId ?? 'acmebot';
  const line = options.line ?? '5491150000001';
  return {
    ...defaults(businessId, line, now),
    ...options,
    rotation: { oldAccessToken: 'dies', oldRefreshToken: 'dies', firstRefreshToken: 'dies', ...options.rotation },
    webhookFlags: {
      notifyUserMessages: true,
      notifyBotMessages: true,
      notifyOperatorMessages: true,
      notifyStatusChanges: true,
      includeVariableChanges: true,
      ...options.webhookFlags,
    },
    // Ten seconds is the documented patience of the platform [O]; its back-off is not known, this one suits tests.
    webhookRetry: { attempts: 5, backoffMs: 200, maxBackoffMs: 10_000, timeoutMs: 10_000, ...options.webhookRetry },
    breaker: { failures: 100, windowMs: 600_000, openMs: 600_000, ...options.breaker },
    flow: { ...DEFAULT_FLOW, ...options.flow },
    echo: { on: true, delayMs: 20, ...options.echo },
    statusDelays: { sentMs: 40, deliveredMs: 80, readMs: 160, ...options.statusDelays },
  };
}

export function drawn(delay: Delay, text = ''): number {
  return typeof delay === 'function' ? delay(text) : delay;
}

function defaults(businessId: string, line: string, now: () => Date): Omit<TwinSettings, Nested> {
  return {
    port: 0,
    host: '127.0.0.1',
    now,
    businessId,
    line,
    channels: [whatsappChannel(businessId, line), webchatChannel(businessId)],
    accessToken: newJwt(businessId, 'twin', now()),
    refreshToken: newJwt(businessId, 'twin-refresh', now()),
    clientId: 'AcmeClient',
    secretId: newId(28),
    rateLimits: 'documented',
    webhookUrl: null,
    webhookToken: randomBytes(24).toString('base64url'),
    webhookOrder: 'per-chat',
    listingDelayMs: 0,
    intentDelayMs: 0,
    muteMs: 30 * 60 * 1000,
    echoCarries: 'both',
    echoEnvelope: 'per-message',
    statusCarries: 'intentTxId',
    acceptedAs: 'webhookNotificationId',
    variablesCarried: 'changed',
  };
}
