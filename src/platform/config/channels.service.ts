import { Injectable } from '@nestjs/common';
import { ChannelsConfig, ConversationConfig } from './app-config.js';
import { isSameLine } from './channel-line.js';
import { rulesOf, type ChannelLayer, type ChannelRules } from './channel-rules.js';

/** The rules of each line: what the file says of it, else what it says of all, else the environment's. Read once, at boot. */
@Injectable()
export class Channels {
  private readonly others: ChannelRules;
  private readonly lines: readonly { id: string; rules: ChannelRules }[];

  constructor(conversation: ConversationConfig, { defaults, channels }: ChannelsConfig) {
    const environment = layerOfEnvironment(conversation);
    this.others = rulesOf(environment, defaults);
    this.lines = channels.map(({ id, ...own }) => ({ id, rules: rulesOf(environment, defaults, own) }));
  }

  /** A chat whose line nobody has told us yet has the rules of a line that the file does not name. */
  of({ channelId }: { channelId: string | null }): ChannelRules {
    const line = channelId === null ? undefined : (this.lines.find(({ id }) => id === channelId) ?? this.lines.find(({ id }) => isSameLine(id, channelId)));
    return line?.rules ?? this.others;
  }

  /** The rules of every line, the unnamed ones once. */
  all(): ChannelRules[] {
    return [this.others, ...this.lines.map(({ rules }) => rules)];
  }
}

/** What the environment says of every line. */
function layerOfEnvironment(config: ConversationConfig): ChannelLayer {
  return {
    returnIntent: config.returnIntent,
    muteIntent: config.muteIntent,
    humanIntent: config.humanIntent,
    templates: config.windowTemplate === null ? [] : [config.windowTemplate],
    fallbackText: config.fallbackText,
    debounce: { ms: config.debounceMs, capMs: config.debounceCapMs },
  };
}
