// The product as it is deployed: node dist/main.js, with environment variables only.
import { randomBytes } from 'node:crypto';
import { freePort, startProgram } from './child.mjs';

/** A token that exists for this run only. */
export const token = randomBytes(18).toString('base64url');

/** `botmaker`: address of a stub that accepts everything. The sandbox stays off, because an account is configured. */
export async function startProduct(role, { databaseUrl, botmaker, env = {}, nodeArgs = [] }) {
  const port = await freePort();
  return startProgram(['dist/main.js', role], {
    address: `http://127.0.0.1:${port}`,
    nodeArgs,
    env: {
      PORT: String(port), HOST: '127.0.0.1', MANAGEMENT_PORT: '0', DATABASE_URL: databaseUrl, BM_API_BASE: `${botmaker}/v2.0`,
      BM_ACCESS_TOKEN: token, BM_SECURITY_TOKEN: token, ADMIN_API_KEY: randomBytes(24).toString('base64url'),
      ENCRYPTION_KEY: randomBytes(32).toString('base64'), SWEEP_EVERY_MS: '0', ...env,
    },
  });
}

