import type { ModelLook } from '../agent/index.js';
import type { IntentSetup, Line, TemplateSetup, TokenState, WebhookSetup } from '../botmaker/index.js';

/** What could be seen, or the code of the error that says why not. */
export type Seen<T> = { value: T } | { unseen: string };

/** What this program was told about itself. */
export interface OwnFacts {
  isSandbox: boolean;
  /** Where Botmaker should call us; null when nobody told us. */
  webhookUrl: string | null;
  returnIntent: string | null;
  humanIntent: string | null;
  muteIntent: string | null;
  windowTemplate: string | null;
}

/** A webhook with its token compared to ours, and left behind. */
export type JudgedWebhook = Omit<WebhookSetup, 'token'> & {
  /** Which of ours the webhook's token is; null: Botmaker does not tell it. */
  tokenIs: 'current' | 'previous' | 'other' | null;
};

/** How Botmaker's account is set up. */
export interface AccountFacts {
  token: TokenState;
  lines: Seen<{ lines: readonly Line[]; from: 'channels' | 'chats' }>;
  webhooks: Seen<readonly JudgedWebhook[]>;
  intents: Seen<readonly IntentSetup[]>;
  templates: Seen<readonly TemplateSetup[]>;
  /** Lines with chats that we know of; null: the database could not tell. */
  knownLineIds: readonly string[] | null;
}

export interface DatabaseFacts {
  /** As `server_version_num`: 150004 is 15.4. */
  version: number;
  pendingMigrations: number;
  isOwner: boolean;
  /** What our role may not do and must, such as `SELECT on langgraph.checkpoints`. */
  missingGrants: readonly string[];
  /** Whether our role could rewrite the correlation log, which only grows. */
  canChangeLog: boolean;
  /** How far the database's clock is ahead of this process's. */
  aheadMs: number;
}

export interface HostFacts {
  nodeVersion: string;
  spool: Seen<{ freeBytes: number; neededBytes: number }>;
  knowledge: Seen<{ files: number; skipped: readonly string[] }>;
}

export interface ClockFacts {
  databaseAheadMs: number | null;
  botmakerAheadMs: number | null;
}

export interface Facts {
  own: OwnFacts;
  /** Null: nobody was asked, because the account that runs here does not run. */
  account: AccountFacts | null;
  database: Seen<DatabaseFacts>;
  clock: ClockFacts;
  host: HostFacts;
  model: ModelLook;
}
