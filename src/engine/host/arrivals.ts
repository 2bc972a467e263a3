/**
 * The way of frames in from the wire: card, physical driver, virtual switch, device model, guest. Every queue on it has
 * an end: a frame that finds one full is dropped there, and has cost what was done up to there. Whether the guest has a
 * buffer is known before a frame is moved there, so a frame that is lost is put nowhere.
 */
import type { ReceiveQueue } from '../architectures/architecture.ts';
import { guestRing, physicalRing, processQueue } from '../architectures/queues.ts';
import { Queue } from '../des/queue.ts';
import { Room } from '../des/room.ts';
import type { DeviceModel, IncomingFrame } from '../devices/device.ts';
import type { Action } from '../des/simulation.ts';
import type { DropPlace } from '../vocabulary/results.ts';
import type { DomainId } from '../vocabulary/trace.ts';
import { Batch } from './batch.ts';
import type { Bay } from './bay.ts';
import { begin, enter, type Flow } from './flow.ts';
import type { Machine } from './machine.ts';
import type { ModelContext } from './model-context.ts';
import type { Tracer } from './tracer.ts';
import { type Inward, pagesIn, type Ways } from './ways.ts';

/**
 * Runs; or holds: it takes nothing, and a frame that arrives finds no room; or stopped: what is on its way gets no
 * further in either direction.
 */
export type State = 'runs' | 'holds' | 'stopped';

/** Hears of bytes of a request that are served. */
export type Served = (flow: Flow, request: number, bytes: number) => void;

/** A frame on its way in; `lost` is called when nobody takes it. */
interface Arriving {
  readonly frame: IncomingFrame;
  readonly flow: Flow;
  readonly lost: Lost;
}

/** Hears of a frame that is dropped in a domain. */
export type Lost = (flow: Flow, domain: DomainId) => void;

export class Arrivals {
  state: State = 'runs';
  /** Frames that found the back end taking nothing. */
  dropped = 0;
  private readonly machine: Machine;
  private readonly ways: Ways;
  private readonly tracer: Tracer;
  private readonly bay: Bay;
  private readonly context: ModelContext;
  private readonly served: Served;
  private readonly hasDriver: boolean;
  private readonly queue: ReceiveQueue;
  private readonly room: Room;
  /** What is full when the guest offers no buffer. */
  private readonly guestRing: DropPlace;
  /** Frames that the physical driver has and the device model has not. */
  private readonly coming: Batch;
  /** Frames on their way into buffers. */
  private claimed = 0;
  /** Frames in the queue for which the guest had no buffer, and whether they are being taken again. */
  private readonly kept = new Queue<Arriving>();
  private takesKept = false;

  constructor(parts: {
    machine: Machine;
    ways: Ways;
    tracer: Tracer;
    bay: Bay;
    context: ModelContext;
    /** The counter of frames that found no buffer. */
    missedCounter: string | undefined;
    /** Hears of a frame that is in the guest's memory. */
    served: Served;
  }) {
    this.machine = parts.machine;
    this.ways = parts.ways;
    this.tracer = parts.tracer;
    this.bay = parts.bay;
    this.context = parts.context;
    this.served = parts.served;
    this.coming = new Batch(this.ways.placement.gathers);
    this.hasDriver = this.ways.place('physical-driver') !== undefined;
    this.queue = this.ways.placement.receiveQueue ?? processQueue;
    this.room = new Room(this.machine.prices.value(this.queue.size));
    this.guestRing = guestRing(parts.missedCounter);
  }

  /** A frame comes to the card: into a buffer of its driver, which may be the guest's. */
  arrive(arriving: Arriving): void {
    const { card } = this.machine;
    const { frame, flow } = arriving;
    const { bytes } = frame;
    const slept = card.post((free) => {
      this.machine.simulation.in(this.machine.wireTime(this.ways.placement, bytes), free);
      if (!this.findsBuffer(arriving)) return;
      this.tracer.walk(flow, this.ways.cardReceives(), bytes, () =>
        this.hasDriver ? this.received(arriving) : this.put(arriving, true, nothing),
      );
    });
    if (slept) card.awake();
  }

  /** Whether the card has a buffer of its driver, in the host or in the guest. */
  private findsBuffer(arriving: Arriving): boolean {
    if (this.hasDriver) {
      if (this.machine.receiveRing.take()) return true;
      this.drop(arriving, physicalRing, this.ways.place('network-card')!.domain);
      return false;
    }
    if (this.claims(arriving)) return true;
    this.miss(arriving);
    this.bay.carryOut(arriving.flow, nothing);
    return false;
  }

  private received(arriving: Arriving): void {
    if (this.state === 'stopped') return;
    const { flow, frame } = arriving;
    const { driverContext } = this.machine;
    this.coming.waiting++;
    const slept: boolean = driverContext.post((done) => {
      this.machine.receiveRing.give();
      if (this.state === 'stopped') return done();
      const inward = this.ways.received('send', slept, frame.bytes, pagesIn(frame.bytes), 0);
      enter(flow, 'drive');
      this.tracer.walk(flow, inward.way, frame.bytes, () =>
        this.reach(arriving, inward, slept, done),
      );
    });
    if (slept) this.tracer.walk(flow, this.ways.receiveInterrupt(), 0, driverContext.awake);
  }

