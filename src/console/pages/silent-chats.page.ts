import type { SilentChatView } from '../../correlation/index.js';
import { chip, ownerChip } from './chips.page.js';
import { html, type SafeHtml } from './html.js';
import { layoutPage, type Frame } from './layout.page.js';
import { duration, moment } from './times.js';
import { silenceActWord } from './words.js';

/** The customers who wait: since when, and who has the chat. */
export function silentChatsPage(frame: Omit<Frame, 'title' | 'section'>, items: readonly SilentChatView[], now: Date): string {
  return layoutPage(
    { ...frame, title: 'Chats en silencio', section: 'silent-chats' },
    html`<h1>Chats en silencio</h1>
<p class="muted">Clientes que escribieron y a quienes nadie (ni el flujo, ni el agente, ni una persona) respondió todavía. Primero, quien espera hace más tiempo.</p>
${items.length === 0 ? html`<section class="card empty"><h2>Nadie espera</h2><p class="muted">Todos los clientes tienen su respuesta.</p></section>` : html`<ul class="rows card">${items.map((item) => row(item, now))}</ul>`}`,
  );
}

function row(item: SilentChatView, now: Date): SafeHtml {
  const title = item.name ?? item.contactId ?? item.botmakerChatId ?? item.id;
  return html`<li><a class="row" href="/console/conversations/${item.id}">
<span class="avatar" aria-hidden="true">${[...title.trim()][0]?.toUpperCase() ?? '·'}</span>
<span class="who-line"><strong>${title}</strong> <span class="muted small">${[item.name === null ? null : item.contactId, item.platform].filter(Boolean).join(' · ')}</span></span>
<time class="muted small" datetime="${item.waitingSince.toISOString()}" title="Espera desde el ${moment(item.waitingSince)}">hace ${duration(now.getTime() - item.waitingSince.getTime())}</time>
<span class="last">${item.lastText ?? 'Mensaje sin texto'}</span>
<span class="chips">${holder(item)}${ownerChip(item.owner)}</span>
<span class="standing muted small">${standing(item)}</span>
</a></li>`;
}

/** What Botmaker said when it was last asked. */
function holder({ operatorId, isBotMuted, askedAt }: SilentChatView): SafeHtml | null {
  if (askedAt === null) return null;
  if (operatorId !== null) return chip('lo tiene un operador', 'quiet');
  return isBotMuted === true ? chip('bot en silencio', 'warn') : isBotMuted === false ? chip('el bot habla', 'quiet') : null;
}

function standing({ ownerSince, ownerReasonText, acts, lastAct }: SilentChatView): string {
  const parts = [`Lo tiene desde el ${moment(ownerSince)}`, ownerReasonText?.es, acts > 0 && lastAct !== null ? `Ya hicimos: ${silenceActWord(lastAct)}` : null];
  return parts.filter(Boolean).join(' · ');
}
