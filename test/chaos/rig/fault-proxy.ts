import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * A wire that misbehaves. Stalled, it is a half-open connection: open at both ends, and nothing passes, not even the news that
 * the other side has gone. Reset, every connection of the moment is torn off, wherever its bytes are.
 */
export class FaultProxy {
  private readonly pairs = new Set<readonly [Socket, Socket]>();
  private isStalled = false;
  latencyMs = 0;

  private constructor(
    private readonly server: Server,
    private readonly targetPort: number,
  ) {}

  static async start(targetPort: number): Promise<FaultProxy> {
    const server = createServer();
    const proxy = new FaultProxy(server, targetPort);
    server.on('connection', (socket) => proxy.join(socket));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  stall(): void {
    this.isStalled = true;
    for (const pair of this.pairs) for (const socket of pair) socket.pause();
  }

  /** What was stalled goes on. */
  heal(): void {
    this.isStalled = false;
    for (const pair of this.pairs) for (const socket of pair) socket.resume();
  }

  resetAll(): void {
    for (const [near, far] of this.pairs) {
      near.resetAndDestroy();
      far.destroy();
    }
  }

  async close(): Promise<void> {
    const closed = new Promise((done) => this.server.close(done));
    this.resetAll();
    await closed;
  }

  private join(near: Socket): void {
    const far = connect(this.targetPort, '127.0.0.1');
    const pair = [near, far] as const;
    this.pairs.add(pair);
    this.lead(near, far, pair);
    this.lead(far, near, pair);
    if (this.isStalled) for (const socket of pair) socket.pause();
  }

  private lead(from: Socket, to: Socket, pair: readonly [Socket, Socket]): void {
    from.on('error', () => undefined);
    from.on('data', (chunk) => {
      if (this.latencyMs === 0) to.write(chunk);
      else setTimeout(() => to.writable && to.write(chunk), this.latencyMs);
    });
    from.on('close', () => {
      this.pairs.delete(pair);
      to.destroy();
    });
  }
}
