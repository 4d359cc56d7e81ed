import { setImmediate as nextTurn } from 'node:timers/promises';
import { Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { ambientFields, WorkContext } from './work-context.js';

function logger() {
  const lines: Record<string, unknown>[] = [];
  const out = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(JSON.parse(chunk.toString('utf8')) as Record<string, unknown>);
      done();
    },
  });
  return { lines, log: pino({ mixin: ambientFields, base: null }, out) };
}

describe('the log context', () => {
  const context = new WorkContext();

  it('is on every line of the work, across its waits, and on no other', async () => {
    const { lines, log } = logger();
    const work = (correlationId: string) =>
      context.run({ correlationId }, async () => {
        await nextTurn();
        log.info({ own: true }, 'inside');
      });
    await Promise.all([work('one'), work('other')]);
    log.info('outside');
    expect(lines.map(({ correlationId }) => correlationId)).toEqual(['one', 'other', undefined]);
    expect(lines[0]).toMatchObject({ own: true, msg: 'inside' });
  });

  it('is not changed by what a line adds for itself', () => {
    const { lines, log } = logger();
    context.run({ correlationId: 'one' }, () => {
      log.info({ code: 'test' }, 'first');
      log.info('second');
    });
    expect(lines[1]).not.toHaveProperty('code');
  });

  it('takes more fields as the work learns them, for its own lines only', async () => {
    const { lines, log } = logger();
    const given = { correlationId: 'one' };
    await context.run(given, async () => {
      context.add({ runId: 'run' });
      await nextTurn();
      log.info('inside');
    });
    expect(lines[0]).toMatchObject({ correlationId: 'one', runId: 'run' });
    expect(given).toEqual({ correlationId: 'one' });
    expect(() => context.add({ runId: 'nobody' })).not.toThrow();
  });
});
