import { applyDecorators, Injectable, SetMetadata, UseGuards, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { Reflector } from '@nestjs/core';
import { ApiBearerAuth } from '@nestjs/swagger';
import { AppError, type AppConfig } from '../../platform/index.js';
import { accessKey, admit, type CallerRequest } from './access.js';
import { ApiKeys } from './api-keys.service.js';
import { ConsoleSessions } from './console-sessions.service.js';
import type { Caller, KeyRole } from './key-role.js';
import { sessionTokenOf } from './session-cookie.js';

/**
 * Admits the holder of an API key (`Authorization: Bearer <key>`). A browser that is signed in to the console may read as
 * well, so that a link to an export works; it may not change anything, because a form elsewhere could make it try.
 */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(
    private readonly keys: ApiKeys,
    private readonly sessions: ConsoleSessions,
    private readonly reflector: Reflector,
    private readonly config: ConfigService<AppConfig, true>,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<CallerRequest>();
    const caller = await this.identify(request);
    if (!caller) throw new AppError('unauthenticated', 'console.key-refused', 'send "Authorization: Bearer <API key>" with a key that is in force');
    return admit(caller, this.reflector, context);
  }

  private async identify(request: CallerRequest): Promise<Caller | null> {
    const { authorization } = request.headers;
    if (authorization !== undefined) {
      const key = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
      return key === undefined ? null : this.keys.identify(key);
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') return null;
    const token = sessionTokenOf(request, this.config.get('production', { infer: true }));
    return token === null ? null : this.sessions.find(token);
  }
}

/** Opens a route of the API to keys with this role or a higher one. */
export const RequiresRole = (role: KeyRole): ClassDecorator & MethodDecorator =>
  applyDecorators(SetMetadata(accessKey, role), UseGuards(ApiKeyGuard), ApiBearerAuth());