  /** The frame reaches the device model, or the queue in front of it. */
  private reach(arriving: Arriving, inward: Inward, first: boolean, done: Action): void {
    if (inward.isThere && this.ways.placement.receiveQueue === undefined)
      return this.take(arriving, first, done);
    if (!this.room.take(this.placesOf(arriving))) {
      this.passOver(arriving.flow);
      this.drop(arriving, this.queue, this.ways.place('physical-driver')!.domain);
      return this.bay.carryOut(arriving.flow, done);
    }
    this.context.handOver(arriving.flow, inward, done, (end) =>
      this.takeQueued(arriving, first, end),
    );
  }

  /** The device model takes the frame from its queue, unless it stays there until the guest offers a buffer. */
  private takeQueued(arriving: Arriving, first: boolean, done: Action): void {
    const { queue, bay } = this;
    const mayStay = queue.waits && bay.hearsOfBuffers && this.state === 'runs';
    const isBehind = this.kept.length > 0 || this.takesKept;
    if (mayStay && (isBehind || !bay.hasBuffer(arriving.frame, this.claimed))) {
      this.passOver(arriving.flow);
      this.kept.push(arriving);
      bay.run(arriving.flow, awaitsBuffer, undefined);
      return bay.carryOut(arriving.flow, done);
    }
    this.room.give(this.placesOf(arriving));
    this.take(arriving, first, done);
  }

  private placesOf({ frame }: Arriving): number {
    return this.queue.in === 'bytes' ? frame.bytes : 1;
  }

  /** The guest may have offered buffers: frames that were kept for want of one are taken again. */
  retry(): void {
    if (this.kept.length === 0 || this.takesKept || !this.canTakeKept()) return;
    this.takesKept = true;
    const { server } = this.context;
    if (server.post((done) => this.takeKept(true, done))) server.awake();
  }

  /** The back end takes frames again. What waited for a frame that was dropped meanwhile waits no longer. */
  resume(): void {
    this.state = 'runs';
    this.dropped = 0;
    this.retry();
    if (this.coming.waiting > 0) return;
    const flow = begin(0, 'process');
    this.bay.run(flow, flushes, undefined);
    this.bay.carryOut(flow, nothing);
  }

  private canTakeKept(): boolean {
    const first = this.kept.peek();
    return (
      first !== undefined && this.state === 'runs' && this.bay.hasBuffer(first.frame, this.claimed)
    );
  }

  private takeKept(first: boolean, done: Action): void {
    if (!this.canTakeKept()) {
      this.takesKept = false;
      const next = this.kept.peek();
      if (next === undefined) return done();
      this.bay.run(next.flow, awaitsBuffer, undefined);
      this.flush(next.flow);
      return this.bay.carryOut(next.flow, done);
    }
    const arriving = this.kept.shift()!;
    this.room.give(this.placesOf(arriving));
    this.claimed++;
    this.put(arriving, first, () => this.takeKept(false, done));
  }

  /** The device model puts the frame into a buffer of the guest, if there is one. */
  private take(arriving: Arriving, slept: boolean, done: Action): void {
    const first = this.coming.take(slept);
    if (this.claims(arriving)) return this.put(arriving, first, done);
    this.miss(arriving);
    this.bay.carryOut(arriving.flow, done);
  }

  /** Whether the frame gets a buffer of the guest, which is then its own. */
  private claims({ frame }: Arriving): boolean {
    if (this.state !== 'runs' || !this.bay.hasBuffer(frame, this.claimed)) return false;
    this.claimed++;
    return true;
  }

  /** The frame gets no buffer. A back end that has stopped does not even drop. */
  private miss(arriving: Arriving): void {
    if (this.state === 'stopped') return;
    if (this.state === 'runs') this.bay.run(arriving.flow, missed, this.coming.goesOn);
    else this.dropped++;
    this.drop(arriving, this.guestRing, this.ways.model.domain);
  }

  private drop({ flow, lost }: Arriving, place: DropPlace, domain: DomainId): void {
    this.machine.counts.drops.count(place, domain);
    lost(flow, domain);
  }

  /** A frame that waited is not taken now. */
  private passOver(flow: Flow): void {
    this.coming.take(false);
    this.flush(flow);
  }

  /** Frames that were put before have waited long enough, unless another one follows or the back end holds. */
  private flush(flow: Flow): void {
    if (this.state === 'runs' && !this.coming.goesOn) this.bay.run(flow, flushes, undefined);
  }

  /** Moves the frame into its buffer, and interrupts the guest, if it has to. */
  private put({ frame, flow }: Arriving, first: boolean, done: Action): void {
    enter(flow, 'process');
    const { bytes } = frame;
    const pages = pagesIn(bytes);
    this.tracer.carry(
      flow,
      this.ways.delivers('send', first, bytes, pages, 0),
      bytes,
      1,
      pages,
      () => {
        const more = this.coming.goesOn || (this.takesKept && this.canTakeKept());
        this.claimed--;
        if (this.state === 'stopped') return done();
        this.bay.run(flow, more ? delivered : deliveredLast, frame);
        this.served(flow, frame.payload, frame.bytes);
        this.bay.carryOut(flow, done);
      },
    );
  }
}

// What is asked of the device.
const delivered = (device: DeviceModel, frame: IncomingFrame): boolean =>
  device.deliver!(frame, true);
const deliveredLast = (device: DeviceModel, frame: IncomingFrame): boolean =>
  device.deliver!(frame, false);
const missed = (device: DeviceModel, more: boolean): void => device.miss?.(more);

const flushes = (device: DeviceModel): void => device.flush?.();
const awaitsBuffer = (device: DeviceModel): void => device.awaitBuffer!();

const nothing = (): void => {};
