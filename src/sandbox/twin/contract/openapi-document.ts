import { readFileSync } from 'node:fs';

/** A JSON Schema node of the contract; only what the rewriting looks at is typed. */
export interface SchemaNode {
  readonly [key: string]: unknown;
}

export interface ParameterNode {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: SchemaNode;
}

interface ContentNode {
  readonly content?: { readonly 'application/json'?: { readonly schema: SchemaNode } };
}

export interface OperationNode {
  readonly operationId: string;
  readonly parameters?: readonly ParameterNode[];
  readonly requestBody?: ContentNode & { readonly required?: boolean };
  readonly responses: Readonly<Record<string, ContentNode & { readonly description: string }>>;
}

export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationNode>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, SchemaNode>> };
}

/** The only file the twin shares with the app: so that each checks the other. The build copies it to the same relative place. */
export function readContract(): OpenApiDocument {
  const url = new URL('../../../botmaker/contract/openapi.json', import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as OpenApiDocument;
}

/** Schema of a body, of a request or of an answer. */
export function jsonSchemaOf(node: ContentNode | undefined): SchemaNode | undefined {
  return node?.content?.['application/json']?.schema;
}
