import type { OperationId } from '../contract/operation-id.js';

/** What an operation answers; without a body when the contract has none. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  /** Outside the contract on purpose, to act as an account that was seen to deviate. */
  readonly isDeviation?: boolean;
}

/** A checked request: the shapes are the contract's. */
export interface ApiRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
  /** Address of this API as the caller reached it (`http://host:port/v2.0`), for links in answers. */
  readonly baseUrl: string;
  readonly path: string;
}

export type Handler = (request: ApiRequest) => Answer;
export type Handlers = Record<OperationId, Handler>;

export function ok(body: unknown): Answer {
  return { status: 200, body };
}

export const DONE: Answer = { status: 200 };
export const NO_CONTENT: Answer = { status: 204 };
/** Nearly every 404 of the contract has no body [O]. */
export const NOT_FOUND: Answer = { status: 404 };

/** The official error shape; the list of `type` values is not published [O]. */
export function errors(status: number, source: string, messages: readonly string[]): Answer {
  const type = status >= 500 ? 'INTERNAL_ERROR' : 'BAD_REQUEST';
  return { status, body: { errors: messages.map((message) => ({ type, source, message })) } };
}

export function badRequest(source: string, message: string): Answer {
  return errors(400, source, [message]);
}
