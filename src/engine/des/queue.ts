/** First in, first out. Its places are used again, since cutting an array short costs more than what it holds. */
export class Queue<T> {
  private readonly places: (T | undefined)[] = [];
  /** The first that is there, and the first free place behind the last. */
  private head = 0;
  private tail = 0;

  get length(): number {
    return this.tail - this.head;
  }

  push(item: T): void {
    this.places[this.tail++] = item;
  }

  /** The first, which stays. */
  peek(): T | undefined {
    return this.head === this.tail ? undefined : this.places[this.head];
  }

  /** The first, which leaves. */
  shift(): T | undefined {
    if (this.head === this.tail) return undefined;
    const item = this.places[this.head];
    this.places[this.head++] = undefined;
    if (this.head === this.tail) this.head = this.tail = 0;
    else if (this.head === movesAfter) this.moveDown();
    return item;
  }

  private moveDown(): void {
    this.places.copyWithin(0, this.head, this.tail);
    this.tail -= this.head;
    this.places.fill(undefined, this.tail, this.tail + this.head);
    this.head = 0;
  }
}

/** Free places in front after which the others move down. */
const movesAfter = 4096;
