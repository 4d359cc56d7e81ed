import { looksLikeJson } from './looks-like-json.js';
import { outgoingParts } from './outgoing-parts.js';
import { readCalls, type Call } from './read-calls.js';
import { decided, fault, type Reading } from './reading.js';

/** The decision tools by the kind of decision, for models that write a decision down instead of calling a tool. */
const toolOfKind: Record<string, string> = { answer: 'reply', silent: 'stay_silent', 'to-human': 'hand_to_human', 'to-flow': 'return_to_flow' };

/** What a reply in plain words means: the answer itself, or a decision written as JSON. Other JSON is never for a customer. */
export function readText(content: string, addresses?: ReadonlySet<string>): Reading {
  // Models that think aloud do it first; what they think is not for the customer.
  const text = content.replace(/^[\s\S]*<\/think(?:ing)?>/i, '').trim();
  if (!text) return fault('está vacía');
  if (looksLikeJson(text)) return readJson(text, addresses);
  const outgoing = outgoingParts([text]);
  return 'fault' in outgoing ? fault(outgoing.fault) : decided({ kind: 'answer', parts: outgoing.parts });
}

const fence = /^```[\w-]*\s*\n?([\s\S]*?)\n?```$/;

function readJson(text: string, addresses?: ReadonlySet<string>): Reading {
  try {
    const value: unknown = JSON.parse(fence.exec(text)?.[1] ?? text);
    const call = asCall(value);
    return call ? readCalls([call], [], addresses) : fault('es JSON y no una decisión');
  } catch {
    return fault('parece JSON y no lo es');
  }
}

/** `{"name": "reply", "arguments": {…}}` as some models write it, or a decision of ours: `{"kind": "answer", "parts": […]}`. */
function asCall(value: unknown): Call | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const fields = value as Record<string, unknown>;
  const tool = typeof fields['kind'] === 'string' ? toolOfKind[fields['kind']] : undefined;
  if (tool) return { name: tool, args: { ...fields, farewell: Array.isArray(fields['parts']) ? fields['parts'].join('\n\n') : undefined } };
  const name = fields['name'] ?? fields['tool'];
  const known = typeof name === 'string' && Object.values(toolOfKind).includes(name);
  return known ? { name, args: fields['arguments'] ?? fields['parameters'] ?? fields['args'] ?? fields } : null;
}
