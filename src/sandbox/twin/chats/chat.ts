import type { Channel } from './channel.js';
import type { ChatMessage, DeliveryFailure } from './chat-message.js';
import { SESSION_IDLE_MS, type Session, type SessionEvent } from './session.js';

const WINDOW_MS = 24 * 3600 * 1000;

export interface Profile {
  firstName: string;
  lastName: string;
  nickName?: string;
  country?: string;
  email?: string;
}

export interface VariableAssignment {
  readonly name: string;
  readonly value: string;
  readonly at: Date;
}

/** One customer on one channel. Who may speak: the flow unless muted or held by an operator. */
export class Chat {
  readonly variables = new Map<string, string>();
  readonly assignments = new Map<string, VariableAssignment>();
  readonly tags = new Set<string>();
  readonly messages: ChatMessage[] = [];
  readonly sessions: Session[] = [];
  agentId: string | null = null;
  queueId: string | null = null;
  muteExpiresAt: Date | null = null;
  windowClosesAt: Date | null = null;
  lastUserMessageAt: Date | null = null;
  lastActivityAt: Date;
  /** When the customer last saw our "typing…", until the next message. */
  typingAt: Date | null = null;
  /** Up to when we marked the customer's messages as read. */
  readAt: Date | null = null;
  isTester = false;
  isBanned = false;
  /** Scripted by a test: what WhatsApp answers to every further message. */
  scriptedFailure: DeliveryFailure | null = null;

  constructor(
    readonly chatId: string,
    readonly channel: Channel,
    /** Kept as received: `+549…` and `549…` are two chats, as on the platform [M]. */
    readonly contactId: string,
    readonly profile: Profile,
    readonly createdAt: Date,
  ) {
    this.lastActivityAt = createdAt;
  }

  isMuted(at: Date): boolean {
    return this.muteExpiresAt !== null && this.muteExpiresAt > at;
  }

  /** Only WhatsApp has a window; a customer who never wrote has none open. */
  isWindowOpen(at: Date): boolean {
    return this.channel.platform !== 'whatsapp' || (this.windowClosesAt !== null && this.windowClosesAt > at);
  }

  /** The open session, or a new one when the last activity is too old. */
  sessionAt(at: Date, startingCause: string): Session {
    const last = this.sessions.at(-1);
    if (last && at.getTime() - this.lastActivityAt.getTime() < SESSION_IDLE_MS) return last;
    const session = { id: `${this.chatId}_${at.toISOString()}`, createdAt: at, startingCause, events: [] };
    this.sessions.push(session);
    this.lastActivityAt = at;
    return session;
  }

  isSessionOpen(session: Session, at: Date): boolean {
    return session === this.sessions.at(-1) && at.getTime() - this.lastActivityAt.getTime() < SESSION_IDLE_MS;
  }

  /** Times within a chat are distinct, so a reader who sorts by time finds the order of writing. */
  nextMessageAt(now: Date): Date {
    const last = this.messages.at(-1);
    return last && last.at >= now ? new Date(last.at.getTime() + 1) : now;
  }

  add(message: ChatMessage): void {
    this.messages.push(message);
    this.lastActivityAt = message.at;
    if (message.from !== 'user') return;
    this.lastUserMessageAt = message.at;
    if (this.channel.platform === 'whatsapp') this.windowClosesAt = new Date(message.at.getTime() + WINDOW_MS);
  }

  /** Returns only what really changed: that is what the webhook reports. */
  setVariables(values: Readonly<Record<string, string>>, at: Date): Record<string, string> {
    const changed: Record<string, string> = {};
    for (const [name, value] of Object.entries(values)) {
      const previous = this.variables.get(name);
      this.assignments.set(name, { name, value, at });
      if (previous === value) continue;
      this.variables.set(name, value);
      changed[name] = value;
      this.note({ name: 'set-variable', at, info: { variableName: name, variableValue: value, previousVariableValue: previous ?? '' } });
    }
    return changed;
  }

  setTags(tags: Readonly<Record<string, boolean>>): void {
    for (const [tag, isSet] of Object.entries(tags)) {
      if (isSet) this.tags.add(tag);
      else this.tags.delete(tag);
    }
  }

  /** Events belong to a session; before the first one there is nowhere to note them. */
  note(event: SessionEvent): void {
    this.sessions.at(-1)?.events.push(event);
  }
}
