import { Injectable } from '@nestjs/common';
import { AccountClient, type Line, type WebhookSetup } from '../../botmaker/index.js';
import { AppError } from '../../platform/index.js';
import { isSameUrl } from '../judge/our-webhook.js';
import { lineName } from '../judge/judge-lines.js';
import { OwnConfig, webhookAddress } from '../own-config.service.js';
import { ownMark, planConnect, planDisconnect, type Step } from './plan-redirection.js';

/** A chat, and what it should be routed by. */
export interface Wish {
  contactId: string;
  /** Id or number of the line; null: the only one. */
  line: string | null;
  /** Null: the mark that is made for this chat. */
  variable: { name: string; value: string } | null;
}

/** Makes and removes the redirection rule of one chat. Both may be done any number of times. */
@Injectable()
export class Redirection {
  constructor(
    private readonly account: AccountClient,
    private readonly own: OwnConfig,
  ) {}

  /** Resolves with the steps; `isDry`: that would be done. */
  async connect(wish: Wish, url: string, isDry: boolean): Promise<Step[]> {
    const line = await this.lineOf(wish.line);
    const chat = `${line.id}:${wish.contactId}`;
    const webhook = await this.webhookOf(line);
    const target = targetOf(url);
    if (isSameUrl(target, webhook.url)) throw new AppError('invalid', 'doctor.address-refused', 'this is the webhook’s own address: its chats arrive there already');
    const variables = await this.account.chatVariables(chat);
    if (variables === null) throw new AppError('not-found', 'doctor.chat-unknown', `Botmaker has no chat of this contact on the line ${lineName(line)}: write to it first`);
    const match = wish.variable ? { [wish.variable.name]: wish.variable.value } : ownMark(chat);
    return this.perform(planConnect({ chat, url: target, match }, this.own.conversation.handoffVariable, { rules: webhook.rules, variables }), { webhook, chat, isDry });
  }

  async disconnect(wish: Omit<Wish, 'variable'>, isDry: boolean): Promise<Step[]> {
    const line = await this.lineOf(wish.line);
    const chat = `${line.id}:${wish.contactId}`;
    const webhook = await this.webhookOf(line);
    const variables = (await this.account.chatVariables(chat)) ?? {};
    return this.perform(planDisconnect(chat, { rules: webhook.rules, variables }), { webhook, chat, isDry });
  }

  private async perform(steps: Step[], { webhook, chat, isDry }: { webhook: WebhookSetup & { id: string }; chat: string; isDry: boolean }): Promise<Step[]> {
    if (!isDry) for (const step of steps) await this.do(step, webhook.id, chat);
    return steps;
  }

  private async do(step: Step, webhookId: string, chat: string): Promise<void> {
    switch (step.kind) {
      case 'create-rule':
        await this.account.createRule(webhookId, step.rule);
        return;
      case 'update-rule':
        return this.account.updateRule(webhookId, step.ruleId, step.rule);
      case 'delete-rule':
        return this.account.deleteRule(webhookId, step.ruleId);
      case 'set-variables':
        return this.account.setChatVariables(chat, step.variables);
    }
  }

  private async lineOf(idOrNumber: string | null): Promise<Line> {
    const lines = (await this.account.lines()).filter(({ isActive }) => isActive !== false);
    const fitting = idOrNumber === null ? lines.filter(({ platform }) => platform === 'whatsapp') : lines.filter(({ id, number }) => id === idOrNumber || number === idOrNumber);
    const [line] = fitting;
    if (line && fitting.length === 1) return line;
    throw new AppError('invalid', 'doctor.line-unclear', `name the line with --line, by its id or number: the account has ${lines.map(lineName).join(', ') || 'none that is active'}`);
  }

  /** A channel has one webhook at most [O]. */
  private async webhookOf(line: Line): Promise<WebhookSetup & { id: string }> {
    const listed = (await this.account.webhooks()).find(({ id, lineIds }) => id !== null && (lineIds?.includes(line.id) ?? id === line.webhookId));
    const whole = listed?.id ? await this.account.webhook(listed.id) : null;
    if (!whole || !listed?.id) throw new AppError('not-found', 'doctor.no-webhook', `no webhook tells of the line ${lineName(line)}`);
    return { ...whole, id: listed.id };
  }
}

/** Botmaker calls nobody without HTTPS [O]; only the account that runs here reaches a plain address, on this machine. */
function targetOf(given: string): string {
  const url = URL.canParse(given) ? new URL(given) : null;
  const isHere = url !== null && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname);
  if (!url || (url.protocol !== 'https:' && !(url.protocol === 'http:' && isHere))) {
    throw new AppError('invalid', 'doctor.address-refused', 'the address must begin with https://');
  }
  return url.pathname === '/' ? webhookAddress(url.origin) : url.href;
}
