import { answerPrompt } from '../prompts/answer.prompt.js';
import { looksLikeJson } from './looks-like-json.js';
import { splitParts } from './split-parts.js';

/**
 * The last look at what a customer will read: no markup, no data, none of our instructions; then cut to what a chat takes.
 * It looks at the text and not at the intention, so it holds whatever the model was talked into.
 */
export function outgoingParts(texts: readonly string[]): { parts: string[] } | { fault: string } {
  const plain = texts.map(chatText).filter((text) => /[\p{L}\p{N}\p{P}\p{S}]/u.test(text));
  if (plain.length === 0) return { fault: 'está vacía' };
  for (const text of plain) {
    if (holdsInstructions(text)) return { fault: 'repite tus instrucciones, que el cliente no puede ver' };
    if (/<\/?[a-z!][^<>]*>/i.test(text)) return { fault: 'tiene HTML o etiquetas; escribí texto común' };
    if (looksLikeJson(text)) return { fault: 'tiene JSON; escribí texto común' };
  }
  return { parts: splitParts(plain) };
}

/** Far beyond what is sent: bounds the work that a flood of text can make. */
const longestRead = 20_000;

/** Markdown as a chat shows it: a link as text and address, no bold, no headings; control characters are dropped. */
export function chatText(text: string): string {
  return text
    .slice(0, longestRead)
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .replace(/!?\[([^[\]\n]+)\]\((https?:\/\/[^\s)]+)\)/g, (_, label: string, url: string) => (label === url ? url : `${label}: ${url}`))
    .replace(/^#{1,6}\s+/gm, '')
    .replace(/(\*\*|__)(?=\S)([^\n]*?\S)\1/g, '$2')
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

const shortestTell = 40;
const words = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ').trim();
/** The sentences of our instructions that are long enough to be nobody else's. */
const tells = answerPrompt.text
  .split(/[.:;?\n]/)
  .map(words)
  .filter((sentence) => sentence.length >= shortestTell);

function holdsInstructions(text: string): boolean {
  const said = words(text);
  return tells.some((tell) => said.includes(tell));
}
