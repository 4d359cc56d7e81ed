import { applyDecorators, Injectable, SetMetadata, UseGuards, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { Reflector } from '@nestjs/core';
import { AppError, type AppConfig } from '../../platform/index.js';
import { accessKey, admit, type CallerRequest } from './access.js';
import { ConsoleSessions } from './console-sessions.service.js';
import type { KeyRole } from './key-role.js';
import { sessionTokenOf } from './session-cookie.js';

/** Admits a browser that is signed in to the console. */
@Injectable()
export class SessionGuard implements CanActivate {
  constructor(
    private readonly sessions: ConsoleSessions,
    private readonly reflector: Reflector,
    private readonly config: ConfigService<AppConfig, true>,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const token = sessionTokenOf(context.switchToHttp().getRequest<CallerRequest>(), this.config.get('production', { infer: true }));
    const caller = token === null ? null : await this.sessions.find(token);
    if (!caller) throw new AppError('unauthenticated', 'console.signed-out', 'sign in at /console/login');
    return admit(caller, this.reflector, context);
  }
}

/** Opens a page of the console to sessions with this role or a higher one. */
export const RequiresSession = (role: KeyRole): ClassDecorator & MethodDecorator => applyDecorators(SetMetadata(accessKey, role), UseGuards(SessionGuard));
