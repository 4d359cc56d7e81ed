import 'reflect-metadata';
import { Transform, Type } from 'class-transformer';
import { IsBase64, IsIn, IsInt, IsOptional, IsString, IsUrl, Matches, Max, Min, MinLength } from 'class-validator';
import { IsAddressRange, IsHopsOrRanges, IsKeyOf32Bytes, IsModelName } from './setting-rules.js';
import { Setting } from './setting.js';

const list = (value: unknown): unknown =>
  typeof value === 'string' ? value.split(',').map((part) => part.trim()).filter(Boolean) : value;

const url = { require_tld: false, protocols: ['http', 'https'], require_protocol: true };

/**
 * The environment, one field a variable, validated as a whole at boot: every problem is named at once.
 * A variable that is set to the empty string counts as absent. There is no default for a secret.
 */
export class Settings {
  @Setting({ group: 'General', text: '`production` makes the variables marked so mandatory and turns the sandbox off.', example: 'development' })
  @IsIn(['development', 'test', 'production'])
  NODE_ENV: 'development' | 'test' | 'production' = 'development';

  @Setting({ group: 'General', text: 'Port of the public HTTP server.', example: '3000' })
  @Type(() => Number) @IsInt() @Min(0) @Max(65535)
  PORT = 3000;

  @Setting({ group: 'General', text: 'Address that both servers listen on. Absent: loopback, and every interface in production.', example: '127.0.0.1' })
  @IsOptional() @IsString()
  HOST?: string;

  @Setting({ group: 'General', text: 'Port of the management server (metrics, health in detail). Not for the internet.', example: '9464' })
  @Type(() => Number) @IsInt() @Min(0) @Max(65535)
  MANAGEMENT_PORT = 9464;

  @Setting({ group: 'General', text: 'Least serious log level that is written.', example: 'info' })
  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
  LOG_LEVEL = 'info';

  @Setting({ group: 'General', text: 'How long in milliseconds a process that is told to stop still takes requests: as long as a balancer needs to see that it is not ready. Absent: 0, and 5000 in production.', example: '5000' })
  @IsOptional() @Type(() => Number) @IsInt() @Min(0) @Max(60_000)
  SHUTDOWN_DELAY_MS?: number;

  @Setting({ group: 'General', text: 'Milliseconds from the signal to stop until the end, whatever still hangs. Must end before the orchestrator kills.', example: '25000' })
  @Type(() => Number) @IsInt() @Min(1000) @Max(600_000)
  SHUTDOWN_GRACE_MS = 25_000;

  @Setting({ group: 'General', text: 'Folder for the embedded database, for keys generated outside production, and for webhooks that wait for the database.', example: '.data' })
  @IsString()
  DATA_DIR = '.data';

