import type { Passage } from '../../knowledge/index.js';
import type { AgentInput, HistoryLine } from '../agent-input.js';
import { leastCoverage, longestLine } from '../limits.js';

const authors = { customer: 'cliente', flow: 'flujo', operator: 'operador', agent: 'asistente' } as const satisfies Record<HistoryLine['author'], string>;
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
    `ahora: ${minute(input.now)} (UTC)`,
    ...(input.platform ? [`canal: ${escaped(input.platform, 50)}`] : []),
    ...(input.customerName ? [`nombre del cliente: ${escaped(input.customerName, 80)}`] : []),
    ...variables.map(([name, value]) => `variable ${escaped(name, 60)}: ${escaped(value, 200)}`),
    ...(isCut ? ['los mensajes más viejos de la conversación no se muestran'] : []),
  ];
  return `<contexto>\n${facts.join('\n')}\n</contexto>`;
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
