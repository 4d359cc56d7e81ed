import type { IncomingMessage, Server } from 'node:http';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { Logger } from 'nestjs-pino';
import { mountApiDocs } from './api-docs.js';
import { AppModule } from './app.module.js';
import { MAX_BODY_BYTES } from './botmaker/index.js';
import {
  AddressRanges, AppErrorFilter, checkedInput, correlationIdOf, Drain, installBodyParsers, limitConnections, limitsOf, noteRequests, refuseBroken, Role, serverLimits, WorkContext,
  type AppConfig, type RoleName,
} from './platform/index.js';
import type { Sandbox } from './sandbox/index.js';
import { doorPrefix } from './webhook/index.js';

/** Builds the application for one role, ready to listen. The caller closes it. */
export async function createApp(config: AppConfig, role: RoleName, sandbox: Sandbox | null = null, extensions: readonly Type[] = []): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    trustProxy: trusted(config.http.trustedProxies),
    requestIdHeader: false,
    genReqId: (request: IncomingMessage) => correlationIdOf(request.headers['x-request-id']),
    // Fastify sets these two again after it has made the server.
    keepAliveTimeout: serverLimits.keepAliveTimeout,
    requestTimeout: serverLimits.requestTimeout,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    clientErrorHandler: refuseBroken,
    http: serverLimits,
  });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.for(config, role, sandbox, extensions), adapter, { bodyParser: false, logger: ['warn', 'error', 'fatal'] });
  app.useLogger(app.get(Logger));
  app.useGlobalFilters(new AppErrorFilter());
  app.useGlobalPipes(checkedInput());
  const fastify = adapter.getInstance() as unknown as FastifyInstance;
  limitConnections(fastify.server);
  noteRequests(fastify);
  installBodyParsers(fastify, { prefix: doorPrefix, limit: MAX_BODY_BYTES + 1 });
  const context = app.get(WorkContext);
  fastify.addHook('onRequest', (request, _reply, next) => context.run({ correlationId: request.id }, next));
  endConnectionsWhileDraining(fastify, app.get(Drain));
  if (!new Role(role).serves) closeDoors(fastify);
  else mountApiDocs(app, { withPages: !config.production });
  await app.init();
  app.get(Logger).log(`limits of both servers: ${limitsOf(fastify.server)}`, 'Http');
  return app;
}

/**
 * Fastify refuses a bare number of hops; said as a function it means: the nearest `hops` addresses are our own proxies. Ranges
 * are a function, too, because its own reader of addresses takes `2130706433` for 127.0.0.1.
 */
function trusted(proxies: AppConfig['http']['trustedProxies']): boolean | ((address: string, hop: number) => boolean) {
  if (typeof proxies === 'number') return (_address, hop) => hop < proxies;
  if (typeof proxies === 'boolean') return proxies;
  const ranges = new AddressRanges(proxies);
  return (address) => ranges.include(address);
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
