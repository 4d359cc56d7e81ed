import type { TokenState } from '../../botmaker/index.js';
import { found, type Finding } from '../finding.js';

/** The token by what it says of itself; whether Botmaker takes it shows in the calls. */
export function judgeToken(token: TokenState, isSandbox: boolean): Finding[] {
  if (isSandbox) return [];
  if (token.storeProblem === 'credential.key-changed') return [found('token-sealed-otherwise')];
  const at = token.expiresAt?.toISOString().slice(0, 10) ?? '?';
  if (token.hasEnded && !token.canRefresh) return [found('token-ended', { at })];
  return [
    ...(token.isJwt ? [] : [found('token-no-jwt')]),
    ...(token.isNearEnd ? [found(token.canRefresh ? 'token-refresh-due' : 'token-ends-soon', { at })] : []),
    ...(!token.canRefresh && !token.isNearEnd ? [found('refresh-unset')] : []),
  ];
}
