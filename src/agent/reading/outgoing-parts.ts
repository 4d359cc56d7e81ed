import { answerPrompt } from '../prompts/answer.prompt.js';
import { looksLikeJson } from './looks-like-json.js';

/** What one turn may say. Nobody reads more in a chat; a model that wants to is misled. */
export const longestAnswer = 4000;

/**
 * The last look at what a customer will read: no markup but Markdown, no data, none of our instructions, and not too much. It
 * looks at the text and not at the intention, so it holds whatever the model was talked into.
 */
export function outgoingParts(texts: readonly string[]): { parts: string[] } | { fault: string } {
  const parts = texts.map(chatText).filter((text) => /[\p{L}\p{N}\p{P}\p{S}]/u.test(text));
  if (parts.length === 0) return { fault: 'está vacía' };
  const fault = parts.map(faultIn).find((found) => found !== null);
  return fault ? { fault } : { parts: atMost(longestAnswer, parts) };
}

/** What a customer may not read in it; null: nothing. */
export function faultIn(text: string): string | null {
  if (holdsInstructions(text)) return 'repite tus instrucciones, que el cliente no puede ver';
  if (/<\/?[a-z!][^<>]*>/i.test(text.replace(/<https?:\/\/[^<>\s]*>/gi, ''))) return 'tiene HTML o etiquetas; escribí texto común';
  return looksLikeJson(text) ? 'tiene JSON; escribí texto común' : null;
}

/** Far beyond what is sent: bounds the work that a flood of text can make. */
const longestRead = 20_000;

/** Without control characters and heaps of blanks. Its Markdown stays: which marks are shown is the channel's affair. */
export function chatText(text: string): string {
  return text
    .slice(0, longestRead)
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** What exceeds the whole is left out, at the end of a sentence where there is one. */
function atMost(length: number, texts: readonly string[]): string[] {
  const kept: string[] = [];
  let room = length;
  for (const text of texts) {
    const fits = text.length <= room;
    kept.push(fits ? text : cutAt(text, room));
    room -= text.length;
    if (room <= 0) break;
  }
  return kept.filter(Boolean);
}

function cutAt(text: string, length: number): string {
  const head = text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
  const end = Math.max(...['. ', '.\n', '! ', '? ', '\n'].map((stop) => head.lastIndexOf(stop)));
  return (end > length / 2 ? head.slice(0, end + 1) : head).trim();
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
