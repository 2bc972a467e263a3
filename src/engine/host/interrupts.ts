/**
 * The interrupts of one device: lines and vectors, which of them are on their way, and which the guest still
 * serves.
 */
import type { Trigger } from '../memory/interrupt.ts';
import { type Coalescer, coalescerFor } from './coalescing.ts';
import { begin, type Flow, fork, forkLater, rejoin } from './flow.ts';
import type { Machine } from './machine.ts';
import type { Tracer } from './tracer.ts';
import type { Way } from './way.ts';
import type { Ways } from './ways.ts';

/** Number of the level-triggered pin; edges use their own vector numbers. */
const pin = 0;

/** The guest's processor, as the host sees it. */
export interface InterruptTarget {
  /** Whether its processor is out of the guest, because an access of it is being served. */
  readonly isOut: boolean;
  /** An interrupt has come as far as the edge of the guest; `into` is the way into it. */
  interrupt(flow: Flow, vector: number, into: Way): void;
  /** The device has written to a ring without an interrupt. */
  wrote(flow: Flow): void;
}

/** The interrupt that never reaches the guest, counted from 1, and who hears of it and of those that follow. */
export interface LosesInterrupt {
  readonly number: number;
  lost(): void;
  /** A later interrupt reaches the guest. */
  arrived(): void;
}

interface Vector {
  raised: boolean;
  /** On its way to the guest, or waiting to be taken. */
  pending: boolean;
  inService: boolean;
}

export class InterruptController {
  readonly trigger: Trigger;
  private readonly ways: Ways;
  private readonly tracer: Tracer;
  private readonly vectors: Vector[] = [];
  /** Vectors that device code has asked for and that are not yet on their way. */
  private readonly wanted: number[] = [];
  /** Device code has written to a ring without an interrupt. */
  private held = false;
  private guest!: InterruptTarget;
  private readonly coalescer: Coalescer | undefined;
  /** For whom the interrupt that is kept of each vector was raised. */
  private readonly keptFor: (Flow | undefined)[] = [];
  private loses: LosesInterrupt | undefined;
  /** Interrupts that came as far as the edge of the guest, counted while one of them is to be lost. */
  private sent = 0;

  constructor(parts: { machine: Machine; ways: Ways; tracer: Tracer; trigger: Trigger }) {
    this.ways = parts.ways;
    this.tracer = parts.tracer;
    this.trigger = parts.trigger;
    const { coalescing } = parts.ways.placement;
    const { simulation, prices } = parts.machine;
    this.coalescer =
      coalescing &&
      coalescerFor(coalescing, { simulation, prices, release: (vector) => this.release(vector) });
  }

  connect(guest: InterruptTarget): void {
    this.guest = guest;
  }

  lose(interrupt: LosesInterrupt): void {
    this.loses = interrupt;
  }

  setLine(raised: boolean, flow: Flow | undefined): void {
    const vector = this.vector(pin);
    if (vector.raised === raised) return;
    vector.raised = raised;
    this.mark(flow, pin, raised);
    if (raised) this.raise(pin, flow);
  }

  fire(vector: number, flow: Flow | undefined): void {
    if (this.trigger === 'event') this.notified(flow, true);
    this.mark(flow, vector, true);
    this.raise(vector, flow);
  }

  hold(flow: Flow | undefined): void {
    this.held = true;
    this.notified(flow, false);
  }

  /** Forgets what set-up asked for. */
  forget(): void {
    this.wanted.length = 0;
    this.held = false;
  }

  accepted(flow: Flow, number: number): void {
    const vector = this.vector(number);
    vector.pending = false;
    vector.inService = this.trigger === 'level';
    if (this.trigger !== 'level') this.mark(flow, number, false);
  }

  /** The guest has acknowledged: a level that is still raised is wanted again. */
  ended(number: number): void {
    const vector = this.vector(number);
    vector.inService = false;
    if (this.trigger === 'level' && vector.raised) this.want(number);
  }

  /** Sends wanted interrupts towards the guest, as the same actor, then goes on; a guest that polls needs none. */
  inject(flow: Flow, done: () => void): void {
    if (this.held) {
      this.held = false;
      this.guest.wrote(flow);
    }
    const number = this.nextWanted();
    if (number < 0) return done();
    const vector = this.vector(number);
    vector.pending = true;
    const carrier = forkLater(flow, 'complete');
    const way = this.ways.inject[this.trigger]();
    this.tracer.walk(carrier, way, 0, () => {
      const { guest, ways, trigger } = this;
      const into = guest.isOut ? ways.intoGuest : ways.intoRunningGuest;
      if (this.losesThis()) vector.pending = false;
      else guest.interrupt(fork(carrier, 'interrupt'), number, into[trigger]());
      if (way.legs.length > 0) rejoin(flow, carrier);
      this.inject(flow, done);
    });
  }

  private losesThis(): boolean {
    const { loses } = this;
    if (loses === undefined) return false;
    this.sent++;
    if (this.sent === loses.number) loses.lost();
    else if (this.sent > loses.number) loses.arrived();
    return this.sent === loses.number;
  }

  /** The first wanted vector that is not already on its way or being served; those that are need no second one. */
  private nextWanted(): number {
    while (this.wanted.length > 0) {
      const number = this.wanted.length === 1 ? this.wanted.pop()! : this.wanted.shift()!;
      const { pending, inService } = this.vector(number);
      if (!pending && !inService) return number;
    }
    return -1;
  }

  /** An interrupt of the device: wanted now, or when the host that keeps it lets it go. */
  private raise(number: number, flow: Flow | undefined): void {
    if (this.coalescer === undefined || flow === undefined || this.coalescer.passes(number))
      return this.want(number);
    this.keptFor[number] ??= forkLater(flow, 'complete');
  }

  /** An interrupt that was kept goes out, unless its line has been lowered meanwhile. */
  private release(number: number): void {
    const flow = this.keptFor[number] ?? begin(0, 'complete');
    this.keptFor[number] = undefined;
    if (this.trigger === 'level' && !this.vector(number).raised) return;
    this.want(number);
    this.inject(flow, nothing);
  }

  private want(number: number): void {
    if (!this.wanted.includes(number)) this.wanted.push(number);
  }

  private vector(number: number): Vector {
    return (this.vectors[number] ??= { raised: false, pending: false, inService: false });
  }

  private mark(flow: Flow | undefined, vector: number, raised: boolean): void {
    if (flow === undefined) return;
    this.tracer.mark(flow, { kind: 'interrupt-line', vector, raised }, this.ways.model.domain);
  }

  private notified(flow: Flow | undefined, sent: boolean): void {
    if (flow === undefined) return;
    this.tracer.notified(flow, 'to guest', sent, this.ways.model.domain);
  }
}

const nothing = (): void => {};
