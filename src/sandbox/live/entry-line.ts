import { entryWords, reasonText, type EntryView } from '../../correlation/index.js';

export type Tone = 'quiet' | 'in' | 'turn' | 'out' | 'good' | 'warn' | 'bad' | 'owner';

/** One entry of the correlation log as the page shows it. */
export interface EntryLine {
  /** A decimal number as a string; grows with time. */
  id: string;
  at: string;
  type: string;
  tone: Tone;
  /** What happened, in words. */
  title: string;
  /** Facts about it, short; empty when the title says it all. */
  detail: string;
  reasonCode: string | null;
  /** The reason in words; null when it has none. */
  reason: string | null;
  /** What was said, when the entry points at a message. */
  text: string | null;
  /** Botmaker's id of the chat. */
  chatId: string | null;
  runId: string | null;
  eventId: string | null;
  correlationId: string | null;
  /** Of little interest as long as all goes well: shown on request. */
  isDetail: boolean;
}

type Facts = Record<string, unknown>;

const from: Record<string, string> = { flow: 'del flujo', agent: 'del agente', human: 'de una persona' };
const to: Record<string, string> = { flow: 'al flujo', agent: 'al agente', human: 'a una persona' };
const authors: Record<string, string> = { customer: 'mensaje del cliente', flow: 'mensaje del flujo', operator: 'mensaje del operador', agent: 'eco de un mensaje nuestro' };
const outgoingKinds: Record<string, string> = { intent: 'un intent del flujo', list: 'una lista de opciones', buttons: 'botones', media: 'un archivo' };
const kinds: Record<string, string> = { status: 'estado de un mensaje', variables: 'variables del chat' };
const nodes: Record<string, string> = {
  quote: 'cita el conocimiento', recall: 'lee la conversación', 'use-tools': 'usa herramientas', 'ask-model': 'pregunta al modelo', interpret: 'interpreta la respuesta', repair: 'corrige la respuesta',
};
const decisions: Record<string, string> = { answer: 'responder', silent: 'no responder', 'to-human': 'derivar a una persona', 'to-flow': 'volver al flujo' };

export function entryLine(entry: EntryView): EntryLine {
  const facts = (entry.detail ?? {}) as Facts;
  return {
    id: entry.id,
    at: entry.at.toISOString(),
    type: entry.type,
    tone: toneOf(entry.type),
    title: entryWords[entry.type as keyof typeof entryWords] ?? entry.type,
    detail: detailOf(entry.type, facts),
    reasonCode: entry.reason,
    reason: entry.type === 'inbox.duplicate' ? null : wordsOf(entry.reason),
    text: entry.text,
    chatId: entry.botmakerChatId,
    runId: entry.runId,
    eventId: entry.eventId,
    correlationId: entry.correlationId,
    isDetail: isDetail(entry.type, facts),
  };
}

function toneOf(type: string): Tone {
  if (/\.(failed|dead|rejected|refresh-failed|unknown)$/.test(type)) return 'bad';
  if (/\.(retrying|in-doubt|held|expired|quarantined|released)$/.test(type)) return 'warn';
  if (type === 'chat.owner-changed') return 'owner';
  if (/^message\.(delivered|read)$/.test(type) || type === 'turn.finished') return 'good';
  const room = type.split('.')[0];
  if (room === 'inbox' || room === 'sweep' || room === 'mail') return 'in';
  if (room === 'turn' || room === 'agent' || room === 'effect') return 'turn';
  return room === 'outbox' || room === 'delivery' || room === 'message' ? 'out' : 'quiet';
}

/** What only confirms what the page shows anyway: echoes, statuses, and the steps between two that matter. */
function isDetail(type: string, { kind, author }: Facts): boolean {
  if (type === 'inbox.accepted') return kind !== 'message' || author !== 'customer';
  if (type === 'inbox.duplicate') return kind !== 'message';
  return ['agent.step', 'outbox.queued', 'delivery.attempted', 'message.sent', 'token.stored', 'inbox.ignored'].includes(type);
}

