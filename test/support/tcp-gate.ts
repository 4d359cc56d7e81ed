import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * A wire between the app and a server that can be cut: closed, so that connecting is refused, led to another server, torn
 * off after some bytes of an answer, or silent, so that nobody learns that nothing arrives any more.
 */
export class TcpGate {
  private server: Server | null = null;
  private readonly sockets = new Set<Socket>();
  private port = 0;
  private target = 0;
  private cutAfter = Infinity;
  private isSilent = false;

  static async start(): Promise<TcpGate> {
    const gate = new TcpGate();
    await gate.open();
    return gate;
  }

  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Where new connections go; those that are kept open end. */
  leadTo(url: string): void {
    this.target = Number(new URL(url).port);
    this.end();
  }

  /** Tears off the next answer after so many bytes, once; connections that are kept open end. */
  cutNextAnswerAfter(bytes: number): void {
    this.end();
    this.cutAfter = bytes;
  }

  /** Nothing passes any more, and nobody is told. Connections made meanwhile stay dead for ever. */
  silence(): void {
    this.isSilent = true;
    for (const socket of this.sockets) swallow(socket);
  }

  /** New connections work again. */
  speak(): void {
    this.isSilent = false;
  }

  async open(): Promise<void> {
    const server = createServer((socket) => this.join(socket));
    await new Promise<void>((listening) => server.listen(this.port, '127.0.0.1', listening));
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }

  async close(): Promise<void> {
    const { server } = this;
    this.server = null;
    const closed = new Promise((done) => (server ? server.close(done) : done(null)));
    this.end();
    await closed;
  }

  private end(): void {
    for (const socket of this.sockets) socket.destroy();
    this.sockets.clear();
  }

  private join(near: Socket): void {
    if (this.isSilent) {
      this.sockets.add(near);
      near.on('error', () => undefined);
      near.on('close', () => this.sockets.delete(near));
      return swallow(near);
    }
    const far = connect(this.target, '127.0.0.1');
    const cutAfter = this.cutAfter;
    let passed = 0;
    this.cutAfter = Infinity;
    for (const [socket, other] of [[near, far], [far, near]] as const) {
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.sockets.delete(socket);
        other.destroy();
      });
    }
    near.on('data', (chunk) => far.write(chunk));
    far.on('data', (chunk) => {
      const allowed = chunk.subarray(0, Math.max(0, cutAfter - passed));
      passed += chunk.length;
      if (passed < cutAfter) return void near.write(chunk);
      if (allowed.length === 0) return void near.resetAndDestroy();
      near.write(allowed, () => near.resetAndDestroy());
    });
  }
}

function swallow(socket: Socket): void {
  socket.removeAllListeners('data');
  socket.resume();
}
