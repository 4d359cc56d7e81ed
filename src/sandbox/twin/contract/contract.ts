import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { jsonSchemaOf, readContract, type OperationNode, type SchemaNode } from './openapi-document.js';
import type { OperationId } from './operation-id.js';
import { proseViolations } from './prose-rules.js';
import { limitFromSentence, type RateLimit } from './rate-limit.js';
import { rewriteComponents, rewriteSchema } from './schema-rewrite.js';

/** Name of the query parameter that our `nextPage` links carry; the contract says only that the link is opaque [O]. */
export const PAGE_TOKEN = 'page-token';

export interface OperationMatch {
  readonly operation: OperationId;
  readonly params: Readonly<Record<string, string>>;
}

export interface RequestParts {
  readonly query: Readonly<Record<string, string | string[]>>;
  /** undefined when the request has no body */
  readonly body: unknown;
  readonly at: Date;
}

export interface CheckedRequest {
  readonly violations: readonly string[];
  /** Query values in the types of the contract (booleans, integers, arrays). */
  readonly query: Readonly<Record<string, unknown>>;
}

interface Route {
  readonly operation: OperationId;
  readonly method: string;
  readonly segments: readonly string[];
  readonly node: OperationNode;
}

/** The official contract as a checker of requests and of the twin's own answers. Stateless, so one per process is enough. */
export class Contract {
  private static loaded: Contract | undefined;
  private readonly ajv = new Ajv({ strict: false, allErrors: true });
  private readonly queryAjv = new Ajv({ strict: false, allErrors: true, coerceTypes: 'array' });
  private readonly validators = new Map<string, ValidateFunction | null>();
  private readonly routes: readonly Route[];
  private readonly nodes: ReadonlyMap<OperationId, OperationNode>;

  private constructor() {
    const document = readContract();
    for (const ajv of [this.ajv, this.queryAjv]) {
      formats.default(ajv);
      ajv.addFormat('snake_case', /^[a-z0-9]+(_[a-z0-9]+)*$/);
      ajv.addSchema(rewriteComponents(document.components.schemas));
    }
    this.routes = Object.entries(document.paths).flatMap(([template, operations]) =>
      Object.entries(operations).map(([method, node]) => ({
        operation: node.operationId as OperationId,
        method: method.toUpperCase(),
        segments: template.split('/').slice(1),
        node,
      })),
    );
    this.nodes = new Map(this.routes.map((route) => [route.operation, route.node]));
  }

  static load(): Contract {
    return (Contract.loaded ??= new Contract());
  }

  get operations(): readonly OperationId[] {
    return this.routes.map((route) => route.operation);
  }

  /** Finds the operation of a path below the base (`/chats/{chatReference}`); fixed segments win over parameters. */
  match(method: string, path: string): OperationMatch | undefined {
    const segments = path.split('/').slice(1);
    const candidates = this.routes
      .filter((route) => route.method === method && fits(route.segments, segments))
      .sort((a, b) => parameterCount(a.segments) - parameterCount(b.segments));
    const [route] = candidates;
    const values = decoded(segments);
    if (!route || !values) return undefined;
    const params: Record<string, string> = {};
    route.segments.forEach((name, index) => {
      if (isParameter(name)) params[name.slice(1, -1)] = values[index] ?? '';
    });
    return { operation: route.operation, params };
  }

  checkRequest(operation: OperationId, parts: RequestParts): CheckedRequest {
    const query: Record<string, unknown> = { ...parts.query };
    const violations = [
      ...reasons('query', this.queryValidator(operation), query),
      ...this.bodyReasons(operation, parts.body),
    ];
    // Prose rules presume the shape, so they are asked only once the shape is right.
    if (violations.length === 0) violations.push(...proseViolations(operation, { query, body: parts.body, at: parts.at }));
    return { violations, query };
  }

  /** What is wrong with an answer of ours: an empty list when it fits the response schema of its status. */
  checkAnswer(operation: OperationId, status: number, body: unknown): string[] {
    const answer = this.node(operation).responses[String(status)];
    if (!answer) return [`status ${status} is not documented`];
    const schema = jsonSchemaOf(answer);
    // 204 of the typing feedback declares a JSON string although it says "no content".
    if (!schema || status === 204) {
      // Whether the link of private media is text or JSON is not stated; text is what we send.
      const isAllowed = body === undefined || (status === 200 && typeof body === 'string');
      return isAllowed ? [] : ['the contract has no body here'];
    }
    return reasons('answer', this.validator(`answer ${operation} ${status}`, schema), body);
  }

  limitOf(operation: OperationId): RateLimit | null {
    return limitFromSentence(this.node(operation).responses['429']?.description);
  }

  private bodyReasons(operation: OperationId, body: unknown): string[] {
    const declared = this.node(operation).requestBody;
    const schema = jsonSchemaOf(declared);
    if (!schema) return body === undefined ? [] : ['body: the operation has none'];
    // The export declares almost every body as optional; none of these calls means anything without one.
    if (body === undefined) return ['body: missing'];
    return reasons('body', this.validator(`body ${operation}`, schema), body);
  }

  private queryValidator(operation: OperationId): ValidateFunction {
    const key = `query ${operation}`;
    const known = this.validators.get(key);
    if (known) return known;
    const parameters = (this.node(operation).parameters ?? []).filter((parameter) => parameter.in === 'query');
    const properties: Record<string, unknown> = {};
    for (const parameter of parameters) properties[parameter.name] = rewriteSchema(parameter.schema);
    if (this.isPaged(operation)) properties[PAGE_TOKEN] = { type: 'string' };
    const required = parameters.filter((parameter) => parameter.required).map((parameter) => parameter.name);
    const validator = this.queryAjv.compile({ type: 'object', properties, required, additionalProperties: false });
    this.validators.set(key, validator);
    return validator;
  }

  private validator(key: string, schema: SchemaNode): ValidateFunction {
    const known = this.validators.get(key);
    if (known) return known;
    const validator = this.ajv.compile(rewriteSchema(schema));
    this.validators.set(key, validator);
    return validator;
  }

  private isPaged(operation: OperationId): boolean {
    const reference = jsonSchemaOf(this.node(operation).responses['200'])?.['$ref'];
    return typeof reference === 'string' && reference.endsWith('Page');
  }

  private node(operation: OperationId): OperationNode {
    const node = this.nodes.get(operation);
    if (!node) throw new Error(`the contract has no operation ${operation}`);
    return node;
  }
}

function isParameter(segment: string): boolean {
  return segment.startsWith('{');
}

function parameterCount(segments: readonly string[]): number {
  return segments.filter(isParameter).length;
}

function decoded(segments: readonly string[]): string[] | undefined {
  try {
    return segments.map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

function fits(template: readonly string[], segments: readonly string[]): boolean {
  return (
    template.length === segments.length &&
    template.every((part, index) => (isParameter(part) ? segments[index] !== '' : part === segments[index]))
  );
}

function reasons(where: string, validate: ValidateFunction, value: unknown): string[] {
  return validate(value) ? [] : (validate.errors ?? []).map((error) => describe(where, error));
}

function describe(where: string, error: ErrorObject): string {
  const params: Record<string, unknown> = error.params;
  const detail = params['additionalProperty'] ?? params['allowedValues'] ?? '';
  return `${where}${error.instancePath}: ${error.message ?? error.keyword}${detail === '' ? '' : ` (${String(detail)})`}`;
}
