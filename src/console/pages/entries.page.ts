import type { EntryView } from '../../correlation/index.js';
import { pager, runLink } from './chips.page.js';
import { entrySummary, entryTitle } from './entry-list.page.js';
import { html, type SafeHtml } from './html.js';
import { layoutPage, type Frame } from './layout.page.js';
import { clockTime, dayName, isSameDay } from './times.js';

export interface EntriesPageData {
  items: readonly EntryView[];
  nextCursor: string | null;
  /** The filters as they were typed. */
  query: Record<string, string | undefined>;
}

/** The correlation log as a list that can be searched, also for what belongs to no conversation. */
export function entriesPage(frame: Omit<Frame, 'title' | 'section'>, { items, nextCursor, query }: EntriesPageData): string {
  const filters = Object.entries(query).filter((pair): pair is [string, string] => pair[0] !== 'cursor' && pair[1] !== undefined);
  const search = new URLSearchParams(filters).toString();
  return layoutPage(
    { ...frame, title: 'Registro', section: 'entries' },
    html`<h1>Registro</h1>
<form class="filters" method="get" action="/console/entries" role="search">
<label class="grow"><span>Buscar</span><input type="search" name="q" value="${query['q']}" maxlength="200" placeholder="Palabras de un mensaje, código o motivo"></label>
<label><span>Desde</span><input type="date" name="from" value="${query['from']?.slice(0, 10)}"></label>
<label><span>Antes de</span><input type="date" name="to" value="${query['to']?.slice(0, 10)}"></label>
${filters.filter(([name]) => !['q', 'from', 'to'].includes(name)).map(([name, value]) => html`<label class="narrow"><span>${name}</span><input name="${name}" value="${value}" maxlength="200"></label>`)}
<button type="submit">Buscar</button>
</form>
<p class="links"><a href="/api/v1/export/entries.csv?${search}" download>Descargar CSV</a> <a href="/api/v1/export/entries.ndjson?${search}" download>Descargar NDJSON</a></p>
${items.length === 0 ? html`<section class="card empty"><h2>Nada coincide</h2><p class="muted"><a href="/console/entries">Ver todo el registro</a></p></section>` : html`<ol class="log card">${items.map((entry, index) => line(entry, items[index - 1]))}</ol>`}
${pager('/console/entries', query, nextCursor, { first: '← Lo más reciente', next: 'Más antiguo →' })}`,
  );
}

function line(entry: EntryView, before: EntryView | undefined): SafeHtml {
  const summary = entrySummary(entry);
  const by = (name: string, value: string): string => `/console/entries?${new URLSearchParams({ [name]: value }).toString()}`;
  return html`${(!before || !isSameDay(before.at, entry.at)) && html`<li class="log-day">${dayName(entry.at)}</li>`}<li><time datetime="${entry.at.toISOString()}">${clockTime(entry.at)}</time>
<div><p><strong>${entryTitle(entry.type)}</strong>${summary !== '' && html` <span class="muted">· ${summary}</span>`}</p>
${entry.text !== null && html`<p class="quote">${entry.text.length > 160 ? `${entry.text.slice(0, 160)}…` : entry.text}</p>`}
<p class="small"><a href="${by('type', entry.type)}"><code>${entry.type}</code></a>${entry.reason !== null && html` <a class="why" href="${by('reason', entry.reason)}">${entry.reasonText?.es}</a>`}${entry.chatId !== null && html` <a href="/console/conversations/${entry.chatId}">conversación</a>`}${entry.runId !== null && html` ${runLink(entry.runId)}`}</p></div></li>`;
}
