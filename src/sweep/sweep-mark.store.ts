import { Injectable } from '@nestjs/common';
import { Database } from '../platform/index.js';

/** How far the sweep has looked, shared by all replicas and kept through restarts. */
@Injectable()
export class SweepMark {
  constructor(private readonly database: Database) {}

  /** Whether the next look is due and ours: of all replicas that ask, one gets it. */
  async claim(everyMs: number): Promise<boolean> {
    const claimed = await this.database.prisma.$executeRaw`
      INSERT INTO sweep_mark (next_at) VALUES (clock_timestamp() + make_interval(secs => ${everyMs / 1000}))
      ON CONFLICT (id) DO UPDATE SET next_at = excluded.next_at WHERE sweep_mark.next_at <= clock_timestamp()`;
    return claimed === 1;
  }

  async sweptUntil(): Promise<Date | null> {
    return (await this.database.prisma.sweepMark.findUnique({ where: { id: 1 } }))?.sweptUntil ?? null;
  }

  async move(sweptUntil: Date): Promise<void> {
    await this.database.prisma.sweepMark.upsert({ where: { id: 1 }, create: { id: 1, sweptUntil, nextAt: new Date() }, update: { sweptUntil } });
  }
}
