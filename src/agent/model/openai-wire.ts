import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { askProvider, withoutRequest } from './ask-provider.js';
import { GarbageReply } from './garbage-reply.js';

/** A decision is a few kilobytes; whatever is larger is not one. */
const largestBody = 2_000_000;

/**
 * The fetch under the OpenAI client. It reads the body itself, so that only replies that make sense get any further:
 * servers that call themselves compatible send HTML with status 200, no choices, arguments that are no JSON.
 * The body of an error is dropped unread; it may quote our key or the conversation. Nothing is asked for a turn that is lost.
 */
export async function carefulFetch(url: string | URL | Request, init: RequestInit = {}): Promise<Response> {
  try {
    return await answer(String(url instanceof Request ? url.url : url), init);
  } catch (error) {
    throw error instanceof GarbageReply ? error : withoutRequest(error);
  }
}

async function answer(url: string, init: RequestInit): Promise<Response> {
  const { status, headers, data: body } = await askProvider(url, init);
  if (status < 200 || status >= 300) {
    body.destroy();
    const retryAfter: unknown = headers['retry-after'];
    return new Response(null, { status, headers: typeof retryAfter === 'string' ? { 'retry-after': retryAfter } : {} });
  }
  const reply = readableReply(await boundedText(body));
  return new Response(JSON.stringify(reply), { status: 200, headers: { 'content-type': 'application/json' } });
}

async function boundedText(body: Readable): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body as AsyncIterable<Buffer>) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > largestBody) throw new GarbageReply('es demasiado larga');
  }
  return text + decoder.decode();
}

const textPart = z.looseObject({ text: z.string().optional() });
const toolCall = z.looseObject({ id: z.string().min(1).nullish().catch(null), function: z.looseObject({ name: z.string(), arguments: z.unknown() }) });
const count = z.number().int().nonnegative().catch(0);
const completion = z.looseObject({
  choices: z.array(z.looseObject({
    message: z.looseObject({ content: z.union([z.string(), z.array(textPart)]).nullish(), tool_calls: z.array(toolCall).nullish() }),
    finish_reason: z.string().nullish(),
  })).min(1),
  usage: z.looseObject({ prompt_tokens: count, completion_tokens: count, total_tokens: count }).nullish().catch(undefined),
});

/** The reply in the shape that the contract promises, mended where only the form is off. Throws GarbageReply otherwise. */
export function readableReply(text: string): unknown {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new GarbageReply('no se pudo leer');
  }
  const read = completion.safeParse(body);
  const choice = read.success ? read.data.choices[0] : undefined;
  if (!read.success || !choice) throw new GarbageReply('no tiene contenido');
  const { content, tool_calls: calls } = choice.message;
  const message = {
    role: 'assistant',
    content: Array.isArray(content) ? content.map((part) => part.text ?? '').join('') : (content ?? null),
    ...(calls?.length ? { tool_calls: calls.map(readableCall) } : {}),
  };
  const { id, model, usage } = read.data;
  return { id: id ?? randomUUID(), object: 'chat.completion', model, choices: [{ index: 0, message, finish_reason: choice.finish_reason ?? 'stop' }], usage };
}

function readableCall(call: z.infer<typeof toolCall>): unknown {
  const { name, arguments: args } = call.function;
  const written = typeof args === 'string' ? args.trim() || '{}' : JSON.stringify(args ?? {});
  let value: unknown;
  try {
    value = JSON.parse(written);
  } catch {
    throw new GarbageReply('los argumentos de la herramienta no son JSON válido');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new GarbageReply('los argumentos de la herramienta no son un objeto JSON');
  return { id: call.id ?? `call_${randomUUID()}`, type: 'function', function: { name, arguments: written } };
}
