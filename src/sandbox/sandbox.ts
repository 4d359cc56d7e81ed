import { BotmakerConfig, ConversationConfig, type AppConfig } from '../platform/index.js';
import { BotmakerTwin } from './twin/index.js';

/** The intents of the twin's flow; a configured name wins. */
const intents = { back: 'VOLVER_FLUJO', mute: 'EXT_MUTE', human: 'DERIVAR_A_PERSONA' };

/** A Botmaker account that runs here: the twin, and the configuration that speaks to it. */
export interface Sandbox {
  twin: BotmakerTwin;
  config: AppConfig;
  /** Tells the twin where the application listens, as one saves a webhook's address in the console. */
  connect(address: string): Promise<void>;
  close(): Promise<void>;
}

/** Starts the twin in place of a Botmaker account that nobody configured. */
export async function startSandbox(config: AppConfig): Promise<Sandbox> {
  const twin = await BotmakerTwin.start({
    webhookToken: config.webhook.tokens[0]?.reveal() ?? '',
    accessToken: config.botmaker.accessToken.reveal(),
    flow: { handoffVariable: config.conversation.handoffVariable },
  });
  return {
    twin,
    config: forTwin(config, twin.baseUrl),
    connect: (address) => twin.setWebhookUrl(`${address}/botmaker/webhook`),
    close: () => twin.close(),
  };
}

function forTwin(config: AppConfig, apiBase: string): AppConfig {
  const { botmaker: b, conversation: c } = config;
  return {
    ...config,
    botmaker: new BotmakerConfig(apiBase, b.accessToken, b.refresh, b.timeoutMs, b.replicas, b.encryptionKey),
    conversation: new ConversationConfig(
      c.handoffVariable, c.returnIntent ?? intents.back, c.muteIntent ?? intents.mute, c.humanIntent ?? intents.human, c.windowTemplate,
      c.debounceMs, c.debounceCapMs, c.answerMaxAgeMs, c.fallbackText,
    ),
  };
}
