import { connect } from 'node:net';

const connections = 8;
/** How many requests are under way on each connection: enough to keep both sides busy. */
const ahead = 24;

/**
 * Posts bodies to the webhook as fast as it takes them, on a few connections with several requests under way on each.
 * Resolves with the status of each, in the order of the bodies; 0 for one whose connection ended before it was answered.
 */
export async function postAll(address: string, token: string, bodies: readonly Uint8Array[]): Promise<number[]> {
  const statuses = new Array<number>(bodies.length).fill(0);
  let next = 0;
  const take = (): number | null => (next < bodies.length ? next++ : null);
  await Promise.all(Array.from({ length: connections }, () => pump(address, token, bodies, take, statuses)));
  return statuses;
}

function pump(address: string, token: string, bodies: readonly Uint8Array[], take: () => number | null, statuses: number[]): Promise<void> {
  const { hostname, port } = new URL(address);
  return new Promise((done) => {
    const socket = connect(Number(port), hostname);
    const waiting: number[] = [];
    let rest = '';
    const fill = (): void => {
      socket.cork();
      while (waiting.length < ahead) {
        const index = take();
        if (index === null) break;
        waiting.push(index);
        socket.write(`POST /botmaker/webhook HTTP/1.1\r\nhost: agent.example\r\nauth-bm-token: ${token}\r\ncontent-type: application/json\r\ncontent-length: ${bodies[index]?.length}\r\n\r\n`);
        socket.write(bodies[index] ?? '');
      }
      socket.uncork();
      if (waiting.length === 0) socket.end();
    };
    socket.on('connect', fill);
    socket.on('data', (data: Buffer) => {
      rest += data.toString('latin1');
      const answers = rest.split(/(?=HTTP\/1\.1 \d{3} )/);
      // The last one may be half an answer: it is one when its body, which is JSON, is closed.
      rest = answers.at(-1)?.endsWith('}') ? '' : (answers.pop() ?? '');
      for (const answer of answers) {
        const index = waiting.shift();
        if (index !== undefined) statuses[index] = Number(answer.slice(9, 12));
      }
      if (waiting.length < ahead / 2) fill();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => done());
  });
}
