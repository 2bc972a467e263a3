/**
 * The clock and its agenda: a binary heap in typed arrays, ordered by time, then by order of asking, so
 * that ties are decided and a run repeats. Nothing else moves the clock.
 */
import { after, type Duration, type Instant, instant } from '../units.ts';

export type Action = () => void;

export class Simulation {
  now: Instant = instant(0);
  private time = new Float64Array(256);
  private order = new Float64Array(256);
  private actions: (Action | undefined)[] = [];
  private size = 0;
  private asked = 0;

  /** Puts an action on the agenda `delay` from now. */
  in(delay: Duration, action: Action): void {
    if (this.size === this.time.length) this.grow();
    this.siftUp(this.size++, after(this.now, delay), this.asked++, action);
  }

  /** Runs until nothing is left, or `limit` actions have run. */
  run(limit: number): 'idle' | 'limit' {
    for (let ran = 0; this.size > 0; ran++) {
      if (ran === limit) return 'limit';
      this.now = instant(this.time[0]!);
      this.takeFirst()();
    }
    return 'idle';
  }

  private takeFirst(): Action {
    const first = this.actions[0]!;
    const last = --this.size;
    const time = this.time[last]!;
    const order = this.order[last]!;
    const action = this.actions[last]!;
    this.actions[last] = undefined;
    if (last > 0) this.siftDown(time, order, action);
    return first;
  }

  /** Moves parents down from a hole at `hole` until the new entry fits. */
  private siftUp(hole: number, time: number, order: number, action: Action): void {
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (!this.later(parent, time, order)) break;
      this.move(parent, hole);
      hole = parent;
    }
    this.put(hole, time, order, action);
  }

  /** Moves the earlier child up from a hole at the root until the last entry fits. */
  private siftDown(time: number, order: number, action: Action): void {
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= this.size) break;
      const right = child + 1;
      if (right < this.size && this.later(child, this.time[right]!, this.order[right]!))
        child = right;
      if (this.later(child, time, order)) break;
      this.move(child, hole);
      hole = child;
    }
    this.put(hole, time, order, action);
  }

  private later(slot: number, time: number, order: number): boolean {
    const at = this.time[slot]!;
    return at > time || (at === time && this.order[slot]! > order);
  }

  private move(from: number, to: number): void {
    this.put(to, this.time[from]!, this.order[from]!, this.actions[from]!);
  }

  private put(slot: number, time: number, order: number, action: Action): void {
    this.time[slot] = time;
    this.order[slot] = order;
    this.actions[slot] = action;
  }

  private grow(): void {
    const wider = (narrow: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> => {
      const wide = new Float64Array(narrow.length * 2);
      wide.set(narrow);
      return wide;
    };
    this.time = wider(this.time);
    this.order = wider(this.order);
  }
}
