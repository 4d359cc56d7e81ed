import type { ConversationView, EntryView, TimelineItem } from '../../correlation/index.js';
import { saidBubble, sentBubble } from './bubble.page.js';
import { chip, ownerChip, pager, runLink } from './chips.page.js';
import { conversationBlocks, type Block } from './conversation-blocks.js';
import { entryList, entrySummary, entryTitle } from './entry-list.page.js';
import { html, type SafeHtml } from './html.js';
import { layoutPage, type Frame } from './layout.page.js';
import { clockTime, dayName, duration, isSameDay, moment } from './times.js';
import { turnResult, turnTone } from './words.js';

export interface ConversationPageData {
  conversation: ConversationView;
  items: readonly TimelineItem[];
  nextCursor: string | null;
  cursor: string | undefined;
  now: Date;
}

/** One conversation as it was lived: bubbles, and between them what the agent did and why. */
export function conversationPage(frame: Omit<Frame, 'title' | 'section'>, { conversation, items, nextCursor, cursor, now }: ConversationPageData): string {
  const title = conversation.name ?? conversation.contactId ?? 'Conversación';
  const path = `/console/conversations/${conversation.id}`;
  return layoutPage(
    { ...frame, title, section: 'conversations' },
    html`${head(conversation, title, now)}
${pager(path, { cursor }, nextCursor, { first: 'Lo más reciente ↓', next: '↑ Anteriores' })}
<ol class="timeline">${withDays(conversationBlocks(items))}</ol>
${items.length === 0 && html`<section class="card empty"><p class="muted">Nada que mostrar todavía.</p></section>`}`,
  );
}

function head(conversation: ConversationView, title: string, now: Date): SafeHtml {
  const { windowClosesAt } = conversation;
  const facts: [string, SafeHtml | string | null][] = [
    ['Contacto', conversation.contactId],
    ['Línea', conversation.channelId],
    ['Plataforma', conversation.platform],
    ['Atiende desde', conversation.ownerSince && moment(conversation.ownerSince)],
    ['Ventana de 24 h', windowClosesAt && (windowClosesAt > now ? `abierta, cierra en ${duration(windowClosesAt.getTime() - now.getTime())}` : `cerrada desde ${moment(windowClosesAt)}`)],
    ['Chat de Botmaker', conversation.botmakerChatId && html`<code>${conversation.botmakerChatId}</code>`],
    ['Id del chat', html`<code>${conversation.id}</code>`],
  ];
  const search = new URLSearchParams({ chatId: conversation.id }).toString();
  return html`<header class="head card">
<div class="head-line"><h1>${title}</h1>${ownerChip(conversation.owner)}</div>
<dl class="facts">${facts.map(([label, value]) => value !== null && html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>
<p class="links"><a href="/console/entries?${search}">Ver su registro</a> <a href="/api/v1/export/entries.csv?${search}" download>Descargar CSV</a></p>
</header>`;
}

function withDays(blocks: readonly Block[]): SafeHtml[] {
  return blocks.flatMap((block, index) => {
    const before = blocks[index - 1];
    const day = before && isSameDay(before.at, block.at) ? [] : [html`<li class="day"><span>${dayName(block.at)}</span></li>`];
    return [...day, blockItem(block)];
  });
}

function blockItem(block: Block): SafeHtml {
  switch (block.kind) {
    case 'said':
      return saidBubble(block.event);
    case 'sent':
      return sentBubble(block.message);
    case 'turn':
      return turnItem(block);
    case 'note':
      return noteItem(block.entry);
  }
}

const plain = new Set(['turn.started', 'turn.decided']);

/** A turn in four lines at most (what it was, what it decided, what was sent, why), and all its entries one click away. */
function turnItem({ runId, turn, entries }: Extract<Block, { kind: 'turn' }>): SafeHtml {
  const last = (...types: string[]): EntryView | undefined => entries.findLast((entry) => types.includes(entry.type));
  const lines: [string, EntryView | undefined][] = [
    ['Turno', last('turn.started', 'turn.queued')],
    ['Decisión', last('turn.decided', 'turn.failed')],
    ['Envío', last('delivery.accepted', 'delivery.rejected', 'delivery.in-doubt', 'delivery.retrying', 'delivery.attempted', 'message.unknown', 'message.expired')],
  ];
  const reason = turn?.reasonText?.es ?? last('turn.finished', 'turn.skipped')?.reasonText?.es ?? null;
  // The label says what a start or a decision is; of a failure or a send the title is the news.
  const said = (entry: EntryView): SafeHtml | string => {
    const summary = entrySummary(entry);
    if (plain.has(entry.type) && summary !== '') return summary;
    return html`${entryTitle(entry.type)}${summary !== '' && html` <span class="muted">· ${summary}</span>`}`;
  };
  return html`<li class="turn" id="turn-${runId}">
<p class="turn-head">${runLink(runId)}${turn && chip(turnResult(turn), turnTone(turn))}${turn?.finishedAt && html`<span class="muted small">${duration(turn.finishedAt.getTime() - turn.firstMailAt.getTime())} desde el mensaje</span>`}</p>
<dl class="said">${lines.map(([label, entry]) => entry && html`<div><dt>${label}</dt><dd>${said(entry)}</dd></div>`)}${reason !== null && html`<div><dt>Motivo</dt><dd>${reason}</dd></div>`}</dl>
${entries.length > 0 && html`<details><summary>${entries.length === 1 ? 'El paso' : `Los ${entries.length} pasos`} del registro</summary>${entryList(entries)}</details>`}
</li>`;
}

function noteItem(entry: EntryView): SafeHtml {
  const summary = entrySummary(entry);
  return html`<li class="note"><details><summary><time datetime="${entry.at.toISOString()}">${clockTime(entry.at)}</time> ${entryTitle(entry.type)}${summary !== '' && html`: <strong>${summary}</strong>`}${entry.reasonText && html` <span class="muted">· ${entry.reasonText.es}</span>`}</summary>${entryList([entry])}</details></li>`;
}
