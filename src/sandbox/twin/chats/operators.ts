import type { Observation } from '../observation.js';
import type { TwinSettings } from '../twin-options.js';
import type { Notices } from '../webhook/notices.js';
import type { Chat } from './chat.js';
import type { ChatMessage, Operator } from './chat-message.js';
import type { Messenger } from './messenger.js';

const DEFAULT_OPERATOR: Operator = { id: 'op-1', name: 'Olga Operadora', email: 'olga.operadora@example.com', role: 'agent' };

/** The people at Botmaker's console. */
export class Operators {
  constructor(
    private readonly messenger: Messenger,
    private readonly notices: Notices,
    private readonly settings: TwinSettings,
    private readonly observation: Observation,
  ) {}

  /** Takes the chat. No webhook tells of it: only GET /chats and the operator's first message do. */
  take(chat: Chat, operator: Operator = DEFAULT_OPERATOR): void {
    if (chat.agentId === operator.id) return;
    chat.agentId = operator.id;
    chat.note({ name: 'assigned-to-agent', at: this.settings.now(), info: { agentId: operator.id, agentName: operator.name } });
    this.observation.tell({ type: 'chat', chatId: chat.chatId, change: 'agent' });
  }

  /** Writes, taking the chat first if nobody had it. */
  write(chat: Chat, text: string, operator: Operator = DEFAULT_OPERATOR): ChatMessage[] {
    this.take(chat, operator);
    const messages = this.messenger.write(chat, [{ content: { text } }], { origin: 'operator', operator });
    this.notices.messages(chat, messages, {});
    return messages;
  }

  /** Closes the conversation: nobody holds the chat any more and the bot speaks again, unless it is to stay muted. */
  release(chat: Chat, { keepMuted = false } = {}): void {
    const at = this.settings.now();
    const info = { agentId: chat.agentId ?? '' };
    chat.note({ name: 'unassigned-agent', at, info });
    chat.note({ name: 'conversation-close', at, info });
    chat.agentId = null;
    chat.queueId = null;
    if (!keepMuted) chat.muteExpiresAt = null;
    this.observation.tell({ type: 'chat', chatId: chat.chatId, change: 'agent' });
  }
}
