import { describe, expect, it } from '@jest/globals';
import { BatchWriter } from './batch-writer.js';

/** A write that ends when the test says so. */
class SlowStore {
  readonly batches: number[][] = [];
  private readonly ends: ((error?: Error) => void)[] = [];

  write = (items: number[]): Promise<void> => {
    this.batches.push(items);
    return new Promise((done, failed) => this.ends.push((error) => (error ? failed(error) : done())));
  };

  /** Ends the oldest write that is under way, and lets the next one begin. */
  async end(error?: Error): Promise<void> {
    this.ends.shift()?.(error);
    await settle();
  }
}

/** Every promise that can go on has gone on. */
const settle = (): Promise<void> => new Promise((done) => setImmediate(done));

describe('BatchWriter', () => {
  it('writes a lone item at once: it waits for nobody', () => {
    const store = new SlowStore();
    void new BatchWriter(store.write, 10).add(1);
    expect(store.batches).toEqual([[1]]);
  });

  it('gathers what arrives while a write is under way into the next one, in order', async () => {
    const store = new SlowStore();
    const writer = new BatchWriter(store.write, 10);
    const all = Promise.all([1, 2, 3, 4].map((item) => writer.add(item)));
    expect(store.batches).toEqual([[1]]);
    await store.end();
    expect(store.batches).toEqual([[1], [2, 3, 4]]);
    await store.end();
    await all;
  });

  it('carries no more weight in one write than allowed, but never leaves a heavy item behind', async () => {
    const store = new SlowStore();
    const writer = new BatchWriter(store.write, 10, 5, (item: number) => item);
    const all = Promise.all([1, 2, 3, 9, 1].map((item) => writer.add(item)));
    for (let n = 0; n < 4; n++) await store.end();
    expect(store.batches).toEqual([[1], [2, 3], [9], [1]]);
    await all;
  });

  it('never has two writes under way', async () => {
    let running = 0;
    let most = 0;
    const writer = new BatchWriter<number>(async () => {
      most = Math.max(most, ++running);
      await settle();
      running--;
    }, 3);
    await Promise.all(Array.from({ length: 50 }, async (_, item) => {
      if (item % 7 === 0) await settle();
      await writer.add(item);
    }));
    expect(most).toBe(1);
  });

  it('resolves a caller when its own batch is written, neither before nor later', async () => {
    const store = new SlowStore();
    const writer = new BatchWriter(store.write, 10);
    const done: number[] = [];
    for (const item of [1, 2, 3]) void writer.add(item).then(() => done.push(item));
    await settle();
    expect(done).toEqual([]);
    await store.end();
    expect(done).toEqual([1]);
    await store.end();
    expect(done).toEqual([1, 2, 3]);
  });

  it('tells a failure to the callers of that batch only, and goes on with the next', async () => {
    const store = new SlowStore();
    const writer = new BatchWriter(store.write, 2);
    const outcomes = [1, 2, 3, 4, 5].map((item) => writer.add(item).then(() => 'stored', (error: Error) => error.message));
    await store.end();
    await store.end(new Error('disk full'));
    await store.end();
    expect(store.batches).toEqual([[1], [2, 3], [4, 5]]);
    expect(await Promise.all(outcomes)).toEqual(['stored', 'disk full', 'disk full', 'stored', 'stored']);
  });

  it('survives a write that throws before it promises anything', async () => {
    let calls = 0;
    const writer = new BatchWriter<number>(() => {
      if (calls++ === 0) throw new Error('at once');
      return Promise.resolve();
    }, 2);
    await expect(writer.add(1)).rejects.toThrow('at once');
    await expect(writer.add(2)).resolves.toBeUndefined();
  });

  it('keeps batches within their size, and loses and repeats nothing', async () => {
    const written: number[][] = [];
    const writer = new BatchWriter<number>(async (items) => {
      written.push(items);
      await settle();
    }, 7);
    await Promise.all(Array.from({ length: 100 }, (_, item) => writer.add(item)));
    expect(Math.max(...written.map(({ length }) => length))).toBe(7);
    expect(written.flat()).toEqual(Array.from({ length: 100 }, (_, item) => item));
  });

  it('begins again after it has been idle', async () => {
    const store = new SlowStore();
    const writer = new BatchWriter(store.write, 10);
    const first = writer.add(1);
    await store.end();
    await first;
    const second = writer.add(2);
    await store.end();
    await second;
    expect(store.batches).toEqual([[1], [2]]);
  });
});
