import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { errorPolicy, toAppError } from '../../platform/index.js';
import type { CallerRequest } from '../access/access.js';
import { problemPage } from './problem.page.js';
import { Stylesheet } from './stylesheet.service.js';

/** Shows a person a page where a program would get `{ code, message }`; who is not signed in is asked to. */
@Catch()
export class ConsolePageFilter implements ExceptionFilter {
  private readonly logger = new Logger('Http');

  constructor(private readonly stylesheet: Stylesheet) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<CallerRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const { status, message } = describe(error);
    if (status === 401) {
      void reply.redirect(`/console/login?next=${encodeURIComponent(request.url)}`, 303);
      return;
    }
    if (status >= 500) this.logger.error({ err: error }, 'page failed');
    const frame = { stylesheet: this.stylesheet.href, caller: request.caller ?? null };
    void reply.status(status).type('text/html; charset=utf-8').send(problemPage(frame, { status, message, correlationId: request.id }));
  }
}

const messages: Record<string, string> = {
  'console.run-unknown': 'No hay un turno con ese runId.',
  'console.conversation-unknown': 'No hay una conversación con ese id.',
  'console.role-too-low': 'Tu clave no tiene el rol que hace falta para esto.',
  'console.cursor-invalid': 'Esa página de la lista ya no existe.',
  'correlation.query-too-broad': 'La búsqueda tardó demasiado. Acotala con fechas, con un chat o con palabras menos comunes.',
};

function describe(error: unknown): { status: number; message: string } {
  if (error instanceof HttpException) {
    const body = error.getResponse();
    const detail = typeof body === 'object' && 'message' in body ? body.message : error.message;
    return { status: error.getStatus(), message: Array.isArray(detail) ? detail.join('. ') : String(detail) };
  }
  const { kind, code } = toAppError(error);
  return { status: errorPolicy[kind].http, message: messages[code] ?? 'Algo falló de nuestro lado. Si se repite, pasale este código a quien opera el sistema.' };
}
