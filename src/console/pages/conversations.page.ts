import type { ConversationView } from '../../correlation/index.js';
import { chip, ownerChip, pager } from './chips.page.js';
import { html, type SafeHtml } from './html.js';
import { layoutPage, type Frame } from './layout.page.js';
import { moment, shortMoment } from './times.js';
import { authorWord, turnResult, turnTone } from './words.js';

export interface ConversationsPageData {
  items: readonly ConversationView[];
  nextCursor: string | null;
  query: { q?: string | undefined; owner?: string | undefined; contactId?: string | undefined; channelId?: string | undefined; cursor?: string | undefined };
  now: Date;
}

/** The list of conversations: who has each, what was said last, how the last turn ended. */
export function conversationsPage(frame: Omit<Frame, 'title' | 'section'>, { items, nextCursor, query, now }: ConversationsPageData): string {
  return layoutPage(
    { ...frame, title: 'Conversaciones', section: 'conversations' },
    html`<h1>Conversaciones</h1>
${filters(query)}
${items.length === 0 ? nothing(query) : html`<ul class="rows card">${items.map((item) => row(item, now))}</ul>`}
${pager('/console', query, nextCursor, { first: '← Las más recientes', next: 'Más antiguas →' })}`,
  );
}

function filters({ q, owner, contactId, channelId }: ConversationsPageData['query']): SafeHtml {
  const option = (value: string, label: string): SafeHtml => (value === (owner ?? '') ? html`<option value="${value}" selected>${label}</option>` : html`<option value="${value}">${label}</option>`);
  return html`<form class="filters" method="get" action="/console" role="search">
<label class="grow"><span>Buscar</span><input type="search" name="q" value="${q}" maxlength="200" placeholder="Palabras, nombre, teléfono o id del chat"></label>
<label><span>Atiende</span><select name="owner">${option('', 'Cualquiera')}${option('flow', 'Flujo')}${option('agent', 'Agente')}${option('human', 'Persona')}</select></label>
${contactId !== undefined && html`<input type="hidden" name="contactId" value="${contactId}">`}${channelId !== undefined && html`<input type="hidden" name="channelId" value="${channelId}">`}
<button type="submit">Buscar</button>
</form>`;
}

function nothing({ q, owner, contactId, channelId }: ConversationsPageData['query']): SafeHtml {
  const isFiltered = [q, owner, contactId, channelId].some((value) => value !== undefined && value !== '');
  return isFiltered
    ? html`<section class="card empty"><h2>Ninguna conversación coincide</h2><p class="muted">Probá con menos palabras, o <a href="/console">mirá todas</a>.</p></section>`
    : html`<section class="card empty"><h2>Todavía no hay conversaciones</h2><p class="muted">Aparecen acá con el primer mensaje que avise Botmaker.</p></section>`;
}

function row(item: ConversationView, now: Date): SafeHtml {
  const { lastTurn } = item;
  const title = item.name ?? item.contactId ?? item.botmakerChatId ?? item.id;
  return html`<li><a class="row" href="/console/conversations/${item.id}">
<span class="avatar" aria-hidden="true">${[...title.trim()][0]?.toUpperCase() ?? '·'}</span>
<span class="who-line"><strong>${title}</strong> <span class="muted small">${[item.name === null ? null : item.contactId, item.platform].filter(Boolean).join(' · ')}</span></span>
<time class="muted small" datetime="${item.lastActivityAt.toISOString()}" title="${moment(item.lastActivityAt)}">${shortMoment(item.lastActivityAt, now)}</time>
<span class="last">${item.lastAuthor !== null && html`<span class="muted">${authorWord(item.lastAuthor)}:</span> `}${item.lastText ?? (item.lastAuthor === null ? 'Sin mensajes' : 'Mensaje sin texto')}</span>
<span class="chips">${lastTurn && chip(turnResult(lastTurn), turnTone(lastTurn))}${ownerChip(item.owner)}</span>
</a></li>`;
}
