import type { ErrorKind } from '../../../src/platform/index.js';
import type { World } from '../engine/world.js';
import { promise } from '../engine/violation.js';
import { requestTimeoutMs } from './rules.js';

export type IssuerSite = 'refresh fails' | 'refresh refused' | 'pair issued and lost' | 'refresh slow' | 'token revoked';
export const issuerSites: readonly IssuerSite[] = ['refresh fails', 'refresh refused', 'pair issued and lost', 'refresh slow', 'token revoked'];

const minuteMs = 60_000;
export const tokenLifeMs = 12 * minuteMs;
const mostAMinute = 3;

export interface Pair {
  access: string;
  refresh: string;
  issuedAt: number;
}

/** What Botmaker does with what it issued before: nobody knows, so every account is another one. */
export interface IssuerHabit {
  /** A refresh token works once. */
  rotates: boolean;
  /** A new pair ends the earlier access tokens at once. */
  endsEarlier: boolean;
  /** The secret of the environment works for ever. */
  keepsFirst: boolean;
}

export type IssuerAnswer = { pair: Pair } | { kind: ErrorKind };

/** Botmaker as issuer of tokens: at most three refreshes a minute. */
export class SimulatedIssuer {
  readonly first: Pair;
  private readonly living = new Map<string, Pair>();
  private readonly refreshTokens = new Set<string>();
  private readonly arrivals: number[] = [];
  private isAsked = false;
  private issued = 0;

  constructor(
    private readonly world: World<IssuerSite>,
    private readonly habit: IssuerHabit,
  ) {
    this.first = this.issue();
  }

  /** Whether an access token works now. */
  works({ access, issuedAt }: Pair): boolean {
    return this.living.has(access) && this.world.clock.now < issuedAt + tokenLifeMs;
  }

  takes(refreshToken: string): boolean {
    return this.refreshTokens.has(refreshToken);
  }

  /** It stops taking a token, long before its end. */
  revoke(): void {
    this.world.trace.note('issuer', 'revokes the access tokens');
    this.living.clear();
  }

  /** A request for a new pair arrives. What is answered comes `afterMs` later. */
  refresh(token: string): { answer: IssuerAnswer; afterMs: number } {
    const { chance, clock, faults, trace } = this.world;
    promise(!this.isAsked, 'one refresh is under way at a time');
    this.arrivals.push(clock.now);
    const inWindow = this.arrivals.filter((at) => at > clock.now - minuteMs).length;
    promise(inWindow <= mostAMinute, 'no more than three refreshes are asked for in a minute', `${inWindow}`);
    const afterMs = faults.fires('refresh slow') ? chance.between(1000, requestTimeoutMs - 1) : chance.between(20, 400);
    this.isAsked = true;
    clock.in(afterMs, () => (this.isAsked = false));
    if (faults.fires('refresh fails')) return { answer: { kind: chance.pick(['upstream-unavailable', 'rate-limited'] as const) }, afterMs };
    if (!this.refreshTokens.has(token) || faults.fires('refresh refused')) return { answer: { kind: 'unauthenticated' }, afterMs };
    if (this.habit.endsEarlier) this.living.clear();
    if (this.habit.rotates && !(this.habit.keepsFirst && token === this.first.refresh)) this.refreshTokens.delete(token);
    const pair = this.issue();
    trace.note('issuer', `issues ${pair.access} for ${token}`);
    return { answer: faults.fires('pair issued and lost') ? { kind: 'upstream-unavailable' } : { pair }, afterMs };
  }

  private issue(): Pair {
    const pair = { access: `access-${this.issued}`, refresh: `refresh-${this.issued}`, issuedAt: this.world.clock.now };
    this.issued++;
    this.living.set(pair.access, pair);
    this.refreshTokens.add(pair.refresh);
    return pair;
  }
}
