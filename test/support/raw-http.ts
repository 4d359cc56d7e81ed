import { connect } from 'node:net';

export interface RawAnswer {
  /** 0 when the connection ended without an answer. */
  status: number;
  text: string;
  /** What the other side let us write before it ended the connection. */
  bytesWritten: number;
}

/** One request as it is written to the wire, byte for byte: for what no HTTP client would send. Ends with the connection. */
export function rawRequest(address: string, head: string, body: Iterable<Buffer> = []): Promise<RawAnswer> {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname);
  let text = '';
  const chunks = body[Symbol.iterator]();
  const writeOn = (): void => {
    for (let next = chunks.next(); !next.done && !socket.destroyed; next = chunks.next()) {
      if (!socket.write(next.value)) return void socket.once('drain', writeOn);
    }
  };
  socket.on('connect', () => {
    socket.write(head);
    writeOn();
  });
  socket.on('data', (data: Buffer) => (text += data.toString('latin1')));
  return new Promise((done) => {
    // A reset is how an unread body ends: not an error here.
    socket.on('error', () => undefined);
    socket.on('close', () => done({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text, bytesWritten: socket.bytesWritten }));
  });
}

/** The head of a request, with `connection: close` so that the answer ends it. */
export function rawHead(method: string, target: string, headers: Record<string, string | string[]>): string {
  const lines = Object.entries({ host: 'agent.example', connection: 'close', ...headers }).flatMap(([name, value]) => [value].flat().map((each) => `${name}: ${each}`));
  return [`${method} ${target} HTTP/1.1`, ...lines, '', ''].join('\r\n');
}
