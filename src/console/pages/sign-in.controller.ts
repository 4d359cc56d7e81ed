import { Body, Controller, Get, Header, Post, Query, Req, Res, UseFilters } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError, type AppConfig } from '../../platform/index.js';
import { OpenToAnyone } from '../access/access.js';
import { ConsoleSessions } from '../access/console-sessions.service.js';
import { isSameOrigin } from '../access/same-origin.js';
import { sessionCookie, sessionTokenOf } from '../access/session-cookie.js';
import { ConsolePageFilter } from './console-page.filter.js';
import { loginPage } from './login.page.js';
import { Stylesheet } from './stylesheet.service.js';

type Form = Record<string, unknown>;

/** Signing in and out, and the style sheet: the only parts of the console that are open to anyone. */
@ApiExcludeController()
@Controller('console')
@OpenToAnyone()
@UseFilters(ConsolePageFilter)
export class SignInController {
  private readonly production: boolean;

  constructor(
    private readonly sessions: ConsoleSessions,
    private readonly stylesheet: Stylesheet,
    config: ConfigService<AppConfig, true>,
  ) {
    this.production = config.get('production', { infer: true });
  }

  @Get('console.css')
  @Header('content-type', 'text/css; charset=utf-8')
  @Header('cache-control', 'public, max-age=31536000, immutable')
  css(): string {
    return this.stylesheet.css;
  }

  @Get('icon.svg')
  @Header('content-type', 'image/svg+xml')
  @Header('cache-control', 'public, max-age=86400')
  icon(): string {
    return this.stylesheet.icon;
  }

  @Get('login')
  @Header('content-type', 'text/html; charset=utf-8')
  form(@Query('next') next: unknown): string {
    return loginPage({ stylesheet: this.stylesheet.href, next: ourPage(next), problem: null });
  }

  @Post('login')
  async signIn(@Body() form: Form | undefined, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    refuseForged(request);
    const next = ourPage(form?.['next']);
    const key = typeof form?.['key'] === 'string' ? form['key'].trim() : '';
    const token = await this.sessions.open(key, sessionTokenOf(request, this.production));
    if (token === null) {
      const problem = 'Esa clave no existe o fue revocada.';
      return reply.status(401).type('text/html; charset=utf-8').send(loginPage({ stylesheet: this.stylesheet.href, next, problem }));
    }
    return reply.header('set-cookie', sessionCookie(request, this.production, token)).redirect(next, 303);
  }

  @Post('logout')
  async signOut(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    refuseForged(request);
    const token = sessionTokenOf(request, this.production);
    if (token !== null) await this.sessions.close(token);
    return reply.header('set-cookie', sessionCookie(request, this.production, null)).redirect('/console/login', 303);
  }
}

function refuseForged(request: FastifyRequest): void {
  if (!isSameOrigin({ host: request.host, headers: request.headers })) throw new AppError('forbidden', 'console.origin-refused', 'this form was not sent from the console');
}

/** Where to go after signing in: a page of the console, never another site. */
function ourPage(next: unknown): string {
  const base = 'http://console.invalid';
  if (typeof next !== 'string' || !URL.canParse(next, base)) return '/console';
  const { origin, pathname, search } = new URL(next, base);
  return origin === base && /^\/console(\/(?!log)|$)/.test(pathname) ? `${pathname}${search}` : '/console';
}
