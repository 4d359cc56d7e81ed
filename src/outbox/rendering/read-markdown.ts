import { Marked, type Token, type Tokens } from 'marked';
import { RichWriter, type RichText } from './rich-text.js';

/** Beyond what is sent. */
const longestRead = 8000;
/** The parser's work grows with the third power of some signs in a row; no answer to a person has so many. */
const mostSigns = 400;
const sign = /[*_~`[\]<>\\|&!]/g;

/**
 * Reads Markdown as people and models write it: lists get bullets or numbers, headings are bold, a table's rows become lines,
 * links are written out, HTML is left out. What it says is never lost to a sign that is not closed.
 */
export function readMarkdown(markdown: string): RichText {
  const text = prepared(markdown.slice(0, longestRead));
  const asItIs = { text: text.trim(), spans: [] };
  if ((text.match(sign)?.length ?? 0) > mostSigns) return asItIs;
  try {
    const out = new RichWriter();
    blocks(new Marked().lexer(text), out, '\n\n');
    const rich = out.end();
    // Nothing but signs, such as "---": then they are what is said.
    return rich.text.trim() === '' ? asItIs : rich;
  } catch (error) {
    // Signs inside signs, deeper than a parser climbs: that was not written to be read.
    if (error instanceof RangeError) return asItIs;
    throw error;
  }
}

/** Quotes and lists that begin inside each other on one line, beyond what anybody means. */
const climb = /^(?:\s*(?:>|[-+*]\s|\d{1,9}[.)]\s)){8,}/;

/** Lines without blanks at their end, and without a climb: each step of one makes the parser read the rest anew. */
function prepared(markdown: string): string {
  return markdown.replace(/\r\n?/g, '\n').split('\n').map((line) => line.trimEnd().replace(climb, '')).join('\n');
}

function blocks(tokens: readonly Token[], out: RichWriter, glue: '\n' | '\n\n'): void {
  for (const token of tokens) {
    out.part(glue);
    block(token, out);
  }
}

function block(token: Token, out: RichWriter): void {
  switch (token.type) {
    case 'space':
    case 'hr':
    case 'def':
      return;
    case 'heading':
      return out.marked('bold', () => inline(inner(token) ?? [], out));
    case 'code': {
      const { text, codeBlockStyle } = token as Tokens.Code;
      // Four blanks at the beginning of a line are rarely meant as code.
      return codeBlockStyle === 'indented' ? out.write(text) : out.marked('mono', () => out.write(text));
    }
    case 'list':
      return list(token as Tokens.List, out);
    case 'table':
      return table(token as Tokens.Table, out);
    case 'blockquote':
      return blocks(inner(token) ?? [], out, '\n');
    case 'html':
      return out.write(withoutTags(token.raw));
    default:
      return inline(inner(token) ?? [token], out);
  }
}

function list({ items, ordered, start }: Tokens.List, out: RichWriter): void {
  const first = typeof start === 'number' ? start : 1;
  items.forEach((item, index) => {
    const box = item.task ? (item.checked ? '☑ ' : '☐ ') : '';
    out.part('\n');
    out.bullet(`${ordered ? `${first + index}.` : '•'} ${box}`, () => blocks(item.tokens, out, '\n'));
  });
}

/** Each row as `column: value, …`: a phone is too narrow for columns. */
function table({ header, rows }: Tokens.Table, out: RichWriter): void {
  for (const row of rows) {
    out.part('\n');
    out.bullet('• ', () =>
      row.forEach((cell, column) => {
        const name = header[column];
        if (column > 0) out.write(', ');
        if (name && name.text !== '') {
          inline(name.tokens, out);
          out.write(': ');
        }
        inline(cell.tokens, out);
      }),
    );
  }
}

const inner = (token: Token): Token[] | undefined => ('tokens' in token ? token.tokens : undefined);

function inline(tokens: readonly Token[], out: RichWriter): void {
  for (const token of tokens) inlineToken(token, out);
}

function inlineToken(token: Token, out: RichWriter): void {
  const inside = (): void => inline(inner(token) ?? [], out);
  switch (token.type) {
    case 'strong':
      return out.marked('bold', inside);
    case 'em':
      return out.marked('italic', inside);
    case 'del':
      // One ~ alone means "about": ~10 to ~20.
      return token.raw.startsWith('~~') ? out.marked('strike', inside) : out.write(token.raw);
    case 'codespan':
      return out.marked('mono', () => out.write(token.text));
    case 'br':
      return out.write('\n');
    case 'html':
      return;
    case 'escape':
      return out.write(token.text);
    case 'link':
    case 'image':
      return link(token as Tokens.Link | Tokens.Image, out);
    default:
      return inner(token) ? inside() : out.write(words(token.raw));
  }
}

/** `text (address)`, or the address alone where it is the text. */
function link({ text, href, tokens }: Tokens.Link | Tokens.Image, out: RichWriter): void {
  const address = decoded(href).replace(/^(?:mailto|tel):/i, '');
  if (text === '' || text === address || text === address.replace(/^https?:\/\//i, '')) return out.write(text || address);
  if (tokens) inline(tokens, out);
  else out.write(words(text));
  if (/^(?:https?|mailto|tel):/i.test(href)) out.write(` (${address})`);
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: ' ' };

function decoded(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (_, name: string) => entities[name] ?? '');
}

/** What stands between the signs; a pair of them that was never closed is left out. */
function words(text: string): string {
  return decoded(text)
    .replace(/\n[^\S\n]+/g, '\n')
    .replace(/(?<![*_~\p{L}\p{N}])(?:\*\*|__|~~)(?=[\p{L}\p{N}¡¿"«(])/gu, '')
    .replace(/(?<=[\p{L}\p{N}.,:;!?)"»])(?:\*\*|__|~~)(?![*_~\p{L}\p{N}])/gu, '');
}

function withoutTags(html: string): string {
  const bare = html
    .replace(/<!--[\s\S]*?(?:-->|$)/g, '')
    .replace(/<(script|style)\b[\s\S]*?(?:<\/\1\s*>|$)/gi, '')
    .replace(/<[^<>]*>/g, ' ');
  return words(bare).replace(/\s+/g, ' ').trim();
}
