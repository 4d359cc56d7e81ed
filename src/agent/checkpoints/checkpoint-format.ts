import { BaseMessage, mapStoredMessagesToChatMessages, type StoredMessage } from '@langchain/core/messages';
import { AppError } from '../../platform/index.js';

const message = '@message';

/** What a message is made of. Its own `toDict` is not used: it changes arguments of tools that look like LangChain's records. */
const fields = ['id', 'name', 'content', 'tool_calls', 'invalid_tool_calls', 'tool_call_id', 'status', 'usage_metadata', 'response_metadata', 'additional_kwargs'] as const;

/**
 * How a checkpoint is written: JSON, with LangChain's messages marked. Not LangGraph's own format: it makes objects of whatever
 * in the data looks like one of its records, and the arguments of a tool are written by a model that a customer can talk to.
 *
 * `version` names the program that wrote it. Another one has other steps, instructions or tools, and could go wrong from here
 * without noticing; it can't read it and begins anew.
 */
export class CheckpointFormat {
  constructor(private readonly version: string) {}

  async dumpsTyped(value: unknown): Promise<[string, Uint8Array]> {
    return [this.version, new TextEncoder().encode(JSON.stringify(packed(value ?? null)))];
  }

  async loadsTyped(version: string, data: Uint8Array | string): Promise<unknown> {
    if (version !== this.version) throw new AppError('conflict', 'agent.checkpoint-foreign', 'the checkpoint was written by another version of the program');
    return unpacked(JSON.parse(typeof data === 'string' ? data : new TextDecoder().decode(data)));
  }
}

/** A field of the data that begins with our mark gets another one in front, so that nothing but us can write the mark. */
function packed(value: unknown): unknown {
  if (BaseMessage.isInstance(value)) return { [message]: { type: value.type, data: packed(Object.fromEntries(fields.map((field) => [field, value[field as keyof BaseMessage]]))) } };
  if (Array.isArray(value)) return value.map(packed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name.startsWith('@') ? `@${name}` : name, packed(field)]));
}

function unpacked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unpacked);
  if (typeof value !== 'object' || value === null) return value;
  if (message in value) return mapStoredMessagesToChatMessages([unpacked(value[message]) as StoredMessage])[0];
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name.startsWith('@') ? name.slice(1) : name, unpacked(field)]));
}
