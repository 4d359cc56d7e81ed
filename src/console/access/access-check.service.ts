import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { accessKey } from './access.js';

type Handler = (...args: never[]) => unknown;
type Type = abstract new (...args: never[]) => unknown;

/** Refuses to boot when a route below `/api` or `/console` doesn't say who may use it: forgetting must not mean open. */
@Injectable()
export class AccessCheck implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  onModuleInit(): void {
    const open = this.discovery.getControllers().flatMap(({ metatype }) => (typeof metatype === 'function' ? this.openRoutes(metatype as unknown as Type) : []));
    if (open.length > 0) throw new Error(`no role says who may use ${open.join(', ')}: add @RequiresRole, @RequiresSession or @OpenToAnyone`);
  }

  private openRoutes(controller: Type): string[] {
    const path: unknown = Reflect.getMetadata('path', controller);
    const paths = (Array.isArray(path) ? path : [path]).map((one) => String(one).replace(/^\//, ''));
    if (!paths.some((one) => /^(api|console)(\/|$)/.test(one))) return [];
    const prototype = controller.prototype as Record<string, Handler>;
    return this.scanner
      .getAllMethodNames(prototype)
      .filter((name) => {
        const handler = prototype[name];
        return handler !== undefined && Reflect.hasMetadata('path', handler) && this.reflector.getAllAndOverride(accessKey, [handler, controller]) === undefined;
      })
      .map((name) => `${controller.name}.${name}`);
  }
}
