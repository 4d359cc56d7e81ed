import { createHash } from 'node:crypto';
import { PAGE_TOKEN } from '../contract/contract.js';
import type { ApiRequest } from './answer.js';

export interface Page<T> {
  readonly items: readonly T[];
  /** Absolute URL, to be followed unchanged with the header; null on the last page [O]. */
  readonly nextPage: string | null;
}

/** A `nextPage` that was altered, or not one of ours. */
export class BadPageToken extends Error {}

/**
 * Cuts a sorted list after the item where the last page ended. A position by key, not by number: a listing whose items move
 * while it is read then neither repeats nor skips those that stay.
 *
 * @param keyOf text that sorts like the list; `isDescending` when the list is sorted downwards
 */
export function pageOf<T>(
  items: readonly T[],
  request: ApiRequest,
  { size, keyOf, isDescending = false }: { readonly size: number; readonly keyOf: (item: T) => string; readonly isDescending?: boolean },
): Page<T> {
  const after = lastKey(request);
  const start = after === null ? 0 : items.findIndex((item) => (isDescending ? keyOf(item) < after : keyOf(item) > after));
  const page = start < 0 ? [] : items.slice(start, start + size);
  const last = page.at(-1);
  const isMore = last !== undefined && start + size < items.length;
  return { items: page, nextPage: isMore ? linkAfter(request, keyOf(last)) : null };
}

function linkAfter(request: ApiRequest, key: string): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(request.query)) if (name !== PAGE_TOKEN) query.set(name, String(value));
  query.set(PAGE_TOKEN, `${Buffer.from(key).toString('base64url')}.${fingerprint(request)}`);
  return `${request.baseUrl}${request.path}?${query.toString()}`;
}

function lastKey(request: ApiRequest): string | null {
  const token = request.query[PAGE_TOKEN];
  if (typeof token !== 'string') return null;
  const [key = '', mark] = token.split('.');
  // The link must come back unchanged; a filter edited in between would silently skip items.
  if (mark !== fingerprint(request)) throw new BadPageToken('nextPage must be followed unchanged');
  return Buffer.from(key, 'base64url').toString('utf8');
}

function fingerprint(request: ApiRequest): string {
  const filters = Object.entries(request.query).filter(([name]) => name !== PAGE_TOKEN);
  return createHash('sha256').update(JSON.stringify([request.path, filters.sort()])).digest('base64url').slice(0, 12);
}
