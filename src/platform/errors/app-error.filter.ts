import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError, toAppError } from './app-error.js';
import { errorPolicy } from './error-policy.js';

/** Turns any error into `{ code, message, correlationId }`. A bug's own words stay in the log. */
@Catch()
export class AppErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger('Http');

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    if (reply.sent) return;
    const { status, code, message, fields } = describe(error);
    if (status >= 500) this.logger.error({ err: error, code }, 'request failed');
    void reply.status(status).send({ code, message, ...(fields ? { fields } : {}), correlationId: request.id });
  }
}

const ourFault = 'something went wrong on our side';

interface Description {
  status: number;
  code: string;
  message: string;
  fields?: unknown;
}

function describe(error: unknown): Description {
  if (error instanceof HttpException) return describeHttp(error);
  // Fastify's own refusals (a body that is not JSON, an unsupported media type) carry a status below 500.
  const fastify = error as { statusCode?: unknown; code?: unknown; message?: unknown };
  if (!(error instanceof AppError) && typeof fastify.statusCode === 'number' && fastify.statusCode < 500) {
    return { status: fastify.statusCode, code: 'http.refused', message: String(fastify.message) };
  }
  const known = toAppError(error);
  const { http } = errorPolicy[known.kind];
  return { status: http, code: known.code, message: http >= 500 ? ourFault : known.message };
}

function describeHttp(error: HttpException): Description {
  if (error.getStatus() >= 500) return { status: error.getStatus(), code: 'http.failed', message: ourFault };
  const body = error.getResponse();
  const message = typeof body === 'object' && 'message' in body ? body.message : error.message;
  const fields = Array.isArray(message) ? message : undefined;
  return {
    status: error.getStatus(),
    code: error.getStatus() === 400 ? 'http.invalid' : 'http.refused',
    message: fields ? fields.join('; ') : String(message),
    fields,
  };
}
