import type { z } from 'zod';
import type { Medium, Options } from '../decision.js';
import type { replyTool } from '../tools/decision.tool.js';
import { plainAddress } from './addresses.js';
import { chatText, faultIn } from './outgoing-parts.js';

type Reply = z.output<typeof replyTool.schema>;

/** What an answer may hold besides words, or what is wrong with it. `addresses`: those that the turn has looked up. */
export function readExtras({ media, options }: Reply, addresses: ReadonlySet<string>): { media: Medium[]; options: Options | null } | { fault: string } {
  const read = options ? readOptions(options) : null;
  const files = (media ?? []).map(({ url, text }): Medium => ({ url: plainAddress(url) ?? '', ...optional('text', text) }));
  if (files.some(({ url }) => !addresses.has(url))) return { fault: 'media sólo puede llevar direcciones https que figuren, iguales, en lo que encontraste en este turno' };
  const shown = [...files.map(({ text }) => text), read?.title, read?.button, ...(read?.choices ?? []).flatMap(({ title, description }) => [title, description])];
  const fault = shown.map((text) => (text === undefined ? null : faultIn(text))).find((found) => found !== null);
  return fault ? { fault } : { media: files, options: read };
}

function readOptions({ title, button, choices }: NonNullable<Reply['options']>): Options {
  return {
    title: chatText(title),
    ...optional('button', button),
    choices: choices.map((choice) => ({ title: chatText(choice.title), ...optional('description', choice.description), ...optional('intent', choice.intent) })),
  };
}

/** Models fill in what they leave out: with null, or with nothing. */
function optional<K extends string>(name: K, text: string | null | undefined): { [name in K]?: string } {
  const words = text ? chatText(text) : '';
  return words === '' ? {} : ({ [name]: words } as { [name in K]?: string });
}
