import { Logger } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { OutboxBench } from '../../test/support/outbox-bench.js';
import { until } from '../../test/support/until.js';

let bench: OutboxBench;
beforeAll(async () => {
  Logger.overrideLogger(false);
  bench = await OutboxBench.start(2);
});
afterAll(() => bench.stop());
afterEach(() => expect(bench.twin.violations).toEqual([]));


describe('a process that drains', () => {
  it('ends the call that it has begun and leaves the rest of the chat’s queue to another', async () => {
    const [{ chatId, remote }, leaving] = [await bench.chat(), bench.first];
    await bench.queue(chatId, ['uno']);
    await bench.queue(chatId, ['dos']);
    bench.twin.faults.next('send-messages', { kind: 'stall', ms: 300, when: 'after' });
    const work = leaving.handler.handle({ chatId, correlationId: chatId });
    await until(() => bench.sent(remote).length === 1, 'the first to be sent');
    leaving.drain.begin();
    await work;
    expect([bench.sent(remote), await bench.states(chatId)]).toEqual([['uno'], ['accepted', 'planned']]);
    const [job] = await bench.prisma.$queryRaw<unknown[]>`SELECT 1 FROM graphile_worker._private_jobs WHERE key = ${`deliver:${chatId}`}`;
    expect(job).toBeDefined();
    await bench.second.handler.handle({ chatId, correlationId: chatId });
    expect(bench.sent(remote)).toEqual(['uno', 'dos']);
  });
});
