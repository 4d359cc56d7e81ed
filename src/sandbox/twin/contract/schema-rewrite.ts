import type { SchemaNode } from './openapi-document.js';

/** Id under which the rewritten components are registered with the validator. */
export const CONTRACT_ID = 'contract';

/**
 * The prose of ChatReferenceReq: only `chatId`, or both `channelId` and `contactId` [O]. The official `oneOf` has open
 * branches without `required`, so a strict validator would refuse every value.
 */
const CHAT_REFERENCE: SchemaNode = {
  type: 'object',
  properties: {
    chatId: { type: 'string', minLength: 1 },
    channelId: { type: 'string', minLength: 1 },
    contactId: { type: 'string', minLength: 1 },
  },
  additionalProperties: false,
};

/**
 * Turns the official schemas into ones that say what the prose says: `oneOf` is read as `anyOf`, `nextPage` may be null,
 * and objects are closed, because a field that the contract does not know is a wrong guess by whoever sent it.
 */
export function rewriteComponents(schemas: Readonly<Record<string, SchemaNode>>): SchemaNode {
  const rewritten: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(schemas)) rewritten[name] = rewriteSchema(schema);
  rewritten['ChatReferenceReq'] = CHAT_REFERENCE;
  return { $id: CONTRACT_ID, components: { schemas: rewritten } };
}

export function rewriteSchema(schema: SchemaNode): SchemaNode {
  return rewriteNode(schema) as SchemaNode;
}

function rewriteNode(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(rewriteNode);
  if (typeof node !== 'object' || node === null) return node;
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(node)) {
    // Examples are data, not schemas; some of the official ones look like schemas and would be rewritten.
    if (key === 'example' || key === 'examples' || key === 'discriminator') continue;
    if (key === 'oneOf') result['anyOf'] = rewriteNode(value);
    else if (key === '$ref') result[key] = `${CONTRACT_ID}${String(value)}`;
    else result[key] = rewriteNode(value);
  }
  if ('x-prose-nullable' in result) result['type'] = [result['type'], 'null'];
  // A node of `properties` named "type" is itself an object, so this only closes real object schemas.
  if (result['type'] === 'object' && 'properties' in result) result['additionalProperties'] ??= false;
  return result;
}
