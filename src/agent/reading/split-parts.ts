/** What one message may hold: readable on a phone, and far below what any channel refuses. */
export const longestPart = 1000;
/** What one turn may say. Nobody reads more in a chat; a model that wants to is misled. */
export const longestAnswer = 4000;

/**
 * Cuts texts into messages: each text stays one when it fits, else it is cut at blank lines, lines, sentences, words, in
 * this order. What exceeds the whole is left out, at the end of a sentence where there is one.
 */
export function splitParts(texts: readonly string[]): string[] {
  const parts: string[] = [];
  let room = longestAnswer;
  for (const text of texts) {
    const kept = text.length > room ? cutAt(text, room) : text;
    parts.push(...pack(kept));
    room -= kept.length;
    if (room <= 0 || kept.length < text.length) break;
  }
  return parts;
}

const joints = [/\n{2,}/, /\n/, /(?<=[.!?…])\s+/, /\s+/] as const;
const glue = ['\n\n', '\n', ' ', ' '] as const;

function pack(text: string, level = 0): string[] {
  if (text.length <= longestPart) return text.trim() ? [text.trim()] : [];
  const joint = joints[level];
  if (!joint) return chunks(text);
  const packed: string[] = [];
  for (const piece of text.split(joint).filter((part) => part.trim())) {
    const last = packed.at(-1);
    const joined = last === undefined ? piece : `${last}${glue[level] ?? ' '}${piece}`;
    if (last !== undefined && joined.length <= longestPart) packed[packed.length - 1] = joined;
    else packed.push(...pack(piece, level + 1));
  }
  return packed;
}

/** Neither half of an emoji alone: `u` makes the dot a whole character. */
function chunks(text: string): string[] {
  return text.match(new RegExp(`[\\s\\S]{1,${longestPart / 2}}`, 'gu')) ?? [];
}

function cutAt(text: string, length: number): string {
  const head = Array.from(text.slice(0, length)).join('').replace(/[\uD800-\uDBFF]$/, '');
  const end = Math.max(...['. ', '.\n', '! ', '? ', '\n'].map((stop) => head.lastIndexOf(stop)));
  return end > length / 2 ? head.slice(0, end + 1).trim() : head;
}