function detailOf(type: string, facts: Facts): string {
  const { kind, author, backfill, door, code, ms, inMs, startsInMs, httpStatus } = facts;
  switch (type) {
    case 'inbox.accepted':
      return joined(authors[text(author)] ?? kinds[text(kind)] ?? text(kind), backfill === true && 'encontrado por el barrido');
    case 'inbox.duplicate':
      return joined(kinds[text(kind)] ?? 'mensaje', door === 'sweep' && 'visto también por el barrido');
    case 'inbox.quarantined':
      return text(facts['detail']);
    case 'chat.owner-changed':
      return `${from[text(facts['from'])] ?? text(facts['from'])} ${to[text(facts['to'])] ?? text(facts['to'])}`;
    case 'turn.queued':
    case 'turn.extended':
      return `empieza en ${seconds(startsInMs)}`;
    case 'turn.started':
      return joined(counted(facts['mail'], 'mensaje leído', 'mensajes leídos'), text(facts['model']));
    case 'agent.step':
      return joined(nodes[text(facts['node'])] ?? text(facts['node']), seconds(ms), tokens(facts), listed(facts['passages']), listed(facts['tools']));
    case 'turn.decided':
      return joined(decisions[text(facts['decision'])] ?? text(facts['decision']), Number(facts['parts']) > 1 && counted(facts['parts'], 'parte', 'partes'), Number(facts['media']) > 0 && counted(facts['media'], 'archivo', 'archivos'), Number(facts['options']) > 0 && counted(facts['options'], 'opción', 'opciones'), seconds(ms));
    case 'effect.begun':
    case 'effect.done':
    case 'effect.failed':
    case 'effect.kept':
    case 'effect.unknown':
      return joined(text(facts['tool']), text(code), seconds(ms));
    case 'turn.finished':
      return seconds(ms);
    case 'outbox.queued':
      return outgoingKinds[text(kind)] ?? `parte ${Number(facts['part']) + 1}`;
    case 'delivery.attempted':
      return joined(`intento ${text(facts['attempt'])}`, counted(facts['parts'], 'mensaje', 'mensajes'));
    case 'delivery.accepted':
      return joined(`HTTP ${text(httpStatus)}`, seconds(ms));
    case 'delivery.retrying':
    case 'turn.released':
      return joined(text(code), `de nuevo en ${seconds(inMs)}`);
    case 'delivery.in-doubt':
      return joined(text(code), `se espera hasta ${seconds(facts['holdMs'])}`);
    case 'delivery.rejected':
      return joined(text(code), httpStatus !== null && `HTTP ${text(httpStatus)}`);
    case 'message.confirmed':
      return by(text(facts['by']));
    case 'message.redriven':
      return `por ${text(facts['by'])}`;
    case 'mail.reopened':
    case 'sweep.found':
      return counted(facts['count'], 'mensaje', 'mensajes');
    default:
      return text(code);
  }
}

/** A code stands for itself where it has no words; here it would only be noise. */
export function wordsOf(code: string | null): string | null {
  const words = code === null ? null : reasonText(code, 'es');
  return words === code ? null : words;
}

const joined = (...parts: (string | false)[]): string => parts.filter(Boolean).join(' · ');
const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');
const counted = (value: unknown, one: string, many: string): string => `${text(value)} ${value === 1 ? one : many}`;
const by = (mark: string): string => ({ payload: 'por webhookPayload', notification: 'por el id del envío', text: 'por su texto' })[mark] ?? mark;
const listed = (value: unknown): string => (Array.isArray(value) ? value.slice(0, 2).map(String).join(', ') : '');

function seconds(value: unknown): string {
  const ms = Number(value);
  if (!Number.isFinite(ms)) return '';
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toLocaleString('es', { maximumFractionDigits: 1 })} s`;
}

function tokens({ inputTokens, outputTokens }: Facts): string {
  const total = Number(inputTokens) + Number(outputTokens);
  return total > 0 ? `${total} tokens` : '';
}
