import type { DeliveryView, TurnStory } from '../../correlation/index.js';
import { saidBubble, sentBubble } from './bubble.page.js';
import { chip } from './chips.page.js';
import { entryList } from './entry-list.page.js';
import { html, type SafeHtml } from './html.js';
import { layoutPage, type Frame } from './layout.page.js';
import { clockTime, duration, moment } from './times.js';
import { decisionWord, deliveryWord, turnResult, turnTone } from './words.js';

/** The whole story of one run: what it read, what it decided, what was sent, and every entry. */
export function turnPage(frame: Omit<Frame, 'title' | 'section'>, story: TurnStory): string {
  const { turn, chat, events, messages, deliveries, entries } = story;
  const title = chat.name ?? chat.contactId ?? 'Conversación';
  return layoutPage(
    { ...frame, title: `Turno de ${title}`, section: 'conversations' },
    html`<p class="crumbs"><a href="/console">Conversaciones</a> › <a href="/console/conversations/${chat.id}#turn-${turn.runId}">${title}</a> › Turno</p>
<header class="head card">
<div class="head-line"><h1>Turno del ${moment(turn.createdAt)}</h1>${chip(turnResult(turn), turnTone(turn))}</div>
<dl class="facts">${facts(story).map(([label, value]) => value !== null && html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>
</header>
<section><h2>Lo que leyó</h2>${events.length === 0 ? html`<p class="muted">Nada.</p>` : html`<ol class="timeline">${events.map(saidBubble)}</ol>`}</section>
<section><h2>Lo que decidió</h2>${decision(turn.decision)}</section>
<section><h2>Lo que envió</h2>${messages.length === 0 ? html`<p class="muted">Nada.</p>` : html`<ol class="timeline">${messages.map(sentBubble)}</ol>`}${deliveries.length > 0 && deliveryTable(deliveries)}</section>
<section><h2>Registro</h2><div class="card">${entryList(entries)}</div></section>`,
  );
}

function facts({ turn, messages, entries }: TurnStory): [string, SafeHtml | string | null][] {
  const since = (at: Date | null | undefined): string | null => (at ? `${duration(at.getTime() - turn.firstMailAt.getTime())} después del mensaje` : null);
  const first = (times: (Date | null)[]): Date | undefined => times.filter((time) => time !== null).sort((a, b) => a.getTime() - b.getTime())[0];
  const steps = entries.filter((entry) => entry.type === 'agent.step').map((entry) => entry.detail as { inputTokens?: number; outputTokens?: number });
  const [input, output] = [steps.reduce((sum, step) => sum + (step.inputTokens ?? 0), 0), steps.reduce((sum, step) => sum + (step.outputTokens ?? 0), 0)];
  const model = (entries.findLast((entry) => entry.type === 'turn.started')?.detail as { model?: string } | undefined)?.model;
  return [
    ['Mensaje del cliente', moment(turn.firstMailAt)],
    ['Aceptado por Botmaker', since(first(messages.map((message) => message.acceptedAt)))],
    ['Entregado', since(first(messages.map((message) => message.deliveredAt)))],
    ['Leído', since(first(messages.map((message) => message.readAt)))],
    ['Trabajo del agente', turn.startedAt && turn.finishedAt && duration(turn.finishedAt.getTime() - turn.startedAt.getTime())],
    ['Modelo', model ?? null],
    ['Tokens', input + output > 0 ? `${input.toLocaleString('es')} de entrada, ${output.toLocaleString('es')} de salida` : null],
    ['Intentos', turn.attempts > 1 ? String(turn.attempts) : null],
    ['runId', html`<code>${turn.runId}</code>`],
    ['correlationId', html`<code>${turn.correlationId}</code>`],
  ];
}

function decision(value: unknown): SafeHtml {
  if (typeof value !== 'object' || value === null) return html`<p class="muted">Todavía nada.</p>`;
  const { kind, why } = value as { kind?: unknown; why?: unknown };
  return html`<div class="card"><p>${typeof kind === 'string' ? html`El agente propuso <strong>${decisionWord(kind)}</strong>.` : 'El agente propuso:'}${typeof why === 'string' && html` <span class="muted">${why}</span>`}</p><details><summary>Tal como la propuso</summary><pre>${JSON.stringify(value, null, 2)}</pre></details></div>`;
}

function deliveryTable(deliveries: readonly DeliveryView[]): SafeHtml {
  return html`<div class="card scroll"><table><thead><tr><th>Intento</th><th>Salió</th><th>Tardó</th><th>Resultado</th><th>HTTP</th><th>Mensajes</th></tr></thead><tbody>${deliveries.map(
    ({ attempt, startedAt, endedAt, outcome, code, httpStatus, messageIds }) =>
      html`<tr><td>${attempt}</td><td>${clockTime(startedAt)}</td><td>${endedAt ? duration(endedAt.getTime() - startedAt.getTime()) : '…'}</td><td>${outcome === null ? 'En curso' : deliveryWord(outcome)}${code !== null && html` <code>${code}</code>`}</td><td>${httpStatus}</td><td>${messageIds.length}</td></tr>`,
  )}</tbody></table></div>`;
}
