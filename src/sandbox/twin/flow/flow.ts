import type { Chat } from '../chats/chat.js';
import type { ChatMessage, MessageContent } from '../chats/chat-message.js';
import type { ChatChange } from '../observation.js';
import { FALLBACK_INTENT, type FlowIntent } from './flow-config.js';
import { isActive, type Catalogue, type ListedIntent } from './catalogue.js';

/** What running an intent did: the bot's words still have to be sent. */
export interface IntentResult {
  readonly intent: ListedIntent;
  readonly says: readonly MessageContent[];
  readonly changed: Readonly<Record<string, string>>;
}

/**
 * A customer's own flow in Botmaker, in small: keywords it knows it answers; for anything else it says one sentence, sets the
 * hand-off variable and mutes itself, which is the documented way of giving the chat to an external backend.
 */
export class Flow {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly muteMs: number,
    private readonly onChange: (chat: Chat, change: ChatChange) => void,
  ) {}

  /** Reacts to a customer's message, or not: a muted bot is silent, and so is one whose chat an operator holds. */
  react(chat: Chat, message: ChatMessage): IntentResult | null {
    if (chat.agentId !== null) return null;
    // A button names its intent, and Botmaker runs it in its own flow even while the bot is muted [G].
    const tapped = message.content.button && this.catalogue.intent(message.content.button.intent);
    if (tapped) return this.run(chat, tapped, message.at);
    if (chat.isMuted(message.at)) return null;
    const intent = this.catalogue.byTrigger(message.content.text ?? '') ?? this.catalogue.intent(FALLBACK_INTENT);
    return intent && isActive(intent) ? this.run(chat, intent, message.at) : null;
  }

  run(chat: Chat, intent: ListedIntent, at: Date): IntentResult {
    chat.note({ name: 'go-to', at, info: { intentId: intent.id } });
    const changed = chat.setVariables(intent.sets ?? {}, at);
    if (Object.keys(changed).length > 0) this.onChange(chat, 'variables');
    this.applyMute(chat, intent, at);
    if (intent.queue !== undefined) {
      chat.queueId = intent.queue;
      chat.note({ name: 'queue-set', at, info: { queue: intent.queue } });
      this.onChange(chat, 'queue');
    }
    return { intent, says: (intent.says ?? []).map((text) => ({ text })), changed };
  }

  private applyMute(chat: Chat, intent: FlowIntent, at: Date): void {
    if (intent.mutes) chat.muteExpiresAt = new Date(at.getTime() + this.muteMs);
    else if (intent.unmutes) chat.muteExpiresAt = null;
    else return;
    this.onChange(chat, 'mute');
  }
}
