import { Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { IncomingMessage } from 'node:http';
import { ConsoleModule } from '../../src/console/index.js';
import { CorrelationModule } from '../../src/correlation/index.js';
import { AppErrorFilter, correlationIdOf, installBodyParsers, loadConfig, PlatformModule } from '../../src/platform/index.js';

export const consoleAdminKey = 'admin-key-of-the-console-tests';

/** The analysts' side by itself over a database of the caller's: platform, correlation and console, nothing else. Not listening yet. */
export async function createConsoleApp(url: string, { env = {}, controllers = [] }: { env?: Record<string, string>; controllers?: Type[] } = {}): Promise<NestFastifyApplication> {
  const config = loadConfig(
    { NODE_ENV: 'test', PORT: '0', MANAGEMENT_PORT: '0', LOG_LEVEL: 'silent', DATABASE_URL: url, ADMIN_API_KEY: consoleAdminKey, ...env },
    () => 'not used by the console but never empty',
  );
  @Module({ imports: [PlatformModule.for(config, 'api'), CorrelationModule, ConsoleModule], controllers })
  class ConsoleTestModule {}
  const adapter = new FastifyAdapter({ genReqId: (request: IncomingMessage) => correlationIdOf(request.headers['x-request-id']) });
  const app = await NestFactory.create<NestFastifyApplication>(ConsoleTestModule, adapter, { bodyParser: false, logger: false, abortOnError: false });
  app.useGlobalFilters(new AppErrorFilter());
  installBodyParsers(adapter.getInstance() as unknown as FastifyInstance, { prefix: '/botmaker', limit: 1024 });
  await app.init();
  return app;
}
