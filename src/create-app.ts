import type { IncomingMessage, Server } from 'node:http';
import { ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { Logger } from 'nestjs-pino';
import { mountApiDocs } from './api-docs.js';
import { AppModule } from './app.module.js';
import { MAX_BODY_BYTES } from './botmaker/index.js';
import { AppErrorFilter, correlationIdOf, Drain, installBodyParsers, Role, WorkContext, type AppConfig, type RoleName } from './platform/index.js';
import type { Sandbox } from './sandbox/index.js';
import { doorPrefix } from './webhook/index.js';

/** Above the idle time of common load balancers: they must close idle connections before we do. */
const keepAliveMs = 75_000;

/** Builds the application for one role, ready to listen. The caller closes it. */
export async function createApp(config: AppConfig, role: RoleName, sandbox: Sandbox | null = null): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    trustProxy: trusted(config.http.trustedProxies),
    requestIdHeader: false,
    genReqId: (request: IncomingMessage) => correlationIdOf(request.headers['x-request-id']),
    keepAliveTimeout: keepAliveMs,
    requestTimeout: 15_000,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    http: { headersTimeout: 10_000, connectionsCheckingInterval: 2000 },
  });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.for(config, role, sandbox), adapter, { bodyParser: false, logger: ['warn', 'error', 'fatal'] });
  app.useLogger(app.get(Logger));
  app.useGlobalFilters(new AppErrorFilter());
  app.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true }));
  const fastify = adapter.getInstance() as unknown as FastifyInstance;
  installBodyParsers(fastify, { prefix: doorPrefix, limit: MAX_BODY_BYTES + 1 });
  const context = app.get(WorkContext);
  fastify.addHook('onRequest', (request, _reply, next) => context.run({ correlationId: request.id }, next));
  endConnectionsWhileDraining(fastify, app.get(Drain));
  if (!new Role(role).serves) closeDoors(fastify);
  else mountApiDocs(app, { withPages: !config.production });
  await app.init();
  return app;
}

/** Fastify refuses a bare number of hops; said as a function it means: the nearest `hops` addresses are our own proxies. */
function trusted(proxies: AppConfig['http']['trustedProxies']): string[] | boolean | ((address: string, hop: number) => boolean) {
  return typeof proxies === 'number' ? (_address, hop) => hop < proxies : proxies;
}

/** Whoever keeps connections takes the next request elsewhere: when the server closes, nobody is writing to one of them. */
function endConnectionsWhileDraining(fastify: FastifyInstance, drain: Drain): void {
  fastify.addHook('onSend', (_request, reply, _payload, next) => {
    if (drain.isDraining) void reply.header('connection', 'close');
    next();
  });
}

/** A worker answers probes and nothing else. */
function closeDoors(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, next) => {
    if (request.url.startsWith('/health')) return next();
    void reply.code(404).send({ code: 'http.refused', message: 'this process is a worker: it has no doors' });
  });
}

/** The address under which this machine reaches the application. */
export function addressOf(app: NestFastifyApplication): string {
  const address = (app.getHttpServer() as Server).address();
  if (address === null || typeof address === 'string') throw new Error('the application does not listen yet');
  return `http://127.0.0.1:${address.port}`;
}
