/** Request bodies of the contract, as the twin reads them after they were checked [O]. */

export interface ChatReference {
  chatId?: string;
  channelId?: string;
  contactId?: string;
}

export interface OptionButton {
  label?: string;
  intent?: string;
}

export interface ListRow {
  id: string;
  title: string;
  description?: string;
}

export interface Interactive {
  header?: { type?: string; content?: string };
  body?: string;
  footer?: string;
  action?: {
    type?: 'url' | 'intent' | 'requestLocation' | 'list';
    urlLink?: string;
    label?: string;
    buttons?: { label: string; intent: string }[];
    button?: string;
    sections?: { title?: string; rows: ListRow[] }[];
  };
}

export interface MessageBody {
  text?: string;
  buttons?: OptionButton[];
  media?: { filename?: string; mimeType?: string; url?: string };
  location?: { latitude?: string; longitude?: string; name?: string; address?: string };
  contact?: { firstName?: string; middleName?: string; lastName?: string; emails?: string[]; phones?: string[] };
  whatsappInteractive?: Interactive;
  webhookPayload?: string;
}

export interface SendMessagesBody {
  chat: ChatReference;
  messages?: MessageBody[];
}

export interface TriggerIntentBody {
  chat: ChatReference;
  intentIdOrName?: string;
  variables?: Record<string, string>;
  tags?: Record<string, boolean>;
  webhookPayload?: string;
  postActionIntentIdOrName?: string;
}

export interface BatchBody {
  items?: TriggerIntentBody[];
}

export interface TypingBody {
  channelId: string;
  contactId: string;
  typing?: boolean;
}

export interface ReactionBody {
  messageId: string;
  reaction?: string;
}

export interface ChatUpdateBody {
  firstName?: string;
  lastName?: string;
  country?: string;
  email?: string;
  variables?: Record<string, string>;
  tags?: Record<string, boolean>;
  isTester?: boolean;
}

export interface NotificationBody {
  campaign?: string | null;
  channelId: string;
  name: string;
  intentIdOrName?: string;
  contacts: { contactId: string; variables?: Record<string, string>; tags?: Record<string, boolean>; webhookPayload?: string }[];
}

export interface TemplateBody {
  name?: string;
  phoneLineNumber?: string;
  category?: string;
  locale?: string;
  header?: { format?: string; text?: string; exampleURL?: string };
  body: { text: string };
  footer?: { text: string };
  buttons?: { type: string; text: string; intentIdOrName?: string; webhookPayload?: string; url?: string; phoneNumber?: string }[];
}

export interface RuleBody {
  id?: string;
  URL?: string;
  name?: string;
  chatsMatchProps?: Record<string, string>[];
}

export interface CredentialsBody {
  clientId: string;
  secretId: string;
  refreshToken: string;
}
