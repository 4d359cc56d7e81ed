/**
 * Natural batching: while one write is in flight, whatever arrives meanwhile gathers and is the next write. No timer, so a
 * lone item waits for nobody, and under load the batches grow by themselves. Each caller waits for its own batch only;
 * when a write fails, all of its callers learn it and none of the others.
 */
export class BatchWriter<T> {
  private waiting: { item: T; done: () => void; failed: (error: unknown) => void }[] = [];
  private writing = false;

  constructor(
    private readonly write: (items: T[]) => Promise<void>,
    private readonly maxBatch: number,
    /** Most of what `weigh` counts that one write may carry; a single item may be heavier. */
    private readonly maxWeight = Infinity,
    private readonly weigh: (item: T) => number = () => 0,
  ) {}

  add(item: T): Promise<void> {
    return new Promise((done, failed) => {
      this.waiting.push({ item, done, failed });
      if (!this.writing) void this.drain();
    });
  }

  private async drain(): Promise<void> {
    this.writing = true;
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, this.nextSize());
      try {
        await this.write(batch.map(({ item }) => item));
        for (const { done } of batch) done();
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    this.writing = false;
  }

  private nextSize(): number {
    let weight = 0;
    const end = this.waiting.slice(0, this.maxBatch).findIndex(({ item }, at) => (weight += this.weigh(item)) > this.maxWeight && at > 0);
    return end === -1 ? this.maxBatch : end;
  }
}
