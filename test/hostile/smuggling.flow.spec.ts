import { createServer, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { noteEvidence, tally } from '../support/evidence.js';
import { startApp, type RunningApp } from '../support/running-app.js';
import { smuggled, smugglingCases } from './smuggling-cases.js';

/** Writes all bytes and says that there are no more, so that nobody waits for the rest of a body. Resolves at the end of the connection. */
function write(port: number, bytes: string): Promise<void> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.on('close', () => done());
    socket.resume().end(Buffer.from(bytes, 'latin1'));
  });
}

/** How many requests the server sees in these bytes, and whether the hidden one is among them. */
async function seenBy(server: Server, bytes: string): Promise<{ requests: number; isSmuggled: boolean }> {
  const seen = { requests: 0, isSmuggled: false };
  const note = ({ headers }: IncomingMessage): void => {
    seen.requests += 1;
    seen.isSmuggled ||= headers['x-smuggled'] !== undefined;
  };
  server.on('request', note);
  await write((server.address() as AddressInfo).port, bytes);
  server.off('request', note);
  return seen;
}

describe('a request hidden in another', () => {
  let running: RunningApp;

  beforeAll(async () => {
    running = await startApp({ role: 'api' });
  }, 120_000);
  afterAll(() => running.stop(), 90_000);

  it('is never seen, whatever way its length is told: the first is refused, or is all there is', async () => {
    const server = running.app.getHttpServer() as Server;
    const seen: Record<string, number> = {};
    const faults: string[] = [];
    for (const [what, bytes] of Object.entries(smugglingCases)) {
      const { requests, isSmuggled } = await seenBy(server, bytes.replaceAll('TOKEN', running.twin.webhookToken));
      seen[what] = requests;
      if (requests > 1 || isSmuggled) faults.push(what);
    }
    const counts = tally(Object.values(seen));
    noteEvidence('smuggling', { cases: Object.keys(seen).length, refused: counts['0'] ?? 0, one: counts['1'] ?? 0, faults });
    expect(faults).toEqual([]);
    // A body is a body, even when it looks like a request.
    expect(seen['a body of GET']).toBe(1);
  });

  it('would be seen by a server with a lenient parser, and two honest requests are seen by ours: the measure shows it', async () => {
    const lenient = createServer({ insecureHTTPParser: true }, (_request, response) => response.end());
    await new Promise<void>((listening) => lenient.listen(0, '127.0.0.1', listening));
    expect(await seenBy(lenient, smugglingCases['a length and chunks'] ?? '')).toEqual({ requests: 2, isSmuggled: true });
    lenient.closeAllConnections();
    lenient.close();
    const honest = `GET /health/live HTTP/1.1\r\nhost: agent.example\r\n\r\n${smuggled}`;
    expect(await seenBy(running.app.getHttpServer() as Server, honest)).toEqual({ requests: 2, isSmuggled: true });
  });
});
