import { html, type SafeHtml } from './html.js';
import { messageState, ownerWord, shortId } from './words.js';

/** Small parts that several pages share. */

export const chip = (text: string, tone: string): SafeHtml => html`<span class="chip ${tone}">${text}</span>`;

export const ownerChip = (owner: string): SafeHtml => html`<span class="chip owner-${owner}">${ownerWord(owner)}</span>`;

export const runLink = (runId: string): SafeHtml => html`<a class="run" href="/console/turns/${runId}" title="Turno ${runId}">turno ${shortId(runId)}</a>`;

/** The state of a message as ticks; the words are there for whoever can't see or doesn't know the ticks. */
export function ticks(state: string): SafeHtml {
  const { text, ticks: marks, tone } = messageState(state);
  return html`<span class="ticks ${tone}"><span aria-hidden="true">${marks}</span> ${text}</span>`;
}

/** Pages of a list: onwards only, because a keyset has no page numbers. */
export function pager(path: string, query: Record<string, string | undefined>, nextCursor: string | null, words: { first: string; next: string }): SafeHtml {
  const href = (cursor: string | null): string => {
    const given = Object.entries(query).filter((pair): pair is [string, string] => pair[0] !== 'cursor' && pair[1] !== undefined && pair[1] !== '');
    const search = new URLSearchParams([...given, ...(cursor === null ? [] : [['cursor', cursor]])]).toString();
    return search === '' ? path : `${path}?${search}`;
  };
  return html`<nav class="pager" aria-label="Páginas">${query['cursor'] !== undefined && html`<a href="${href(null)}">${words.first}</a>`}${nextCursor !== null && html`<a href="${href(nextCursor)}" rel="next">${words.next}</a>`}</nav>`;
}
