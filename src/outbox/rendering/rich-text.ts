export type Mark = 'bold' | 'italic' | 'strike' | 'mono';

/** Where a mark lies over the text, in UTF-16 units; `to` is behind its last one. Marks may lie over each other. */
export interface Span {
  mark: Mark;
  from: number;
  to: number;
}

/** A text as it is read, with what is marked in it kept beside it: it can be cut anywhere, and no mark is left open. */
export interface RichText {
  text: string;
  spans: Span[];
}

export interface Piece {
  from: number;
  to: number;
}

export function sliceOf({ text, spans }: RichText, { from, to }: Piece): RichText {
  const kept = spans.filter((span) => span.from < to && span.to > from);
  return { text: text.slice(from, to), spans: kept.map(({ mark, ...span }) => ({ mark, from: Math.max(span.from, from) - from, to: Math.min(span.to, to) - from })) };
}

/** Writes a rich text from its beginning to its end. */
export class RichWriter {
  private text = '';
  private readonly spans: Span[] = [];
  private indent = '';
  /** What comes between the last words and the next, if there are any. */
  private glue = '';
  private hasWords = false;

  /** Lines of it stand as deep as the list that they belong to. */
  write(words: string): void {
    if (words === '') return;
    this.text += (this.glue && this.glue + this.indent) + words.replaceAll('\n', `\n${this.indent}`);
    this.glue = '';
    this.hasWords = true;
  }

  /** What follows is another line or paragraph. Nothing comes of it at the beginning, behind a bullet, or when nothing follows. */
  part(glue: '\n' | '\n\n'): void {
    if (this.hasWords && glue.length > this.glue.length) this.glue = glue;
  }

  bullet(sign: string, item: () => void): void {
    this.write(sign);
    this.hasWords = false;
    const before = this.indent;
    this.indent += '  ';
    item();
    this.indent = before;
    this.hasWords = true;
  }

  marked(mark: Mark, words: () => void): void {
    const from = this.text.length;
    words();
    if (this.text.length > from) this.spans.push({ mark, from, to: this.text.length });
  }

  end(): RichText {
    return { text: this.text, spans: this.spans };
  }
}
