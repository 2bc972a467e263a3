/**
 * The clock and its agenda: a binary heap in typed arrays, ordered by time, then by order of asking, so
 * that ties are decided and a run repeats. Nothing else moves the clock.
 *
 * An event is numbers: when, a code that says what happens, and a payload that says to whom. Models that run
 * millions of events reserve codes and `ask` for them; `in(delay, action)` is for code that reads as a story, and
 * is the same thing: the code of an action, with its number as payload.
 */
import { after, type Duration, type Instant, instant } from '../vocabulary/units.ts';
import { doubled } from './doubled.ts';

export type Action = () => void;

/** A model that takes flat events, with the codes that it reserved. */
export interface Handler {
  on(code: number, payload: number): void;
}

const actionCode = 0;
/** Stands where an action was, so that what it held can be forgotten. */
const spent: Action = () => {};

/** Actions that wait, by number, so that the agenda itself holds numbers only. */
class Actions implements Handler {
  private readonly waiting: Action[] = [];
  private readonly free: number[] = [];

  add(action: Action): number {
    const slot = this.free.pop() ?? this.waiting.length;
    this.waiting[slot] = action;
    return slot;
  }

  on(_code: number, slot: number): void {
    const action = this.waiting[slot]!;
    this.waiting[slot] = spent;
    this.free.push(slot);
    action();
  }
}

export class Simulation {
  now: Instant = instant(0);
  /** Times of the entries; after the last one Infinity, so that a missing right child is never the earlier. */
  private time = new Float64Array(256).fill(Infinity);
  private order = new Float64Array(256);
  private code = new Int32Array(256);
  private payload = new Int32Array(256);
  /** Entries of the heap, the hole included. */
  private size = 0;
  /** The first event is taken but its place not filled: most events ask for another one, which takes it. */
  private hole = false;
  private asked = 0;
  private readonly actions = new Actions();
  /** Who takes a code. */
  private readonly handlers: Handler[] = [this.actions];

  /** Reserves `count` codes for a model and returns the first of them. */
  reserve(count: number, handler: Handler): number {
    const first = this.handlers.length;
    for (let code = 0; code < count; code++) this.handlers.push(handler);
    return first;
  }

  /** Puts an action on the agenda `delay` from now. */
  in(delay: Duration, action: Action): void {
    this.ask(delay, actionCode, this.actions.add(action));
  }

  /** Puts a flat event on the agenda `delay` from now; its code is one that its model reserved. */
  ask(delay: Duration, code: number, payload: number): void {
    const time = after(this.now, delay);
    const order = this.asked++;
    if (this.hole) {
      this.hole = false;
      this.replaceFirst(time, order, code, payload);
    } else {
      this.append(time, order, code, payload);
    }
  }

  /** Runs until nothing is left, or `limit` events have run. */
  run(limit: number): 'idle' | 'limit' {
    for (let ran = 0; ; ran++) {
      if (this.hole) this.fillHole();
      if (this.size === 0) return 'idle';
      if (ran >= limit) return 'limit';
      this.now = instant(this.time[0]!);
      this.hole = true;
      const code = this.code[0]!;
      this.handlers[code]!.on(code, this.payload[0]!);
    }
  }

  /** Nothing was asked for, so the last entry takes the first place. */
  private fillHole(): void {
    this.hole = false;
    const last = --this.size;
    const time = this.time[last]!;
    this.time[last] = Infinity;
    if (last > 0) this.replaceFirst(time, this.order[last]!, this.code[last]!, this.payload[last]!);
  }

  /** Moves parents down from a hole at the end until the new entry fits. */
  private append(at: number, asked: number, what: number, whom: number): void {
    if (this.size + 1 === this.time.length) this.grow();
    const { time, order, code, payload } = this;
    let hole = this.size++;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      // A new entry is the last asked for, so it goes after all others of its time.
      if (time[parent]! <= at) break;
      time[hole] = time[parent]!;
      order[hole] = order[parent]!;
      code[hole] = code[parent]!;
      payload[hole] = payload[parent]!;
      hole = parent;
    }
    time[hole] = at;
    order[hole] = asked;
    code[hole] = what;
    payload[hole] = whom;
  }

  /** Moves the earlier child up from a hole in the first place until an entry fits. */
  private replaceFirst(at: number, asked: number, what: number, whom: number): void {
    const { time, order, code, payload, size } = this;
    let hole = 0;
    for (let left = 1; left < size; left = 2 * hole + 1) {
      const child = left + rightIsEarlier(time, order, left);
      const earlier = time[child]!;
      if (earlier > at || (earlier === at && order[child]! > asked)) break;
      time[hole] = earlier;
      order[hole] = order[child]!;
      code[hole] = code[child]!;
      payload[hole] = payload[child]!;
      hole = child;
    }
    time[hole] = at;
    order[hole] = asked;
    code[hole] = what;
    payload[hole] = whom;
  }

  private grow(): void {
    this.time = doubled(this.time, Infinity);
    this.order = doubled(this.order);
    this.code = doubled(this.code);
    this.payload = doubled(this.payload);
  }
}

/** 1 if the right one of two children is the earlier: a coin toss that no processor predicts, so it is no branch. */
function rightIsEarlier(time: Float64Array, order: Float64Array, left: number): number {
  const right = left + 1;
  const atLeft = time[left]!;
  const atRight = time[right]!;
  return +(atRight < atLeft) | (+(atRight === atLeft) & +(order[right]! < order[left]!));
}
