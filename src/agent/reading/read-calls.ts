import { z } from 'zod';
import type { Decision, Medium, Options } from '../decision.js';
import type { ToolWords } from '../tools/agent-tool.js';
import { handToHumanTool, replyTool, returnToFlowTool, staySilentTool } from '../tools/decision.tool.js';
import { outgoingParts } from './outgoing-parts.js';
import { readExtras } from './read-extras.js';
import { decided, fault, type Reading } from './reading.js';

/** A tool call as the model wrote it; `args` is anything. */
export interface Call {
  name: string;
  args: unknown;
}

/** What may travel as the name of an intent; anything else is dropped, not repaired. */
const intentName = /^[\p{L}\p{N} _.:-]{1,100}$/u;

/**
 * Makes one decision of the decision tools that were called. Several replies are one answer in several parts, and a reply
 * beside a hand-over is its farewell: models do both, and what they mean is plain. Two different endings are not.
 * `tools`: what it could use before; that it wants to use one now is a fault. `addresses`: those that it has looked up.
 */
export function readCalls(calls: readonly Call[], tools: readonly ToolWords[] = [], addresses: ReadonlySet<string> = new Set()): Reading {
  const texts: string[] = [];
  const media: Medium[] = [];
  let options: Options | null = null;
  let ending: Decision | null = null;
  for (const call of calls) {
    const read = readCall(call, tools, addresses);
    if (typeof read === 'string') return fault(read);
    texts.push(...read.texts);
    media.push(...(read.media ?? []));
    if (read.options && options) return fault('usaste options más de una vez');
    options = read.options ?? options;
    if (!read.ending) continue;
    if (ending) return fault('usaste más de una decisión');
    ending = read.ending;
  }
  const hasMore = media.length > 0 || options !== null;
  if (ending?.kind === 'silent') return texts.length > 0 || hasMore ? fault('usaste reply y stay_silent a la vez') : decided(ending);
  if (ending && hasMore) return fault('una despedida no lleva options ni media');
  if (ending && texts.length === 0) return decided(ending);
  const outgoing = hasMore && texts.length === 0 ? { parts: [] } : outgoingParts(texts);
  if ('fault' in outgoing) return fault(outgoing.fault);
  if (ending) return decided({ ...ending, parts: outgoing.parts });
  return decided({ kind: 'answer', parts: outgoing.parts, ...(media.length > 0 ? { media } : {}), ...(options ? { options } : {}) });
}

type Read = { texts: string[]; media?: Medium[]; options?: Options | null; ending: Decision | null };

function readCall({ name, args }: Call, tools: readonly ToolWords[], addresses: ReadonlySet<string>): Read | string {
  switch (name) {
    case replyTool.name: {
      const reply = replyTool.schema.safeParse(args);
      if (!reply.success) return wrong(name, reply.error);
      const extras = readExtras(reply.data, addresses);
      return 'fault' in extras ? extras.fault : { texts: reply.data.parts, ...extras, ending: null };
    }
    case staySilentTool.name: {
      const silent = staySilentTool.schema.safeParse(args);
      return silent.success ? { texts: [], ending: { kind: 'silent', why: silent.data.why } } : wrong(name, silent.error);
    }
    case handToHumanTool.name: {
      const hand = handToHumanTool.schema.safeParse(args);
      if (!hand.success) return wrong(name, hand.error);
      return { texts: farewell(hand.data.farewell), ending: { kind: 'to-human', why: hand.data.why, parts: [] } };
    }
    case returnToFlowTool.name: {
      const back = returnToFlowTool.schema.safeParse(args);
      if (!back.success) return wrong(name, back.error);
      const intent = back.data.intent && intentName.test(back.data.intent) ? back.data.intent : null;
      return { texts: farewell(back.data.farewell), ending: { kind: 'to-flow', intent, why: back.data.why, parts: [] } };
    }
    default:
      return misused(name, args, tools);
  }
}

function misused(name: string, args: unknown, tools: readonly ToolWords[]): string {
  const read = tools.find((tool) => tool.name === name)?.schema.safeParse(args);
  if (!read) return 'esa herramienta no existe';
  return read.success ? 'ya no podés usar más herramientas: decidí con lo que tenés' : wrong(name, read.error);
}

const farewell = (text: string | null | undefined): string[] => (text ? [text] : []);

/** Names the fields, never their values. */
function wrong(tool: string, error: z.ZodError): string {
  const fields = [...new Set(error.issues.map(({ path }) => String(path[0] ?? 'argumentos')))];
  return `los argumentos de ${tool} no son válidos (${fields.join(', ')})`;
}
