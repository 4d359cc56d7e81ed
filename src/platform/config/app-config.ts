import type { ChannelsFile } from './read-channels.js';
import type { Secret } from './secret.js';

/*
 * The configuration as the rooms see it: a frozen tree, one slice a room. Each slice is a class so that it can be
 * asked for by type: `constructor(private readonly config: OutboxConfig)`.
 */

export class HttpConfig {
  constructor(
    readonly port: number,
    readonly host: string,
    readonly managementPort: number,
    /** What Fastify's `trustProxy` takes: hops, CIDR ranges, or nobody. */
    readonly trustedProxies: number | string[] | false,
  ) {}
}

export class ShutdownConfig {
  constructor(
    /** How long the door still serves after readiness has failed. */
    readonly delayMs: number,
    /** From the signal to the end of the process. */
    readonly graceMs: number,
  ) {}
}

export class DatabaseConfig {
  constructor(
    /** Connection string; null means the embedded database. */
    readonly url: Secret | null,
    readonly dataDir: string,
  ) {}
}

export class BotmakerConfig {
  constructor(
    readonly apiBase: string,
    readonly accessToken: Secret,
    /** What a refresh needs; null when it is not configured, and then the token can't be refreshed. */
    readonly refresh: { clientId: string; secretId: Secret; refreshToken: Secret } | null,
    readonly timeoutMs: number,
    readonly replicas: number,
    readonly encryptionKey: Secret,
  ) {}
}

export class UpstreamConfig {
  constructor(
    /** How long a breaker stays open before one call probes. */
    readonly openMs: number,
  ) {}
}

export class WebhookConfig {
  constructor(
    /** One token, or two while it is being replaced. Never empty. */
    readonly tokens: readonly Secret[],
    readonly allowedIps: readonly string[],
    /** Where the internet reaches us, without a path; null when nobody told us. */
    readonly publicUrl: string | null = null,
  ) {}
}

export class CodeActionConfig {
  constructor(
    /** From the call of a code block to our answer, whatever it says. */
    readonly deadlineMs: number,
  ) {}
}

export class SpoolConfig {
  constructor(
    /** Where bodies are kept while the database does not take them; below it each process has a folder of its own. */
    readonly dir: string,
    /** Most that one process keeps there. */
    readonly maxBytes: number,
  ) {}
}

export class ConversationConfig {
  constructor(
    readonly handoffVariable: string,
    readonly returnIntent: string | null,
    readonly muteIntent: string | null,
    readonly humanIntent: string | null,
    readonly windowTemplate: string | null,
    readonly debounceMs: number,
    readonly debounceCapMs: number,
    readonly answerMaxAgeMs: number,
    readonly lateAnswerMaxAgeMs: number,
    /** Null: in the words that each language has of its own. */
    readonly fallbackText: string | null,
    readonly leaseMs: number,
  ) {}
}

/** What the file of the channels says; `Channels` makes rules of it. */
export class ChannelsConfig {
  constructor(
    readonly defaults: ChannelsFile['defaults'],
    readonly channels: ChannelsFile['channels'],
  ) {}
}

export class OwnershipConfig {
  constructor(
    /** How old a proof of who has a chat may be; 0: nobody is asked. */
    readonly proofMs: number,
    readonly remuteAfterMs: number,
    readonly returnCheckMs: number,
    /** 0: nobody looks for silent chats. */
    readonly silentAfterMs: number,
  ) {}
}

export class OutboxConfig {
  constructor(
    readonly doubtMs: number,
    readonly sendTimeoutMs: number,
    /** So long before its end the window counts as closed. */
    readonly windowMarginMs: number,
  ) {}
}

export class SweepConfig {
  constructor(readonly everyMs: number) {}
}

export class DoctorConfig {
  constructor(
    /** Between two looks at the account's setup; 0: never. */
    readonly everyMs: number,
    /** The account is the one that runs here: what is only for real ones is not missed. */
    readonly isSandbox: boolean,
  ) {}
}

export class AgentConfig {
  constructor(
    /** `provider:model`; null means the offline answerer. */
    readonly model: string | null,
    readonly openaiApiKey: Secret | null,
    readonly openaiBaseUrl: string | null,
    readonly callTimeoutMs: number,
    readonly timeoutMs: number,
    readonly maxOutputTokens: number,
    readonly maxHistoryTokens: number,
  ) {}
}

export class KnowledgeConfig {
  constructor(readonly dir: string) {}
}

export class ConsoleConfig {
  constructor(
    readonly adminApiKey: Secret,
    /** The key was not set: it was generated, and stands in a file of DATA_DIR. */
    readonly isKeyGenerated: boolean,
  ) {}
}

/** The whole tree. */
export interface AppConfig {
  readonly production: boolean;
  readonly logLevel: string;
  /** True when no Botmaker account is configured outside production: the twin answers instead. */
  readonly sandbox: boolean;
  readonly http: HttpConfig;
  readonly shutdown: ShutdownConfig;
  readonly database: DatabaseConfig;
  readonly botmaker: BotmakerConfig;
  readonly upstream: UpstreamConfig;
  readonly webhook: WebhookConfig;
  readonly codeAction: CodeActionConfig;
  readonly spool: SpoolConfig;
  readonly conversation: ConversationConfig;
  readonly channels: ChannelsConfig;
  readonly ownership: OwnershipConfig;
  readonly outbox: OutboxConfig;
  readonly sweep: SweepConfig;
  readonly doctor: DoctorConfig;
  readonly agent: AgentConfig;
  readonly knowledge: KnowledgeConfig;
  readonly console: ConsoleConfig;
}
