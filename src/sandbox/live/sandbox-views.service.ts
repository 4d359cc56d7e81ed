import { Injectable } from '@nestjs/common';
import { AgentConfig } from '../../platform/index.js';
import { Breakage } from '../controls/breakage.service.js';
import { SandboxCustomers, type Customer } from '../controls/customers.service.js';
import type { MishapName, SwitchName } from '../controls/mishaps.js';
import { BotmakerTwin } from '../twin/index.js';
import { chatView, type ChatView } from './chat-view.js';
import type { EntryLine } from './entry-line.js';
import { LogViews } from './log-views.service.js';

/** What is true of the account as a whole. */
export interface AccountView {
  /** `provider:model`; null is the offline answerer. */
  model: string | null;
  customers: Customer[];
  /** Requests of ours that the official contract does not allow. There must be none. */
  violations: { operation: string; reason: string; at: string }[];
  armed: MishapName[];
  switches: Record<SwitchName, boolean>;
  droppedWebhooks: number;
}

/** All that the page shows. */
export interface SandboxState {
  account: AccountView;
  chats: ChatView[];
  entries: EntryLine[];
}

/** Puts together what the twin and the log know. */
@Injectable()
export class SandboxViews {
  constructor(
    private readonly twin: BotmakerTwin,
    private readonly customers: SandboxCustomers,
    private readonly breakage: Breakage,
    private readonly log: LogViews,
    private readonly agent: AgentConfig,
  ) {}

  async state(): Promise<SandboxState> {
    const chatIds = this.customers.all().flatMap(({ chatId }) => (chatId === null ? [] : [chatId]));
    const [chats, entries] = await Promise.all([this.chats(chatIds), this.log.entriesOf(chatIds)]);
    return { account: this.account(), chats, entries };
  }

  account(): AccountView {
    return {
      model: this.agent.model,
      customers: this.customers.all(),
      violations: this.twin.violations.map(({ operation, reason, at }) => ({ operation, reason, at: at.toISOString() })),
      armed: this.breakage.armed,
      switches: this.breakage.switches,
      droppedWebhooks: this.twin.webhookAttempts.filter(({ outcome }) => outcome === 'dropped').length,
    };
  }

  async chats(chatIds: readonly string[]): Promise<ChatView[]> {
    const views = await Promise.all(chatIds.map((chatId) => this.chat(chatId)));
    return views.filter((view) => view !== null);
  }

  private async chat(chatId: string): Promise<ChatView | null> {
    const [ours, handlings] = await Promise.all([this.log.standingOf(chatId), this.log.handlingsOf(chatId)]);
    // The twin last: what it says is then newer than what the log said, as in life.
    const chat = this.twin.chat(chatId);
    return chat ? chatView(chat, ours, handlings) : null;
  }
}
