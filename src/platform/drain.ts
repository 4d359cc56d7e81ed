import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, type BeforeApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { ShutdownConfig } from './config/app-config.js';
import { Role } from './role.js';

/**
 * The way out of a process. Nest's hooks give the order; each step is done when the one before it is:
 *
 *   begin                       not ready, answers end their connections, look-outs stop
 *   beforeApplicationShutdown   the queue stops, its running jobs and look-outs end; the door serves until the balancer has noticed
 *   (Nest closes the server)    nobody is let in any more, requests that are under way end
 *   onApplicationShutdown       the rooms, then the platform: what they hold outside the database, the database last
 *
 * The rooms come before the platform in each step, because the platform's module is global; a room may use the database to
 * its end.
 */
@Injectable()
export class Drain implements OnModuleDestroy, BeforeApplicationShutdown {
  private begunAt: number | null = null;
  private readonly held = new Map<Promise<unknown>, string>();

  constructor(
    private readonly role: Role,
    private readonly config: ShutdownConfig,
    private readonly schedule: SchedulerRegistry,
  ) {}

  get isDraining(): boolean {
    return this.begunAt !== null;
  }

  /** At the signal, before any hook: a balancer must see it as early as possible. */
  begin(): void {
    if (this.begunAt !== null) return;
    this.begunAt = performance.now();
    for (const name of this.schedule.getIntervals()) this.schedule.deleteInterval(name);
  }

  onModuleDestroy(): void {
    this.begin();
  }

  /** Requests keep coming until whoever sends them has seen that we are not ready: they are served. Nobody sends a worker any. */
  async beforeApplicationShutdown(): Promise<void> {
    const sinceMs = performance.now() - (this.begunAt ?? 0);
    if (this.role.serves && sinceMs < this.config.delayMs) await delay(this.config.delayMs - sinceMs);
  }

  /** Work that must end before the server and the database close; `what` names it when it does not. */
  async hold<T>(what: string, work: () => Promise<T>): Promise<T> {
    const done = work();
    this.held.set(done, what);
    try {
      return await done;
    } finally {
      this.held.delete(done);
    }
  }

  /** What is still going on, by name. */
  running(): string[] {
    return [...new Set(this.held.values())];
  }

  /** Resolves when nothing is held. */
  async idle(): Promise<void> {
    while (this.held.size > 0) await Promise.allSettled(this.held.keys());
  }
}
