import type { Passage } from '../../knowledge/index.js';
import { wallClock, type Language } from '../../platform/index.js';
import type { AgentInput, EarlierEffect, HistoryLine } from '../agent-input.js';
import { leastCoverage, longestLine } from '../limits.js';

const authors = { customer: 'cliente', flow: 'flujo', operator: 'operador', agent: 'asistente' } as const satisfies Record<HistoryLine['author'], string>;
const languageNames = { es: 'español', pt: 'portugués', en: 'inglés' } as const satisfies Record<Language, string>;
const mostVariables = 20;

/** Text of others inside our tags: whatever it holds, it can't close the tag that says who wrote it, or open another. */
export function escaped(text: string, longest = longestLine): string {
  const short = text.length > longest ? `${text.slice(0, longest)}… [recortado]` : text;
  return short.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

const attribute = (text: string): string => escaped(text, 200).replaceAll('"', '&quot;');

/** One line of the conversation, marked with its author. */
export function lineText(line: HistoryLine): string {
  return `<mensaje autor="${authors[line.author]}" hora="${minute(line.at)}">${escaped(line.text)}</mensaje>`;
}

/** What we know of the chat besides what was said. Names and variables are written by strangers, so they stand here as data. */
export function contextText(input: AgentInput, isCut: boolean): string {
  const variables = Object.entries(input.variables).filter(([, value]) => value).slice(0, mostVariables);
  const facts = [
    `ahora: ${minute(input.now)} (UTC), ${wallClock(input.now, input.timeZone).time} donde está el cliente`,
    `idioma del canal: ${languageNames[input.language]}`,
    ...(input.line ? [`línea: ${escaped(input.line, 80)}`] : []),
    ...(input.isOpen === null ? [] : [input.isOpen ? 'hay personas atendiendo ahora' : 'ahora no hay personas atendiendo: quien quiera una, tiene que esperar']),
    ...(input.platform ? [`canal: ${escaped(input.platform, 50)}`] : []),
    ...(input.customerName ? [`nombre del cliente: ${escaped(input.customerName, 80)}`] : []),
    ...variables.map(([name, value]) => `variable ${escaped(name, 60)}: ${escaped(value, 200)}`),
    ...input.effects.map(effectText),
    ...(isCut ? ['los mensajes más viejos de la conversación no se muestran'] : []),
  ];
  return `<contexto>\n${facts.join('\n')}\n</contexto>`;
}

function effectText({ tool, result }: EarlierEffect): string {
  if (result === null) return `no se sabe si llegó a hacerse, y no hay que hacerlo de nuevo: ${escaped(tool, 60)}`;
  return `ya está hecho, y no hay que hacerlo de nuevo: ${escaped(tool, 60)}${result && `: ${escaped(result, 500)}`}`;
}

/** What a search found, as the model reads it. */
export function passagesText(passages: readonly Passage[]): string {
  if (passages.length === 0) return 'No se encontró nada sobre eso.';
  const hint = (passages[0]?.coverage ?? 0) < leastCoverage ? 'Los pasajes se parecen poco a la pregunta: puede que no la respondan.\n' : '';
  const texts = passages.map(({ id, title, heading, body }) => `<pasaje id="${attribute(id)}" titulo="${attribute(heading ? `${title} › ${heading}` : title)}">\n${escaped(body)}\n</pasaje>`);
  return hint + texts.join('\n');
}

function minute(at: Date): string {
  return at.toISOString().slice(0, 16);
}
