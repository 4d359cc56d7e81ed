import type { Channel } from './channel.js';
import { printed } from './print-text.js';
import { readMarkdown } from './read-markdown.js';
import { sliceOf } from './rich-text.js';
import { split } from './split-text.js';

/** Markdown as this channel shows it, a text a message. */
export function textsOf(markdown: string, channel: Channel): string[] {
  const rich = readMarkdown(markdown);
  return split(rich.text, channel).map((piece) => printed(sliceOf(rich, piece), channel.signs));
}

/** Markdown as words on one line, for where a channel takes no marks: the titles of its lists. */
export function plainLine(markdown: string): string {
  return readMarkdown(markdown).text.replace(/\s+/g, ' ').trim();
}
