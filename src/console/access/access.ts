import { SetMetadata, type ExecutionContext } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../../platform/index.js';
import { mayActAs, type Caller, type KeyRole } from './key-role.js';

/** Who may use a route: a role at least, or anyone. A route that doesn't say is refused at boot. */
export type Access = KeyRole | 'anyone';

export const accessKey = 'console:access';

export type CallerRequest = FastifyRequest & { caller?: Caller };

/** For what must work before anybody has signed in: the login page and its style sheet. */
export const OpenToAnyone = (): ClassDecorator & MethodDecorator => SetMetadata(accessKey, 'anyone' satisfies Access);

/** Lets the caller pass when the role is enough. A route without a role never passes, even if the check at boot was lost. */
export function admit(caller: Caller, reflector: Reflector, context: ExecutionContext): true {
  const access = reflector.getAllAndOverride<Access | undefined>(accessKey, [context.getHandler(), context.getClass()]);
  if (access === undefined || (access !== 'anyone' && !mayActAs(caller.role, access))) {
    throw new AppError('forbidden', 'console.role-too-low', `this needs the role ${access ?? 'nobody has'}; the key "${caller.name}" has the role ${caller.role}`);
  }
  context.switchToHttp().getRequest<CallerRequest>().caller = caller;
  return true;
}
