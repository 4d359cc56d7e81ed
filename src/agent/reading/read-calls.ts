import { z } from 'zod';
import type { Decision } from '../decision.js';
import type { ToolWords } from '../tools/agent-tool.js';
import { handToHumanTool, replyTool, returnToFlowTool, staySilentTool } from '../tools/decision.tool.js';
import { outgoingParts } from './outgoing-parts.js';
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
 * `tools`: what it could use before; that it wants to use one now is a fault.
 */
export function readCalls(calls: readonly Call[], tools: readonly ToolWords[] = []): Reading {
  const texts: string[] = [];
  let ending: Decision | null = null;
  for (const call of calls) {
    const read = readCall(call, tools);
    if (typeof read === 'string') return fault(read);
    texts.push(...read.texts);
    if (!read.ending) continue;
    if (ending) return fault('usaste más de una decisión');
    ending = read.ending;
  }
  if (ending?.kind === 'silent') return texts.length > 0 ? fault('usaste reply y stay_silent a la vez') : decided(ending);
  if (ending && texts.length === 0) return decided(ending);
  const outgoing = outgoingParts(texts);
  if ('fault' in outgoing) return fault(outgoing.fault);
  return decided(ending ? { ...ending, parts: outgoing.parts } : { kind: 'answer', parts: outgoing.parts });
}

type Read = { texts: string[]; ending: Decision | null };

function readCall({ name, args }: Call, tools: readonly ToolWords[]): Read | string {
  switch (name) {
    case replyTool.name: {
      const reply = replyTool.schema.safeParse(args);
      return reply.success ? { texts: reply.data.parts, ending: null } : wrong(name, reply.error);
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
