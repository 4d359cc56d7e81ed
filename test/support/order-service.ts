import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A service of the company over real HTTP that cancels orders, and counts how often it did. */
export class OrderService {
  readonly cancelled: { order: string; key: string | undefined }[] = [];
  /** It has done what it was asked, and does not say so. */
  isMute = false;
  private readonly open: ServerResponse[] = [];
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response: ServerResponse) => {
      request.resume();
      this.cancelled.push({ order: request.url ?? '', key: request.headers['idempotency-key'] as string | undefined });
      if (this.isMute) this.open.push(response);
      else response.writeHead(200).end('cancelado');
    });
  }

  async listen(): Promise<void> {
    await new Promise<void>((listening) => this.server.listen(0, '127.0.0.1', listening));
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** It says after all what it has done. */
  speak(): void {
    this.isMute = false;
    for (const response of this.open.splice(0)) response.writeHead(200).end('cancelado');
  }

  reset(): void {
    this.cancelled.length = 0;
    this.open.length = 0;
    this.isMute = false;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }
}
