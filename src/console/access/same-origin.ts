/** What of a request tells where it was made. */
export interface OriginRequest {
  host: string;
  headers: Record<string, string | string[] | undefined>;
}

/**
 * Whether a form was sent from our own pages. A browser sends `Origin` with every POST, and `null` when it hides it; then
 * `Sec-Fetch-Site`, which no page can forge, decides. A request with neither is refused.
 */
export function isSameOrigin({ host, headers }: OriginRequest): boolean {
  const origin = headers['origin'];
  if (typeof origin === 'string' && URL.canParse(origin)) return new URL(origin).host === host.toLowerCase();
  return headers['sec-fetch-site'] === 'same-origin';
}
