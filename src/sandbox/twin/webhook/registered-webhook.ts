import { newId } from '../ids.js';
import type { Chat } from '../chats/chat.js';
import type { WebhookFlags } from '../twin-options.js';

/** Sends the notifications of matching chats to another URL: how a developer gets only their own chat [O]. */
export interface RedirectionRule {
  readonly id: string;
  URL: string;
  name: string;
  chatsMatchProps: Record<string, string>[];
}

/** The webhook as the console holds it. */
export class RegisteredWebhook {
  readonly id = newId();
  readonly version = '1.1';
  readonly rules: RedirectionRule[] = [];
  isActive = true;

  constructor(
    public url: string | null,
    public token: string,
    public flags: WebhookFlags,
    public channelIds: readonly string[],
  ) {}

  /** Where a chat's notifications go; null when nobody is notified. */
  targetFor(chat: Chat): string | null {
    if (!this.isActive || !this.channelIds.includes(chat.channel.id)) return null;
    const rule = this.rules.find((candidate) => candidate.chatsMatchProps.some((props) => matches(chat, props)));
    return rule ? rule.URL : this.url;
  }

  rule(id: string): RedirectionRule | undefined {
    return this.rules.find((rule) => rule.id === id);
  }

  addRule(rule: Omit<RedirectionRule, 'id'>): RedirectionRule {
    const added = { id: newId(), ...rule };
    this.rules.push(added);
    return added;
  }

  removeRule(id: string): boolean {
    const index = this.rules.findIndex((rule) => rule.id === id);
    if (index >= 0) this.rules.splice(index, 1);
    return index >= 0;
  }
}

function matches(chat: Chat, props: Readonly<Record<string, string>>): boolean {
  const entries = Object.entries(props);
  return entries.length > 0 && entries.every(([name, value]) => chat.variables.get(name) === value);
}
