import type { Outgoing } from '../message.js';
import type { Channel } from './channel.js';
import { mediaFile } from './media-types.js';
import { textsOf } from './render-text.js';
import type { Wanted } from './wanted.js';

/**
 * Media have no caption [O], so their text is a message of its own. It goes first: it says what is coming, and it stands when
 * the medium fails or takes long. What is no medium for Botmaker is sent as its address.
 */
export function attachmentOf({ url, text }: Extract<Wanted, { kind: 'attachment' }>, channel: Channel): Outgoing[] {
  const texts = text === undefined ? [] : textsOf(text, channel);
  const file = mediaFile(url);
  return [...texts.map((words): Outgoing => ({ kind: 'text', text: words })), file ? { kind: 'media', ...file } : { kind: 'text', text: url }];
}
