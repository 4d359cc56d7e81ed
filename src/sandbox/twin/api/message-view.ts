import type { Chat } from '../chats/chat.js';
import type { ChatMessage, MessageContent } from '../chats/chat-message.js';
import { chatReference } from './chat-view.js';

/** SessionMessageResponse: a message without its chat. It never carries `webhookPayload` [O]. */
export function sessionMessageView(message: ChatMessage): Record<string, unknown> {
  return {
    id: message.id,
    creationTime: message.at.toISOString(),
    from: message.from,
    ...(message.operator ? { agentId: message.operator.id } : {}),
    content: contentView(message),
    sessionId: message.session.id,
  };
}

export function messageView(chat: Chat, message: ChatMessage): Record<string, unknown> {
  return {
    ...sessionMessageView(message),
    sessionCreationTime: message.session.createdAt.toISOString(),
    chat: chatReference(chat),
  };
}

function contentView({ content, templateName }: ChatMessage): Record<string, unknown> {
  const { text, caption, location, options, button } = content;
  const url = content.image ?? content.audio ?? content.video ?? content.file;
  return {
    type: typeOf(content),
    ...(text === undefined ? {} : { text }),
    // A tap comes back as JSON text here too [M].
    ...(button ? { text: JSON.stringify({ button: button.label, entities: '', intent: button.intent }), selectedButton: button.label } : {}),
    ...(options ? { buttons: options.map((option) => option.label) } : {}),
    ...(url === undefined ? {} : { media: caption === undefined ? { url } : { url, caption } }),
    ...(location ? { location: { ...location, latitude: String(location.latitude), longitude: String(location.longitude) } } : {}),
    ...(templateName === undefined ? {} : { whatsAppTemplateName: templateName }),
  };
}

/** The contract has no type of its own for locations and contacts: they are texts with a field. */
function typeOf(content: MessageContent): string {
  if (content.image !== undefined) return 'image';
  if (content.audio !== undefined) return 'audio';
  if (content.video !== undefined) return 'video';
  if (content.file !== undefined) return 'file';
  if (content.button !== undefined || content.buttonPayload !== undefined) return 'button-click';
  return content.options ? 'buttons' : 'text';
}
