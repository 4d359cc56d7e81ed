import { createHash, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AccountClient, TokenInForce, type WebhookSetup } from '../../botmaker/index.js';
import { toAppError, WebhookConfig, type Secret } from '../../platform/index.js';
import type { AccountFacts, JudgedWebhook, Seen } from '../facts.js';
import { DatabaseLook } from './database-look.store.js';

/** Whatever comes of it, or the code of the error. */
export async function seen<T>(look: Promise<T>): Promise<Seen<T>> {
  return look.then((value) => ({ value }), (error: unknown) => ({ unseen: toAppError(error).code }));
}

/** Reads how Botmaker's account is set up: five or six calls, none of which costs the account anything [O]. */
@Injectable()
export class AccountLook {
  constructor(
    private readonly config: WebhookConfig,
    private readonly account: AccountClient,
    private readonly token: TokenInForce,
    private readonly database: DatabaseLook,
  ) {}

  async look(): Promise<AccountFacts> {
    const { accessToken: _kept, ...token } = await this.token.read();
    const webhooks = await seen(this.webhooks());
    return {
      token,
      webhooks,
      lines: await this.lines(),
      intents: await seen(this.account.intents()),
      templates: await seen(this.account.templates()),
      knownLineIds: await this.database.knownLineIds().catch(() => null),
    };
  }

  /** The listing shows a rule's address alone; where there are rules, each webhook is asked for. */
  private async webhooks(): Promise<JudgedWebhook[]> {
    const listed = await this.account.webhooks();
    const whole: WebhookSetup[] = [];
    for (const webhook of listed) whole.push(webhook.rules.length > 0 && webhook.id !== null ? await this.withRules(webhook, webhook.id) : webhook);
    return whole.map(({ token, ...rest }) => ({ ...rest, tokenIs: token && this.whose(token) }));
  }

  private async withRules(listed: WebhookSetup, id: string): Promise<WebhookSetup> {
    const rules = await this.account.webhook(id).then((one) => one?.rules, () => null);
    return rules ? { ...listed, rules } : listed;
  }

  private async lines(): Promise<AccountFacts['lines']> {
    const listed = await seen(this.account.lines());
    if ('value' in listed) return { value: { lines: listed.value, from: 'channels' } };
    if (listed.unseen !== 'botmaker.unavailable') return listed;
    const ofChats = await seen(this.account.linesOfChats());
    return 'value' in ofChats ? { value: { lines: ofChats.value, from: 'chats' } } : listed;
  }

  /** Digests are compared, as at the door: the time tells nothing about the token. */
  private whose(token: Secret): JudgedWebhook['tokenIs'] {
    const given = digest(token);
    const [current, previous] = this.config.tokens.map((ours) => timingSafeEqual(digest(ours), given));
    return current ? 'current' : previous ? 'previous' : 'other';
  }
}

const digest = (token: Secret): Buffer => createHash('sha256').update(token.reveal()).digest();