  @Setting({ group: 'Database', text: 'PostgreSQL 15 or newer. Absent: an embedded PostgreSQL in DATA_DIR.', example: 'postgresql://app:secret@localhost:5432/botmaker_agent', secret: true, inProduction: true })
  @IsOptional() @Matches(/^postgres(ql)?:\/\//, { message: 'DATABASE_URL must start with postgresql://' })
  DATABASE_URL?: string;

  @Setting({ group: 'Botmaker API', text: 'Base address of the API v2.0.', example: 'https://api.botmaker.com/v2.0' })
  @IsUrl(url)
  BM_API_BASE = 'https://api.botmaker.com/v2.0';

  @Setting({ group: 'Botmaker API', text: 'Access token (a JWT). When this and BM_SECURITY_TOKEN are absent outside production, the sandbox starts.', secret: true, inProduction: true })
  @IsOptional() @IsString() @Matches(/^[^*\s]+$/, { message: 'BM_ACCESS_TOKEN holds spaces or asterisks: paste the whole token, not the masked one' })
  BM_ACCESS_TOKEN?: string;

  @Setting({ group: 'Botmaker API', text: 'Client id, secret id and refresh token: needed to refresh the access token before it expires.' })
  @IsOptional() @IsString()
  BM_CLIENT_ID?: string;

  @Setting({ group: 'Botmaker API', text: 'See BM_CLIENT_ID.', secret: true })
  @IsOptional() @IsString()
  BM_SECRET_ID?: string;

  @Setting({ group: 'Botmaker API', text: 'See BM_CLIENT_ID.', secret: true })
  @IsOptional() @IsString()
  BM_REFRESH_TOKEN?: string;

  @Setting({ group: 'Webhook', text: 'Token that Botmaker sends in the header `auth-bm-token`.', secret: true, inProduction: true })
  @IsOptional() @IsString() @MinLength(8) @Matches(/^[^,\s]+$/, { message: 'BM_SECURITY_TOKEN must not contain commas or spaces' })
  BM_SECURITY_TOKEN?: string;

  @Setting({ group: 'Webhook', text: 'Token that is accepted as well while it is being replaced.', secret: true })
  @IsOptional() @IsString() @MinLength(8) @Matches(/^[^,\s]+$/, { message: 'BM_SECURITY_TOKEN_PREVIOUS must not contain commas or spaces' })
  BM_SECURITY_TOKEN_PREVIOUS?: string;

  @Setting({ group: 'Webhook', text: 'Address under which the internet reaches this program, without a path. Only compared: the doctor looks whether Botmaker’s webhook leads here.', example: '' })
  @IsOptional() @IsUrl(url)
  PUBLIC_URL?: string;

  @Setting({ group: 'Webhook', text: 'Addresses that may call the webhook: comma-separated CIDR ranges, IPv4 or IPv6. Empty: any.', example: '' })
  @Transform(({ value }) => list(value)) @IsAddressRange({ each: true })
  BM_ALLOWED_IPS: string[] = [];

  @Setting({ group: 'Webhook', text: 'Whose X-Forwarded-For counts: a number of hops, or comma-separated CIDR ranges. Empty: nobody’s.', example: '' })
  @IsOptional() @IsHopsOrRanges()
  TRUSTED_PROXIES?: string;

  @Setting({ group: 'Webhook', text: 'Folder in which webhooks are kept while the database does not take them, on a disk that survives the process. Absent: `spool` in DATA_DIR.', example: '' })
  @IsOptional() @IsString()
  SPOOL_DIR?: string;

  @Setting({ group: 'Webhook', text: 'Most bytes that one process keeps there; when it is full, webhooks are answered 503.', example: '268435456' })
  @Type(() => Number) @IsInt() @Min(65_536)
  SPOOL_MAX_BYTES = 268_435_456;

  @Setting({ group: 'Webhook', text: 'How long in milliseconds a code block of the flow is kept waiting for the answer; later it is sent by the API. Shorter than the time limit of the block, which Botmaker repeats after about 17 s.', example: '12000' })
  @Type(() => Number) @IsInt() @Min(1000) @Max(60_000)
  CODE_ACTION_DEADLINE_MS = 12_000;

  @Setting({ group: 'Conversation', text: 'Variable by which the flow hands a chat over.', example: 'external_handoff' })
  @IsString() @MinLength(1)
  HANDOFF_VARIABLE = 'external_handoff';

  @Setting({ group: 'Conversation', text: 'Intent of the flow that takes a chat back: unmutes the bot and clears HANDOFF_VARIABLE.', example: 'VOLVER_FLUJO' })
  @IsOptional() @IsString()
  RETURN_INTENT?: string;

  @Setting({ group: 'Conversation', text: 'Intent of the flow that mutes the bot.', example: 'EXT_MUTE' })
  @IsOptional() @IsString()
  MUTE_INTENT?: string;

  @Setting({ group: 'Conversation', text: 'Intent that puts a chat into the queue of the human team. Absent: the agent says it cannot help and the chat goes back to the flow.', example: 'DERIVAR_HUMANO' })
  @IsOptional() @IsString()
  HUMAN_INTENT?: string;

  @Setting({ group: 'Conversation', text: 'Template or intent that re-opens a conversation outside the 24-hour window.', example: 'retomar_conversacion' })
  @IsOptional() @IsString()
  WINDOW_TEMPLATE?: string;

  @Setting({ group: 'Conversation', text: 'Silence in milliseconds after which the messages of a burst are read as one turn; after a clear question it is shorter, after a greeting or a fragment longer.', example: '1500' })
  @Type(() => Number) @IsInt() @Min(0) @Max(60_000)
  DEBOUNCE_MS = 1500;

  @Setting({ group: 'Conversation', text: 'Longest wait in milliseconds from the first message of a burst to its turn.', example: '6000' })
  @Type(() => Number) @IsInt() @Min(0) @Max(120_000)
  DEBOUNCE_CAP_MS = 6000;

  @Setting({ group: 'Conversation', text: 'A customer message older than this many milliseconds is not answered any more, and says so in the log.', example: '172800000' })
  @Type(() => Number) @IsInt() @Min(1000)
  ANSWER_MAX_AGE_MS = 172_800_000;

  @Setting({ group: 'Conversation', text: 'What the customer reads when the agent fails; the chat then goes back to the flow. Absent: a sentence of ours in the channel’s language.', example: 'Disculpá, en este momento no puedo responderte. Probá de nuevo en unos minutos.' })
  @IsOptional() @IsString()
  FALLBACK_TEXT?: string;

  @Setting({ group: 'Conversation', text: 'File with the rules of each line, read at boot; a relative path starts at the program’s folder. Absent: `config/channels.yaml` when that exists.', example: '' })
  @IsOptional() @IsString()
  CHANNELS_FILE?: string;

  @Setting({ group: 'Conversation', text: 'How long in milliseconds a worker holds a turn without a sign of life; then another takes it over. Renewed every third of it.', example: '15000' })
  @Type(() => Number) @IsInt() @Min(1000) @Max(120_000)
  TURN_LEASE_MS = 15_000;

  @Setting({ group: 'Who has the chat', text: 'How old in milliseconds what Botmaker last said of a chat (who has it, is its bot muted) may be before a turn and before a send; then it is asked again. 0: it is not asked, only the webhook counts.', example: '10000' })
  @Type(() => Number) @IsInt() @Min(0) @Max(3_600_000)
  OWNER_PROOF_MS = 10_000;

  @Setting({ group: 'Who has the chat', text: 'A mute of Botmaker’s ends by itself, after 30 or 60 minutes. When the customer writes this many milliseconds after it began, MUTE_INTENT is run again.', example: '1500000' })
  @Type(() => Number) @IsInt() @Min(1000)
  REMUTE_AFTER_MS = 1_500_000;

  @Setting({ group: 'Who has the chat', text: 'How long in milliseconds after RETURN_INTENT was run Botmaker is asked whether the flow has the chat again; later looks and tries wait multiples of it.', example: '3000' })
  @Type(() => Number) @IsInt() @Min(50) @Max(60_000)
  RETURN_CHECK_MS = 3000;

  @Setting({ group: 'Who has the chat', text: 'A customer whom nobody has answered for this many milliseconds is in a silent chat: it is listed, counted, and acted upon when it is ours. 0: nobody looks.', example: '600000' })
  @Type(() => Number) @IsInt() @Min(0)
  SILENT_AFTER_MS = 600_000;

  @Setting({ group: 'Sending', text: 'How long in milliseconds a send with an unknown outcome is held, waiting for its echo, before it is looked for. Far longer than an echo takes.', example: '60000' })
  @Type(() => Number) @IsInt() @Min(100)
  SEND_DOUBT_MS = 60_000;

  @Setting({ group: 'Sending', text: 'So many milliseconds before its end the 24-hour window counts as closed: what is sent then may arrive too late.', example: '120000' })
  @Type(() => Number) @IsInt() @Min(0) @Max(900_000)
  WINDOW_MARGIN_MS = 120_000;

  @Setting({ group: 'Sending', text: 'Time limit in milliseconds of one call to the Botmaker API.', example: '10000' })
  @Type(() => Number) @IsInt() @Min(100) @Max(60_000)
  SEND_TIMEOUT_MS = 10_000;

  @Setting({ group: 'Sending', text: 'How many replicas share the API limits. The database counts for all of them; while it is away, each takes its part.', example: '1' })
  @Type(() => Number) @IsInt() @Min(1) @Max(100)
  REPLICAS = 1;

  @Setting({ group: 'Sending', text: 'How long in milliseconds a dependency that keeps failing (Botmaker, the model) is left alone before one call probes it.', example: '10000' })
  @Type(() => Number) @IsInt() @Min(50) @Max(300_000)
  CIRCUIT_OPEN_MS = 10_000;

  @Setting({ group: 'Sweep', text: 'Milliseconds between two looks at Botmaker for messages that the webhook missed. 0: off.', example: '300000' })
  @Type(() => Number) @IsInt() @Min(0)
  SWEEP_EVERY_MS = 300_000;

  @Setting({ group: 'Sweep', text: 'A message that the webhook missed and that is found later than this many milliseconds after it was written is not answered, only reported.', example: '7200000' })
  @Type(() => Number) @IsInt() @Min(1000)
  LATE_ANSWER_MAX_AGE_MS = 7_200_000;

  @Setting({ group: 'Doctor', text: 'Milliseconds between two looks at how the account is set up (webhook, lines, intents, template), by each process. 0: off.', example: '3600000' })
  @Type(() => Number) @IsInt() @Min(0)
  SETUP_CHECK_EVERY_MS = 3_600_000;

  @Setting({ group: 'Agent', text: 'Model as `provider:name`. Absent: the offline answerer, which quotes the knowledge.', example: 'openai:gpt-5-mini' })
  @IsOptional() @IsModelName()
  AGENT_MODEL?: string;

  @Setting({ group: 'Agent', text: 'Key for the provider `openai`.', secret: true })
  @IsOptional() @IsString()
  OPENAI_API_KEY?: string;

  @Setting({ group: 'Agent', text: 'Any OpenAI-compatible server.', example: 'https://api.openai.com/v1' })
  @IsOptional() @IsUrl(url)
  OPENAI_BASE_URL?: string;

  @Setting({ group: 'Agent', text: 'Time limit in milliseconds of one call to the model.', example: '30000' })
  @Type(() => Number) @IsInt() @Min(100) @Max(300_000)
  AGENT_CALL_TIMEOUT_MS = 30_000;

  @Setting({ group: 'Agent', text: 'Time limit in milliseconds of one decision, tools and repair included.', example: '60000' })
  @Type(() => Number) @IsInt() @Min(100) @Max(600_000)
  AGENT_TIMEOUT_MS = 60_000;

  @Setting({ group: 'Agent', text: 'Most tokens that one answer of the model may have.', example: '1024' })
  @Type(() => Number) @IsInt() @Min(16)
  AGENT_MAX_OUTPUT_TOKENS = 1024;

  @Setting({ group: 'Agent', text: 'Most tokens (estimated) of history that one call to the model carries.', example: '6000' })
  @Type(() => Number) @IsInt() @Min(100)
  AGENT_MAX_HISTORY_TOKENS = 6000;

  @Setting({ group: 'Agent', text: 'Folder of Markdown files that the agent may quote; a relative path starts at the program’s folder.', example: 'knowledge' })
  @IsString()
  KNOWLEDGE_DIR = 'knowledge';

  @Setting({ group: 'Keys', text: '32 bytes in base64 that seal the stored credentials. Outside production one is generated and kept in DATA_DIR.', secret: true, inProduction: true })
  @IsOptional() @IsBase64() @IsKeyOf32Bytes()
  ENCRYPTION_KEY?: string;

  @Setting({ group: 'Keys', text: 'API key with the role `admin`, at least 24 characters. Outside production one is generated and kept in DATA_DIR.', secret: true, inProduction: true })
  @IsOptional() @IsString() @MinLength(24)
  ADMIN_API_KEY?: string;
}
