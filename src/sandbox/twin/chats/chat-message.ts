import type { Session } from './session.js';

export type Author = 'user' | 'bot' | 'agent';
/** Who made the message: `api` is a send-messages call, `intent` a triggered intent, `flow` the flow on its own. */
export type Origin = 'customer' | 'flow' | 'intent' | 'template' | 'api' | 'operator';
export type MessageStatus = 'accepted' | 'sent' | 'delivered' | 'read' | 'failed';

/** Something the customer can tap. */
export type TapOption =
  | { readonly kind: 'intent'; readonly label: string; readonly intent: string }
  | { readonly kind: 'row'; readonly label: string; readonly id: string; readonly description?: string }
  | { readonly kind: 'payload'; readonly label: string; readonly payload: string }
  | { readonly kind: 'url'; readonly label: string; readonly url: string };

export interface Place {
  readonly latitude: number;
  readonly longitude: number;
  readonly name?: string;
  readonly address?: string;
}

/** What a message shows, whoever wrote it. Media are URLs. */
export interface MessageContent {
  readonly text?: string;
  readonly image?: string;
  readonly audio?: string;
  readonly video?: string;
  readonly file?: string;
  readonly caption?: string;
  readonly location?: Place;
  readonly contacts?: readonly object[];
  readonly options?: readonly TapOption[];
  /** What a list is opened by; without one the options are buttons. */
  readonly opener?: string;
  /** The name of the medium. */
  readonly filename?: string;
  /** A tap on a list row or on a template's quick reply, as the webhook reports it [O]. */
  readonly buttonPayload?: string;
  /** A tap on a button that names an intent; travels as JSON text [M]. */
  readonly button?: { readonly label: string; readonly intent: string };
  /** A kind of message that WhatsApp cannot hand over; travels as `error` [O]. */
  readonly isUnsupported?: boolean;
}

export interface Operator {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: string;
}

export interface DeliveryFailure {
  /** Meta's code, e.g. 131047 outside the 24-hour window */
  readonly code: number;
  readonly error: string;
}

export interface ChatMessage {
  readonly id: string;
  /** Order of creation over all chats: breaks ties of `at`. */
  readonly sequence: number;
  readonly at: Date;
  /** From when GET /messages lists it. */
  readonly listedAt: Date;
  readonly from: Author;
  readonly origin: Origin;
  readonly content: MessageContent;
  readonly session: Session;
  /** The `webhookNotificationId` of the call that sent it. */
  readonly txId?: string;
  readonly webhookPayload?: string;
  readonly intentName?: string;
  readonly templateName?: string;
  readonly operator?: Operator;
  status: MessageStatus;
  failure?: DeliveryFailure;
  reaction?: string;
}
