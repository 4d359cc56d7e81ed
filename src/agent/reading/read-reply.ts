import type { AIMessage } from '@langchain/core/messages';
import type { ToolWords } from '../tools/agent-tool.js';
import { readCalls, type Call } from './read-calls.js';
import { readText } from './read-text.js';
import { fault, type Reading } from './reading.js';

/** What a final reply means: its tool calls when it has any, else its text. A reply that was cut off means nothing. */
export function readReply(message: AIMessage, tools: readonly ToolWords[], addresses?: ReadonlySet<string>): Reading {
  const finish: unknown = message.response_metadata['finish_reason'];
  if (finish === 'length') return fault('quedó cortada por larga; escribí menos');
  if (finish === 'content_filter') return fault('la bloqueó un filtro de contenido');
  if ((message.invalid_tool_calls ?? []).length > 0) return fault('los argumentos de la herramienta no son JSON válido');
  const calls: Call[] = (message.tool_calls ?? []).map(({ name, args }) => ({ name, args }));
  return calls.length > 0 ? readCalls(calls, tools, addresses) : readText(message.text, addresses);
}
