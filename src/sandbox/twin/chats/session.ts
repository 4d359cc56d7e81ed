/** One conversation of a chat; ends after an hour without activity [O]. */
export interface Session {
  /** `<chatId>_<ISO creation time>` [O] */
  readonly id: string;
  readonly createdAt: Date;
  readonly startingCause: string;
  readonly events: SessionEvent[];
}

/** `info` fields are all strings [O]. */
export interface SessionEvent {
  readonly name:
    | 'set-variable'
    | 'go-to'
    | 'queue-set'
    | 'assigned-to-agent'
    | 'unassigned-agent'
    | 'conversation-close'
    | 'notification-sent'
    | 'notification-delivered'
    | 'notification-read'
    | 'notification-error';
  readonly at: Date;
  readonly info: Readonly<Record<string, string>>;
}

export const SESSION_IDLE_MS = 3600 * 1000;
