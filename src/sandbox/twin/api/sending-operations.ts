import type { Account } from '../account.js';
import type {
  BatchBody,
  ReactionBody,
  SendMessagesBody,
  TriggerIntentBody,
  TypingBody,
} from '../contract/request-bodies.js';
import { newId } from '../ids.js';
import { badRequest, errors, NO_CONTENT, type Answer, type Handlers } from './answer.js';
import { chatFor, triggerIntent } from './intent-trigger.js';
import { contentOf, isWhatsappOnly } from './outgoing-content.js';

type SendingOperation =
  | 'send-messages'
  | 'trigger-intent'
  | 'batch-trigger-intent'
  | 'send-read-typing-feedback'
  | 'create-reaction'
  | 'delete-reaction';

/** `/chats-actions/*`: everything a backend does to a chat. 202 means queued, never delivered [O]. */
export function sendingOperations(account: Account): Pick<Handlers, SendingOperation> {
  return {
    'send-messages': ({ body }) => sendMessages(account, body as SendMessagesBody),
    'trigger-intent': ({ body }) => {
      const result = triggerIntent(account, body as TriggerIntentBody);
      return 'txId' in result ? accepted(account, result.txId) : badRequest(result.source, result.problem);
    },
    'batch-trigger-intent': ({ body }) => {
      const items = ((body as BatchBody).items ?? []).map((item) => {
        const result = triggerIntent(account, item);
        return 'txId' in result ? { webhookNotificationId: result.txId } : badRequest(result.source, result.problem).body;
      });
      return { status: 202, body: { items } };
    },
    'send-read-typing-feedback': ({ body }) => typing(account, body as TypingBody),
    'create-reaction': ({ body }) => react(account, body as ReactionBody),
    'delete-reaction': ({ body }) => react(account, body as ReactionBody),
  };
}

function sendMessages(account: Account, body: SendMessagesBody): Answer {
  const messages = body.messages ?? [];
  const chat = chatFor(account, body.chat);
  if (!chat) return badRequest('chat', 'Chat reference problem');
  if (chat.channel.platform !== 'whatsapp' && messages.some(isWhatsappOnly)) return badRequest('messages', 'Only for WhatsApp');
  const txId = newId();
  const outgoing = messages.map((message) => ({
    content: contentOf(message),
    ...(message.webhookPayload === undefined ? {} : { webhookPayload: message.webhookPayload }),
  }));
  const written = account.messenger.write(chat, outgoing, { origin: 'api', txId });
  account.messenger.echo(chat, written, {});
  return accepted(account, txId, written[0]?.id);
}

/** The second name deviates from the contract on purpose: one live account was seen to use it [1]. */
function accepted({ settings }: Account, txId: string, messageId = txId): Answer {
  if (settings.acceptedAs === 'requestId') return { status: 202, body: { requestId: messageId }, isDeviation: true };
  return { status: 202, body: { webhookNotificationId: txId } };
}

/** `typing: false` marks the previous messages as read; it does not stop anything [O]. */
function typing(account: Account, { channelId, contactId, typing: isTyping }: TypingBody): Answer {
  const chat = account.chats.find(channelId, contactId);
  if (!chat) return errors(500, 'chat', ['There was a problem setting a new message status']);
  if (isTyping) chat.typingAt = account.now();
  else chat.readAt = account.now();
  account.changed(chat, isTyping ? 'typing' : 'read');
  return NO_CONTENT;
}

function react(account: Account, { messageId, reaction }: ReactionBody): Answer {
  const found = account.chats.message(messageId);
  if (!found) return badRequest('messageId', 'Message not found');
  if (reaction === undefined) delete found.message.reaction;
  else found.message.reaction = reaction;
  account.observation.tell({ type: 'message', chatId: found.chat.chatId, message: found.message });
  return { status: 202 };
}
