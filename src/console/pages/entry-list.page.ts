import { entryWords, type EntryView } from '../../correlation/index.js';
import { html, type SafeHtml } from './html.js';
import { clockTime, duration } from './times.js';
import { decisionWord, ownerWord } from './words.js';

export const entryTitle = (type: string): string => (type in entryWords ? entryWords[type as keyof typeof entryWords] : type);

type Detail = Record<string, unknown>;
const detailOf = (entry: EntryView): Detail => (typeof entry.detail === 'object' && entry.detail !== null ? (entry.detail as Detail) : {});

/** The part of an entry's detail that a person wants to read with its title; everything else stays in the details. */
export function entrySummary(entry: EntryView): string {
  const detail = detailOf(entry);
  const number = (name: string): number | null => (typeof detail[name] === 'number' ? detail[name] : null);
  const text = (name: string): string | null => (typeof detail[name] === 'string' && detail[name] !== '' ? detail[name] : null);
  const ms = number('ms') ?? number('inMs') ?? number('startsInMs') ?? number('holdMs') ?? number('heldMs');
  const [parts, mail, tokens] = [number('parts'), number('mail'), (number('inputTokens') ?? 0) + (number('outputTokens') ?? 0)];
  const decision = text('decision');
  const said = [
    text('from') !== null && text('to') !== null ? `${ownerWord(text('from') ?? '')} → ${ownerWord(text('to') ?? '')}` : null,
    text('node'),
    decision === null ? null : decisionWord(decision),
    mail === null ? null : `${mail} ${mail === 1 ? 'mensaje' : 'mensajes'}`,
    parts === null ? null : `${parts} ${parts === 1 ? 'parte' : 'partes'}`,
    text('model'),
    tokens > 0 ? `${tokens.toLocaleString('es')} tokens` : null,
    ms === null ? null : duration(ms),
    number('httpStatus') === null ? null : `HTTP ${number('httpStatus')}`,
    text('code'),
    typeof detail['count'] === 'number' ? `${detail['count']}` : null,
    text('detail'),
  ];
  return said.filter((part) => part !== null).join(' · ');
}

/** Entries line by line, each with its details one click away. */
export function entryList(entries: readonly EntryView[]): SafeHtml {
  return html`<ol class="steps">${entries.map(entryLine)}</ol>`;
}

function entryLine(entry: EntryView): SafeHtml {
  const summary = entrySummary(entry);
  const raw = JSON.stringify({ id: entry.id, messageId: entry.messageId ?? undefined, eventId: entry.eventId ?? undefined, correlationId: entry.correlationId ?? undefined, detail: entry.detail }, null, 2);
  return html`<li><details><summary><time datetime="${entry.at.toISOString()}">${clockTime(entry.at)}</time> <span>${entryTitle(entry.type)}${summary !== '' && html` <span class="muted">· ${summary}</span>`}${entry.reasonText && html` <span class="why">${entry.reasonText.es}</span>`}</span></summary><p class="code-line"><code>${entry.type}</code>${entry.reason !== null && html` <code>${entry.reason}</code>`}</p><pre>${raw}</pre></details></li>`;
}
