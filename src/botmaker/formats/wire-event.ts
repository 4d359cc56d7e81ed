/**
 * Who the chat is with, as far as the envelope says. Ids are kept as received, except a leading `+` in front of digits.
 * `channelId` may be a bare line number (the API accepts it [O]); `chatId` is the webhook's `customerId` [G, strong].
 */
export interface ChatAddress {
  platform: string | null;
  channelId: string | null;
  contactId: string | null;
  chatId: string | null;
}

export interface PersonName {
  firstName: string | null;
  lastName: string | null;
  nickName: string | null;
}

interface WireEventBase {
  /** At most 200 characters. Two events with equal keys are one event told twice: store it under a unique constraint. */
  key: string;
  address: ChatAddress | null;
  /** Botmaker's own date of the event; null when absent or unreadable, never the time of arrival. */
  occurredAt: Date | null;
  sessionId: string | null;
  /** Changed variables of the envelope, on one event only: applying them once is enough. */
  variables: Record<string, string> | null;
  person: PersonName;
}

/** `flow` covers Botmaker's bot and also our own messages, which come back as echoes from the bot [G]. */
export type MessageAuthor = 'customer' | 'flow' | 'operator';

export type MediaKind = 'image' | 'audio' | 'video' | 'file';

export interface MessageMedia {
  kind: MediaKind;
  /** Always http or https. Where it points is not checked here: whoever fetches it must guard against private addresses. */
  url: string;
}

export interface MessageLocation {
  latitude: number;
  longitude: number;
  name: string | null;
  address: string | null;
}

export interface ContactCard {
  name: string | null;
  phones: string[];
}

/** A tapped button or list row. A customer can type the same JSON by hand, so it proves nothing about who may do what. */
export interface MessageSelection {
  label: string | null;
  payload: string | null;
  intent: string | null;
}

export interface MessageContent {
  text: string | null;
  media: MessageMedia[];
  location: MessageLocation | null;
  contacts: ContactCard[];
  selection: MessageSelection | null;
  /** Something was sent that could not be read (a sticker, a broken location, a link that is not http). */
  unsupported: boolean;
  /** Text or a list was cut to its limit; the raw body has the rest. */
  truncated: boolean;
}

export interface MessageEvent extends WireEventBase {
  type: 'message';
  author: MessageAuthor;
  remoteId: string | null;
  content: MessageContent;
  authorName: string | null;
  operatorId: string | null;
  intentName: string | null;
  /** Equals the `webhookNotificationId` of the API call that sent it [O]. */
  txId: string | null;
  /** What we gave as `webhookPayload`, on the echo [G]. */
  clientPayload: string | null;
}

export type MessageStatus = 'sent' | 'delivered' | 'read' | 'failed';

export interface StatusError {
  text: string | null;
  /** Six-digit Meta code such as 131047 [M]. */
  code: string | null;
}

/** Its address may be null: a status can be matched by `remoteId` or `txId` alone. At least one of the two is set. */
export interface StatusEvent extends WireEventBase {
  type: 'status';
  status: MessageStatus;
  remoteId: string | null;
  txId: string | null;
  webhookPayload: string | null;
  error: StatusError | null;
}

/** Variables that changed without a message; `variables` is never null here. */
export interface VariablesEvent extends WireEventBase {
  type: 'variables';
  variables: Record<string, string>;
}

/** A person has the chat: no webhook tells so, only the listing of chats does [O]. */
export interface AssignmentEvent extends WireEventBase {
  type: 'assignment';
  operatorId: string;
}

/** A code block of the flow asks for an answer to the customer's message; that one is an event of its own, in front of this. */
export interface CodeActionEvent extends WireEventBase {
  type: 'code-action';
  /** Whether an operator has the chat, by what Botmaker told the block; null: it told nothing that decides. */
  isAttended: boolean | null;
}

/** Understood, and nothing to do. */
export type IgnoredReason = 'event-not-understood' | 'unknown-type' | 'no-messages' | 'no-content';

export interface IgnoredEvent extends WireEventBase {
  type: 'ignored';
  reason: IgnoredReason;
}

/** Not understood: a person should look at the raw body. */
export type QuarantinedReason =
  | 'too-large'
  | 'not-utf8'
  | 'too-deep'
  | 'too-wide'
  | 'not-json'
  | 'not-an-object'
  | 'messages-missing'
  | 'message-malformed'
  | 'no-chat'
  | 'context-missing'
  | 'unknown-status'
  | 'status-without-id'
  | 'reader-failed';

export interface QuarantinedEvent extends WireEventBase {
  type: 'quarantined';
  reason: QuarantinedReason;
  /** Names fields and sizes, never values: safe for logs. */
  detail: string;
}

export type WireEvent = MessageEvent | StatusEvent | VariablesEvent | AssignmentEvent | CodeActionEvent | IgnoredEvent | QuarantinedEvent;
