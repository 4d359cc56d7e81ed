import type { BaseMessage } from '@langchain/core/messages';

/** Up to what ends an address in prose, and without what ends a sentence. */
const address = /https:\/\/[^\s<>"'`()[\]{}]+(?<![.,;:!?*_~])/g;

/**
 * The addresses that a turn has looked up: those in the answers of its tools, passages of the knowledge among them. A model
 * may send these as media and no others: what a customer wrote, or what it made up, is none of them.
 */
export function addressesIn(messages: readonly BaseMessage[]): ReadonlySet<string> {
  const answers = messages.filter((message) => message.type === 'tool').map(({ text }) => text.replaceAll('&amp;', '&'));
  return new Set(answers.flatMap((text) => text.match(address) ?? []).flatMap((found) => plainAddress(found) ?? []));
}

/** As it is compared and sent; null: not https, or with a name and password in it. */
export function plainAddress(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const { protocol, username, password, href } = new URL(text);
  return protocol === 'https:' && username === '' && password === '' ? href : null;
}
