import { Injectable } from '@nestjs/common';
import { AppError } from '../../platform/index.js';
import type { OperationName } from '../api/operations.js';
import { BotmakerTransport, type ApiAnswer, type ApiRequest } from '../api/transport.client.js';
import { intentOf, itemsOf, lineOf, lineOfChat, ruleOf, templateOf, variablesOf, webhookOf } from './read-setup.js';
import type { IntentSetup, Line, RedirectionRule, TemplateSetup, WebhookSetup } from './setup.js';
import { TokenInForce } from './token-in-force.service.js';

/** Listings of the setup may be called once a second: who shares the account's limits waits for his turn. */
const waitMs = 30_000;

/** More pages than any flow has intents: a `nextPage` that leads in circles must not be followed for ever. */
const mostPages = 50;

/** What a rule says; its id is Botmaker's. */
export interface RuleText {
  url: string;
  name: string;
  match: Readonly<Record<string, string>>;
}

/**
 * How the account is set up, and the two things of it that we ever change: redirection rules of a webhook, and variables of
 * one chat. All calls are free of BI cost [O]. A refused token is told and not refreshed: this is where people look when
 * something is wrong with it. What is refused for its rate is asked once more, in its own time: once a second is little when
 * another integration uses the account, too, and nothing was done.
 */
@Injectable()
export class AccountClient {
  private clockAheadMs: number | null = null;

  constructor(
    private readonly transport: BotmakerTransport,
    private readonly token: TokenInForce,
  ) {}

  /** How far Botmaker's clock is ahead of this process's, give or take a second; null before the first answer. */
  get aheadMs(): number | null {
    return this.clockAheadMs;
  }

  async lines(): Promise<Line[]> {
    return itemsOf((await this.call('list-channels')).body).flatMap(lineOf);
  }

  /** The channels of yesterday's chats: one integration saw GET /channels answer 500, and looked here [1]. */
  async linesOfChats(): Promise<Line[]> {
    const lines = itemsOf((await this.call('list-search-chats')).body).flatMap(lineOfChat);
    return [...new Map(lines.map((line) => [line.id, line])).values()];
  }

  async webhooks(): Promise<WebhookSetup[]> {
    return itemsOf((await this.call('list-webhooks')).body).map(webhookOf);
  }

  /** With its rules whole. Null: there is none. */
  async webhook(id: string): Promise<WebhookSetup | null> {
    const answer = await this.found(this.call('get-webhook', { path: { id } }));
    return answer && webhookOf((answer.body ?? {}) as Record<string, unknown>);
  }

  async intents(): Promise<IntentSetup[]> {
    const intents: IntentSetup[] = [];
    let query: Record<string, string> | null = {};
    for (let page = 0; query !== null && page < mostPages; page++) {
      const { body }: ApiAnswer = await this.call('list-intents', { query });
      intents.push(...itemsOf(body).map(intentOf));
      const next = (body as { nextPage?: unknown } | null)?.nextPage;
      query = typeof next === 'string' && URL.canParse(next) ? Object.fromEntries(new URL(next).searchParams) : null;
    }
    return intents;
  }

  async templates(): Promise<TemplateSetup[]> {
    return itemsOf((await this.call('list-whatsapp-templates')).body).map(templateOf);
  }

  async createRule(webhookId: string, rule: RuleText): Promise<RedirectionRule> {
    return ruleOf((await this.call('create-webhook-redirection-rule', { path: { id: webhookId }, body: wire(rule) })).body);
  }

  async updateRule(webhookId: string, ruleId: string, rule: RuleText): Promise<void> {
    await this.call('update-webhook-redirection-rule', { path: { webhookId, ruleId }, body: wire(rule) });
  }

  /** One that is gone already is fine. */
  async deleteRule(webhookId: string, ruleId: string): Promise<void> {
    await this.found(this.call('delete-webhook-redirection-rule', { path: { webhookId, ruleId } }));
  }

  /** The variables of a chat, by `channelId:contactId`; null when Botmaker has no such chat, or none that was active within two months [O]. */
  async chatVariables(chatReference: string): Promise<Record<string, string> | null> {
    const answer = await this.found(this.call('get-chat', { path: { chatReference } }));
    return answer && variablesOf(answer.body);
  }

  async setChatVariables(chatReference: string, variables: Readonly<Record<string, string>>): Promise<void> {
    await this.call('update-chat', { path: { chatReference }, body: { variables } });
  }

  private async found(call: Promise<ApiAnswer>): Promise<ApiAnswer | null> {
    return call.catch((error: unknown) => {
      if (error instanceof AppError && error.kind === 'not-found') return null;
      throw error;
    });
  }

  private async call(name: OperationName, request: ApiRequest = {}): Promise<ApiAnswer> {
    const { accessToken } = await this.token.read();
    const ask = (): Promise<ApiAnswer> => this.transport.call(name, accessToken, { maxWaitMs: waitMs, ...request });
    const answer = await ask().catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'botmaker.rate-limited') return ask();
      throw error;
    });
    // The header counts whole seconds and cuts the rest off.
    if (answer.answeredAt) this.clockAheadMs = answer.answeredAt.getTime() + 500 - Date.now();
    return answer;
  }
}

/** A rule with one map: its variables must all match. */
const wire = ({ url, name, match }: RuleText): object => ({ URL: url, name, chatsMatchProps: [match] });
