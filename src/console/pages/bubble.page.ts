import type { EventView, MessageView } from '../../correlation/index.js';
import { chip, runLink, ticks } from './chips.page.js';
import { html, type SafeHtml } from './html.js';
import { clockTime, moment } from './times.js';
import { authorWord, eventStateWord } from './words.js';

type Content = Record<string, unknown>;
const contentOf = (event: EventView): Content => (typeof event.content === 'object' && event.content !== null ? (event.content as Content) : {});

/** What somebody else said, and, for a customer, what became of it. */
export function saidBubble(event: EventView): SafeHtml {
  const author = event.author ?? 'customer';
  const content = contentOf(event);
  const name = author === 'operator' && typeof content['authorName'] === 'string' ? content['authorName'] : authorWord(author);
  return html`<li class="bubble by-${author}" id="event-${event.id}">
<p class="by">${name}${event.backfill && html` <span class="muted">· recuperado por el barrido</span>`}</p>
${event.text !== null && html`<p class="text">${event.text}</p>`}${attachments(content)}${event.text === null && isBare(content) && html`<p class="text muted">Mensaje sin texto</p>`}
<p class="meta">${author === 'customer' && fate(event)}<time datetime="${event.occurredAt.toISOString()}" title="${moment(event.occurredAt)}">${clockTime(event.occurredAt)}</time></p>
</li>`;
}

/** Something we sent or meant to send, with its ticks. */
export function sentBubble(message: MessageView): SafeHtml {
  const times = [['aceptado', message.acceptedAt], ['entregado', message.deliveredAt], ['leído', message.readAt]] as const;
  const told = times.flatMap(([label, at]) => (at ? [`${label} ${clockTime(at)}`] : [])).join(', ');
  return html`<li class="bubble by-agent${message.kind === 'intent' && ' is-intent'}" id="message-${message.id}">
<p class="by">${message.kind === 'intent' ? 'Agente activa una intención del flujo' : 'Agente'}</p>
${message.text !== null && (message.kind === 'media' ? attachmentList([{ label: 'Archivo', url: message.text }]) : html`<p class="text">${message.text}</p>`)}${offered(message)}${message.intent !== null && html`<p class="text"><code>${message.intent}</code></p>`}
<p class="meta">${message.reasonText && chip(message.reasonText.es, 'warn')}<span title="${told}">${ticks(message.state)}</span> <time datetime="${message.createdAt.toISOString()}" title="${moment(message.createdAt)}">${clockTime(message.sendingAt ?? message.createdAt)}</time></p>
</li>`;
}

/** What the customer may tap; a button also runs something in the flow. */
function offered({ options, kind }: MessageView): SafeHtml | null {
  if (options.length === 0) return null;
  return html`<ul class="offered" aria-label="${kind === 'buttons' ? 'Botones' : 'Lista de opciones'}">${options.map(
    ({ title, description, intent }) => html`<li>${title}${description !== null && html` <span class="muted">${description}</span>`}${intent !== null && html` <code>${intent}</code>`}</li>`,
  )}</ul>`;
}

/** What became of a customer's message: the turn that read it, or the reason why none did. */
function fate(event: EventView): SafeHtml {
  if (event.runId !== null) return runLink(event.runId);
  return chip(event.reasonText?.es ?? eventStateWord(event.state), event.state === 'quarantined' ? 'bad' : event.state === 'received' ? 'warn' : 'quiet');
}

const isBare = (content: Content): boolean => attachmentsOf(content).length === 0;

interface Attachment {
  label: string;
  url: string | null;
}

const mediaWords: Record<string, string> = { image: 'Imagen', audio: 'Audio', video: 'Video', file: 'Archivo' };

function attachmentsOf(content: Content): Attachment[] {
  const media = Array.isArray(content['media']) ? (content['media'] as { kind?: unknown; url?: unknown }[]) : [];
  const found = media.map(({ kind, url }): Attachment => ({ label: mediaWords[String(kind)] ?? 'Adjunto', url: typeof url === 'string' ? url : null }));
  if (content['location']) found.push({ label: 'Ubicación', url: null });
  if (Array.isArray(content['contacts']) && content['contacts'].length > 0) found.push({ label: `Contactos (${content['contacts'].length})`, url: null });
  if (content['unsupported'] === true) found.push({ label: 'Algo que no se pudo leer', url: null });
  return found;
}

const attachments = (content: Content): SafeHtml | null => attachmentList(attachmentsOf(content));

/** Nothing is loaded from where a link points until somebody clicks it, and then it isn't told where the click was. */
function attachmentList(found: readonly Attachment[]): SafeHtml | null {
  if (found.length === 0) return null;
  return html`<ul class="attachments">${found.map(({ label, url }) => {
    const host = url !== null && /^https?:\/\//i.test(url) && URL.canParse(url) ? new URL(url).host : null;
    return host === null ? html`<li>${label}</li>` : html`<li><a href="${url}" target="_blank" rel="noopener noreferrer nofollow" referrerpolicy="no-referrer">${label} <span class="muted">en ${host} ↗</span></a></li>`;
  })}</ul>`;
}
