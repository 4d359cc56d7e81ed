import type { Outgoing } from '../message.js';
import { channelOf, type Channel } from './channel.js';
import { attachmentOf } from './render-attachment.js';
import { optionsOf } from './render-options.js';
import { textsOf } from './render-text.js';
import type { Wanted } from './wanted.js';

/** The messages that say what is wanted on this platform (the webhook's `chatPlatform`), in order. Nothing is lost, and nothing exceeds what the channel takes. */
export function render(wanted: readonly Wanted[], platform: string | null): Outgoing[] {
  const channel = channelOf(platform);
  return wanted.flatMap((one) => rendered(one, channel));
}

function rendered(wanted: Wanted, channel: Channel): Outgoing[] {
  switch (wanted.kind) {
    case 'markdown':
      return textsOf(wanted.text, channel).map((text) => ({ kind: 'text', text }));
    case 'options':
      return optionsOf(wanted, channel);
    case 'attachment':
      return attachmentOf(wanted, channel);
    default:
      return [wanted];
  }
}
