import type { Token, Tokens } from 'marked';

/** The text of a Markdown block as somebody would type it in a chat: no markup, lists with dashes, links and pictures written out. */
export function plainText(token: Token): string {
  switch (token.type) {
    case 'space':
    case 'hr':
    case 'def':
    case 'html':
      return '';
    case 'code':
      return token.text;
    case 'list':
      return listText(token as Tokens.List);
    case 'table':
      return tableText(token as Tokens.Table);
    case 'blockquote':
      return blocks(token.tokens ?? []).join('\n');
    default:
      return leafOrInline(token).trim();
  }
}

/** Every block of a piece of Markdown that says something. */
export function blocks(tokens: readonly Token[]): string[] {
  return tokens.map(plainText).filter(Boolean);
}

function listText(list: Tokens.List): string {
  const first = typeof list.start === 'number' ? list.start : 1;
  return list.items
    .map((item, index) => `${list.ordered ? `${first + index}.` : '-'} ${blocks(item.tokens).join('\n').replaceAll('\n', '\n  ')}`)
    .join('\n');
}

/** Each row as `column: value, …`, because a row that is quoted without its header says nothing. */
function tableText(table: Tokens.Table): string {
  const header = table.header.map((cell) => inline(cell.tokens));
  return table.rows.map((row) => `- ${row.map((cell, column) => `${header[column] ?? ''}: ${inline(cell.tokens)}`).join(', ')}`).join('\n');
}

function inline(tokens: readonly Token[]): string {
  return tokens.map(inlineText).join('');
}

function inlineText(token: Token): string {
  switch (token.type) {
    case 'br':
      return '\n';
    case 'html':
      return '';
    case 'link': {
      const text = inline(token.tokens ?? []);
      return text === token.href || token.href === `mailto:${text}` ? text : `${text} (${token.href})`;
    }
    case 'image':
      return /^https?:/i.test(token.href) ? [token.text, `(${token.href})`].filter(Boolean).join(' ') : token.text;
    case 'codespan':
    case 'escape':
      return token.text;
    default:
      return leafOrInline(token);
  }
}

function leafOrInline(token: Token): string {
  if ('tokens' in token && token.tokens) return inline(token.tokens);
  return 'text' in token ? decoded(String(token.text)) : '';
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ' };

/** Markdown may hold HTML's entities; editors write these few by themselves. */
function decoded(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|nbsp);/g, (_, name: string) => entities[name] ?? '');
}
