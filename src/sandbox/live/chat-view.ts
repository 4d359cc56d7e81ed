import { operator } from '../controls/operator.js';
import type { ChatMessage, ChatSnapshot, MessageContent, TapOption } from '../twin/index.js';
import type { Handling } from './handling.read-model.js';

/** The newest messages of a chat that the page shows. */
const shownMessages = 120;

export interface MessageView {
  id: string;
  at: string;
  author: 'customer' | 'flow' | 'agent' | 'operator';
  authorName: string | null;
  text: string;
  /** What a list is opened by; null where the options are buttons. */
  opener: string | null;
  options: OptionView[];
  media: MediaView | null;
  status: string;
  /** Why WhatsApp did not deliver it; null when nothing went wrong. */
  failure: string | null;
  runId: string | null;
  /** What became of a customer's message; null as long as the log knows nothing of it, and for everybody else's. */
  handling: Handling | null;
}

/** Something that the customer can tap; `id` is what the tap is called by. */
export interface OptionView {
  id: string;
  label: string;
  description: string | null;
}

/** Shown by its name and where it lies: the page loads nothing from elsewhere. */
export interface MediaView {
  kind: 'image' | 'audio' | 'video' | 'file';
  name: string;
  url: string;
  host: string;
}

/** One chat, as Botmaker sees it and as our log does. Times are ISO 8601. */
export interface ChatView {
  /** Botmaker's. */
  chatId: string;
  botmaker: {
    mutedUntil: string | null;
    operator: string | null;
    queue: string | null;
    /** Null where there is no window: everywhere but on WhatsApp. */
    windowClosesAt: string | null;
    isWindowOpen: boolean;
    variables: Record<string, string>;
    typingAt: string | null;
  };
  ours: Standing | null;
  messages: MessageView[];
}

/** Where a chat stands by the log. */
export interface Standing {
  /** Our id of the chat. */
  id: string;
  owner: string;
  ownerReason: string | null;
  ownerSince: string | null;
  turnState: string | null;
}

export function chatView(chat: ChatSnapshot, ours: Standing | null, handlings: ReadonlyMap<string, Handling>): ChatView {
  const { agentId, messages } = chat;
  return {
    chatId: chat.chatId,
    botmaker: {
      mutedUntil: chat.isBotMuted ? iso(chat.muteExpiresAt) : null,
      operator: agentId === operator.id ? operator.name : agentId,
      queue: chat.queueId,
      windowClosesAt: chat.platform === 'whatsapp' ? iso(chat.windowClosesAt) : null,
      isWindowOpen: chat.isWindowOpen,
      variables: { ...chat.variables },
      typingAt: iso(chat.typingAt),
    },
    ours,
    messages: messages.slice(-shownMessages).map((message) => messageView(message, handlings.get(message.id) ?? null)),
  };
}

function messageView(message: ChatMessage, handling: Handling | null): MessageView {
  const { id, at, content, status, failure } = message;
  return {
    id,
    at: at.toISOString(),
    author: authorOf(message),
    authorName: message.operator?.name ?? null,
    text: textOf(content),
    opener: content.opener ?? null,
    options: (content.options ?? []).filter(({ kind }) => kind !== 'url').map(optionView),
    media: mediaView(content),
    status,
    failure: failure ? `${failure.code} · ${failure.error}` : null,
    runId: handling?.runId ?? runIdIn(message.webhookPayload),
    handling,
  };
}

function authorOf({ from, origin }: ChatMessage): MessageView['author'] {
  if (from === 'user') return 'customer';
  if (from === 'agent') return 'operator';
  return origin === 'api' ? 'agent' : 'flow';
}

function textOf({ text, button, caption, location }: MessageContent): string {
  return text ?? button?.label ?? [location ? '[ubicación]' : '', caption].filter(Boolean).join(' ');
}

function optionView(option: TapOption): OptionView {
  const { label } = option;
  return option.kind === 'row' ? { id: option.id, label, description: option.description ?? null } : { id: label, label, description: null };
}

function mediaView(content: MessageContent): MediaView | null {
  const kind = (['image', 'audio', 'video', 'file'] as const).find((each) => content[each] !== undefined);
  const url = kind && content[kind];
  if (!kind || url === undefined || !URL.canParse(url)) return null;
  const { host, pathname } = new URL(url);
  return { kind, url, host, name: content.filename ?? pathname.split('/').at(-1) ?? '' };
}

/** The run that sent a message: what travels in `webhookPayload` names it. */
export function runIdIn(payload: string | undefined): string | null {
  if (payload === undefined || !payload.startsWith('{')) return null;
  try {
    const { runId } = JSON.parse(payload) as { runId?: unknown };
    return typeof runId === 'string' ? runId : null;
  } catch {
    return null;
  }
}

const iso = (date: Date | null): string | null => date?.toISOString() ?? null;
