/**
 * The way of frames in from the wire: card, physical driver, virtual switch, device model, guest. Whether the guest has
 * a buffer is known before the frame is moved there, so a frame that is lost was put nowhere.
 */
import type { DeviceModel, IncomingFrame } from '../devices/device.ts';
import type { Action } from '../des/simulation.ts';
import type { Bay } from './bay.ts';
import { enter, type Flow } from './flow.ts';
import type { Machine } from './machine.ts';
import type { ModelContext } from './model-context.ts';
import type { Tracer } from './tracer.ts';
import type { Inward, Ways } from './ways.ts';

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
  readonly lost: (flow: Flow) => void;
}

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
  /** Frames that the physical driver has and the device model has not, and those on their way into buffers. */
  private coming = 0;
  private claimed = 0;

  constructor(parts: {
    machine: Machine;
    ways: Ways;
    tracer: Tracer;
    bay: Bay;
    context: ModelContext;
    /** Hears of a frame that is in the guest's memory. */
    served: Served;
  }) {
    this.machine = parts.machine;
    this.ways = parts.ways;
    this.tracer = parts.tracer;
    this.bay = parts.bay;
    this.context = parts.context;
    this.served = parts.served;
    this.hasDriver = this.ways.place('physical-driver') !== undefined;
  }

  /** A frame comes to the card: into a buffer of its driver, which may be the guest's. */
  arrive(arriving: Arriving): void {
    const { card } = this.machine;
    const { frame, flow } = arriving;
    const { bytes } = frame;
    const slept = card.post((free) => {
      this.machine.simulation.in(this.machine.wireTime(this.ways.placement, bytes), free);
      if (!this.hasDriver && !this.claims(arriving)) return this.bay.carryOut(flow, nothing);
      this.tracer.walk(flow, this.ways.cardReceives(), bytes, () =>
        this.hasDriver ? this.received(arriving) : this.put(arriving, true, nothing),
      );
    });
    if (slept) card.awake();
  }

  private received(arriving: Arriving): void {
    if (this.state === 'stopped') return;
    const { flow, frame } = arriving;
    const { driverContext } = this.machine;
    this.coming++;
    const slept: boolean = driverContext.post((done) => {
      if (this.state === 'stopped') return done();
      const inward = this.ways.received('send', slept, frame.bytes);
      enter(flow, 'drive');
      this.tracer.walk(flow, inward.way, frame.bytes, () =>
        this.reach(arriving, inward, slept, done),
      );
    });
    if (slept) this.tracer.walk(flow, this.ways.receiveInterrupt(), 0, driverContext.awake);
  }

  /** The frame reaches the device model, or waits for its context. */
  private reach(arriving: Arriving, inward: Inward, first: boolean, done: Action): void {
    if (inward.isThere) return this.take(arriving, first, done);
    this.context.handOver(arriving.flow, inward, done, (end) => this.take(arriving, first, end));
  }

  /** The device model puts the frame into a buffer of the guest, if there is one. */
  private take(arriving: Arriving, first: boolean, done: Action): void {
    this.coming--;
    if (this.claims(arriving)) this.put(arriving, first, done);
    else this.bay.carryOut(arriving.flow, done);
  }

  /** Whether the frame gets a buffer; else it is missed, and lost. */
  private claims({ frame, flow, lost }: Arriving): boolean {
    const { state, bay } = this;
    if (state === 'runs' && bay.hasBuffer(frame, this.claimed)) {
      this.claimed++;
      return true;
    }
    // A back end that has stopped does not even drop.
    if (state === 'stopped') return false;
    if (state === 'runs') bay.run(flow, missed, this.coming > 0);
    else this.dropped++;
    lost(flow);
    return false;
  }

  /** Moves the frame into its buffer, and interrupts the guest, if it has to. */
  private put({ frame, flow }: Arriving, first: boolean, done: Action): void {
    enter(flow, 'process');
    this.tracer.walk(flow, this.ways.delivers('send', first, frame.bytes), frame.bytes, () => {
      this.claimed--;
      if (this.state === 'stopped') return done();
      this.bay.run(flow, this.coming > 0 ? delivered : deliveredLast, frame);
      this.served(flow, frame.payload, frame.bytes);
      this.bay.carryOut(flow, done);
    });
  }
}

// What is asked of the device.
const delivered = (device: DeviceModel, frame: IncomingFrame): boolean =>
  device.deliver!(frame, true);
const deliveredLast = (device: DeviceModel, frame: IncomingFrame): boolean =>
  device.deliver!(frame, false);
const missed = (device: DeviceModel, more: boolean): void => device.miss?.(more);

const nothing = (): void => {};
