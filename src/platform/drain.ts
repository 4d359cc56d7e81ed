import { Injectable, type OnModuleDestroy } from '@nestjs/common';

/** Whether the process is on its way out. The first shutdown hook sets it, so readiness fails before anything stops. */
@Injectable()
export class Drain implements OnModuleDestroy {
  private draining = false;

  get isDraining(): boolean {
    return this.draining;
  }

  onModuleDestroy(): void {
    this.draining = true;
  }
}
