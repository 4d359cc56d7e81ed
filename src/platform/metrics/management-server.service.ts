import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { HttpConfig } from '../config/app-config.js';
import { limitConnections, serverLimits } from '../http/server-limits.js';
import { Role } from '../role.js';
import { Metrics } from './metrics.service.js';

/** A page of the management server: answers with a status and a body. */
export type ManagementPage = () => Promise<{ status: number; contentType: string; body: string }>;

/** A second, small server for Prometheus and operators, on a port that is not reachable from the internet. */
@Injectable()
export class ManagementServer implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly pages = new Map<string, ManagementPage>();
  private server: Server | null = null;

  constructor(
    private readonly config: HttpConfig,
    private readonly role: Role,
    metrics: Metrics,
  ) {
    this.page('/metrics', async () => ({ status: 200, contentType: metrics.registry.contentType, body: await metrics.registry.metrics() }));
  }

  page(path: string, page: ManagementPage): void {
    this.pages.set(path, page);
  }

  /** The port it listens on; null before it listens. */
  get port(): number | null {
    return (this.server?.address() as AddressInfo | null)?.port ?? null;
  }

  async onApplicationBootstrap(): Promise<void> {
    if (!this.role.serves && !this.role.works) return;
    const server = createServer(serverLimits, (request, response) => {
      const page = request.method === 'GET' ? this.pages.get((request.url ?? '').split('?')[0] ?? '') : undefined;
      if (!page) return void response.writeHead(404).end();
      page().then(
        ({ status, contentType, body }) => response.writeHead(status, { 'content-type': contentType, 'cache-control': 'no-store' }).end(body),
        () => response.writeHead(500).end(),
      );
    });
    limitConnections(server);
    this.server = server;
    await new Promise<void>((done, failed) => server.once('error', failed).listen(this.config.managementPort, this.config.host, done));
  }

  async onApplicationShutdown(): Promise<void> {
    const server = this.server;
    if (!server) return;
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
}
