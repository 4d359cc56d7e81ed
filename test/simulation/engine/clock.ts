interface Due {
  at: number;
  /** Of two that are due at once, the one that was asked for first. */
  turn: number;
  act: () => void;
}

/** Time that passes only when something happens: an hour costs as much as its events. Milliseconds from 0. */
export class VirtualClock {
  now = 0;
  /** Events so far. */
  steps = 0;
  private readonly waiting: Due[] = [];
  private asked = 0;

  /** The moment as the product's rules want it: they take dates. */
  date(): Date {
    return new Date(this.now);
  }

  in(ms: number, act: () => void): void {
    this.push({ at: this.now + Math.max(0, ms), turn: this.asked++, act });
  }

  /** Lets the next thing happen. False when nothing is left to happen. */
  step(): boolean {
    const next = this.pop();
    if (!next) return false;
    this.now = next.at;
    this.steps++;
    next.act();
    return true;
  }

  private push(due: Due): void {
    const heap = this.waiting;
    let place = heap.push(due) - 1;
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (!isBefore(due, heap[above] as Due)) break;
      heap[place] = heap[above] as Due;
      place = above;
    }
    heap[place] = due;
  }

  private pop(): Due | undefined {
    const heap = this.waiting;
    const first = heap[0];
    const last = heap.pop();
    if (!first || !last || heap.length === 0) return first;
    let place = 0;
    for (;;) {
      let below = 2 * place + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && isBefore(heap[below + 1] as Due, heap[below] as Due)) below++;
      if (!isBefore(heap[below] as Due, last)) break;
      heap[place] = heap[below] as Due;
      place = below;
    }
    heap[place] = last;
    return first;
  }
}

const isBefore = (a: Due, b: Due): boolean => a.at < b.at || (a.at === b.at && a.turn < b.turn);
