import { randomUUID } from 'node:crypto';
import type { DynamicModule } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import type { LogFn, Logger } from 'pino';
import { ambientFields } from './work-context.js';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A caller's `x-request-id` is kept when it is a UUID, so that it can be stored as our correlation id. */
export function correlationIdOf(header: string | string[] | undefined): string {
  return typeof header === 'string' && uuid.test(header) ? header.toLowerCase() : randomUUID();
}

/** Nest tells of every route at `info`; nobody who runs the program asked. */
const chatty = new Set(['RoutesResolver', 'RouterExplorer', 'InstanceLoader', 'NestFactory', 'NestApplication']);

function withoutFrameworkChatter(this: Logger, args: Parameters<LogFn>, method: LogFn, level: number): void {
  const [first] = args as [unknown];
  const context = typeof first === 'object' && first !== null ? (first as { context?: unknown }).context : undefined;
  if (level <= 30 && typeof context === 'string' && chatty.has(context)) return;
  method.apply(this, args);
}

/**
 * Structured logs on standard output. Requests themselves are not logged: a URL, a header or a body may hold a phone number.
 * The middleware that would make a logger for each request is left out, because it costs the webhook a fifth of its speed:
 * a line asks for the fields of its work when it is written.
 */
export function loggingModule(level: string): DynamicModule {
  return LoggerModule.forRoot({
    forRoutes: [],
    pinoHttp: {
      level,
      mixin: ambientFields,
      base: { service: 'botmaker-agent' },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      hooks: { logMethod: withoutFrameworkChatter },
      formatters: { level: (label) => ({ level: label }) },
    },
  });
}
