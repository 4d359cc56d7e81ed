import type { RemoteChat, RemoteMessage } from '../botmaker/index.js';

interface ListedContent {
  text?: unknown;
  type?: unknown;
  selectedButton?: unknown;
  media?: { url?: unknown; caption?: unknown };
  location?: unknown;
}

/**
 * Listed messages in the shape in which the webhook would have told of them, so that one reader understands both and the
 * events get the same keys. The names differ between the two: `creationTime` and `date`, `content.media.url` and `image` [O].
 * The chat's variables ride along: when the webhook lost the message, it lost the hand-off that came with it.
 */
export function webhookBodyOf({ address, variables }: RemoteChat, messages: readonly RemoteMessage[]): Buffer {
  return Buffer.from(
    JSON.stringify({
      v: '1.1',
      type: 'message',
      chatChannelId: address.channelId ?? undefined,
      contactId: address.contactId ?? undefined,
      customerId: address.chatId ?? undefined,
      variables: variables ?? undefined,
      messages: messages.map(messageOf),
    }),
  );
}

function messageOf({ id, createdAt, raw }: RemoteMessage): Record<string, unknown> {
  const content = (raw['content'] ?? {}) as ListedContent;
  const base = { _id_: id, date: createdAt.toISOString(), from: 'user', message: content.text ?? content.selectedButton, caption: content.media?.caption, location: content.location };
  const mediaFields = ['image', 'audio', 'video', 'file'] as const;
  const field = mediaFields.find((name) => name === content.type);
  return field && content.media?.url ? { ...base, [field]: content.media.url } : base;
}
