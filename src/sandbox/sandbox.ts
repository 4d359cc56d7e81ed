import { BotmakerConfig, ConversationConfig, SweepConfig, WebhookConfig, type AppConfig } from '../platform/index.js';
import { forgetAddresses, noteAddresses, notedAddresses } from './address-note.js';
import { EchoLag } from './controls/echo-lag.js';
import { lines } from './lines.js';
import { BotmakerTwin } from './twin/index.js';

/** The intents of the twin's flow; a configured name wins. */
const intents = { back: 'VOLVER_FLUJO', mute: 'EXT_MUTE', human: 'DERIVAR_A_PERSONA' };
/** A template of the twin's that WhatsApp has approved. */
const template = 'retomar_conversacion';

/** About the pace of a phone in a hand: quick, and slow enough to be seen. */
const statusDelays = { sentMs: 250, deliveredMs: 700, readMs: 2500 };

/** Someone is watching here: a lost message is looked for more often than an account's limits would like. */
const sweepEveryMs = 15_000;

/** A Botmaker account that runs here: the twin, and the configuration that speaks to it. */
export interface Sandbox {
  twin: BotmakerTwin;
  echoLag: EchoLag;
  config: AppConfig;
  /** Tells the twin where the application listens, as one saves a webhook's address in the console. */
  connect(address: string): Promise<void>;
  close(): Promise<void>;
}

/** Starts the twin in place of a Botmaker account that nobody configured. */
export async function startSandbox(config: AppConfig): Promise<Sandbox> {
  const echoLag = new EchoLag();
  const { handoffVariable, returnIntent, muteIntent } = config.conversation;
  const twin = await BotmakerTwin.start({
    businessId: 'tienda',
    line: lines.whatsapp.number,
    channels: [{ ...lines.whatsapp }, { ...lines.webchat }],
    webhookToken: config.webhook.tokens[0]?.reveal() ?? '',
    accessToken: config.botmaker.accessToken.reveal(),
    flow: { handoffVariable, returnIntent: returnIntent ?? intents.back, muteIntent: muteIntent ?? intents.mute },
    echo: { delayMs: () => echoLag.ms },
    statusDelays,
  });
  return {
    twin,
    echoLag,
    config: forTwin(config, twin.baseUrl),
    connect: async (address) => {
      await twin.setWebhookUrl(`${address}/botmaker/webhook`);
      await noteAddresses(config.database.dataDir, { api: twin.baseUrl, program: address });
    },
    close: async () => {
      await forgetAddresses(config.database.dataDir);
      await twin.close();
    },
  };
}

/** For another process with the same data folder, such as a command: the configuration that speaks to the account of the running program. Null: none runs. */
export async function configOfRunningSandbox(config: AppConfig): Promise<AppConfig | null> {
  const addresses = await notedAddresses(config.database.dataDir);
  if (addresses === null) return null;
  return { ...forTwin(config, addresses.api), webhook: new WebhookConfig(config.webhook.tokens, config.webhook.allowedIps, addresses.program) };
}

function forTwin(config: AppConfig, apiBase: string): AppConfig {
  const { botmaker: b, conversation: c, sweep } = config;
  return {
    ...config,
    botmaker: new BotmakerConfig(apiBase, b.accessToken, b.refresh, b.timeoutMs, b.replicas, b.encryptionKey),
    conversation: new ConversationConfig(
      c.handoffVariable, c.returnIntent ?? intents.back, c.muteIntent ?? intents.mute, c.humanIntent ?? intents.human, c.windowTemplate ?? template,
      c.debounceMs, c.debounceCapMs, c.answerMaxAgeMs, c.lateAnswerMaxAgeMs, c.fallbackText, c.leaseMs,
    ),
    sweep: new SweepConfig(Math.min(sweep.everyMs, sweepEveryMs)),
  };
}
