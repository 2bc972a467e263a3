/**
 * The bay of one device: its code runs here and nowhere else, always for a flow, and what it asks for meanwhile belongs
 * to that flow. Whoever has run it then has it carried out (`carryOut`): the access that it has answered ends, its
 * interrupts are sent, and its ring work is taken.
 */
import type { Action, Simulation } from '../des/simulation.ts';
import type { DeviceHost, DeviceModel, IncomingFrame } from '../devices/device.ts';
import type { GuestMemory } from '../memory/guest-memory.ts';
import { duration } from '../vocabulary/units.ts';
import { begin, type Flow, forkLater } from './flow.ts';
import type { InterruptController } from './interrupts.ts';

/** Who takes what the device has found in its rings. */
export interface RingWork {
  /** Takes it, and sends the interrupts that are wanted; then goes on as the same actor. */
  take(flow: Flow, done: Action): void;
}

/** A piece of device code, with what it is given. */
type DeviceCode<Given, Result> = (device: DeviceModel, given: Given) => Result;

export class Bay implements DeviceHost {
  readonly memory: GuestMemory;
  readonly interrupts: InterruptController;
  private readonly simulation: Simulation;
  private device!: DeviceModel;
  private ringWork!: RingWork;
  /** The flow that device code runs for at this moment; none during set-up. */
  private flow: Flow | undefined;
  private scheduled = false;
  /** Whether the device keeps the access that it serves open. */
  private deferred = false;
  /** Ends the access that is kept open. */
  private endAccess: ((flow: Flow) => void) | undefined;
  private gone = false;
  /** Whether frames from the wire come here, where another device stands beside this one. */
  private takesFrames = false;

  constructor(parts: {
    simulation: Simulation;
    memory: GuestMemory;
    interrupts: InterruptController;
  }) {
    this.simulation = parts.simulation;
    this.memory = parts.memory;
    this.interrupts = parts.interrupts;
  }

  connect(device: DeviceModel, ringWork: RingWork): void {
    this.device = device;
    this.ringWork = ringWork;
  }

  /** A fault ends the device model: an access or signal that goes there gets no further. */
  remove(): void {
    this.gone = true;
  }

  get hasFrames(): boolean {
    return this.takesFrames;
  }

  get isGone(): boolean {
    return this.gone;
  }

  // --- device code ----------------------------------------------------------------------------------

  /** Runs device code for a flow. */
  run<Given, Result>(flow: Flow, code: DeviceCode<Given, Result>, given: Given): Result {
    this.flow = flow;
    const result = code(this.device, given);
    this.flow = undefined;
    return result;
  }

  /** Asks the device whether the guest offers a buffer behind so many that are claimed, which changes nothing. */
  hasBuffer(frame: IncomingFrame, claimed: number): boolean {
    return this.device.hasBuffer!(frame, claimed);
  }

  /** Whether its driver tells of new buffers when it is asked to. */
  get hearsOfBuffers(): boolean {
    return this.device.awaitBuffer !== undefined;
  }

  /** Runs device code while the device is set up: for no flow, and what it asks for is forgotten. */
  setUp<Given, Result>(code: DeviceCode<Given, Result>, given: Given): Result {
    const result = code(this.device, given);
    this.scheduled = false;
    this.interrupts.forget();
    return result;
  }

  /** What device code has asked for while it ran for this flow; then `done`. */
  carryOut(flow: Flow, done: Action): void {
    if (this.endAccess !== undefined && !this.deferred) {
      const end = this.endAccess;
      this.endAccess = undefined;
      end(flow);
    }
    if (!this.scheduled) return this.interrupts.inject(flow, done);
    this.scheduled = false;
    this.ringWork.take(flow, done);
  }

  /** Goes on where the access that was served is answered: at once, unless the device keeps it open. */
  whenAnswered(flow: Flow, end: (flow: Flow) => void): void {
    if (this.deferred) this.endAccess = end;
    else end(flow);
  }

  // --- the device's verbs ---------------------------------------------------------------------------

  setInterruptLine(raised: boolean): void {
    this.interrupts.setLine(raised, this.flow);
  }

  fire(vector: number): void {
    this.interrupts.fire(vector, this.flow);
  }

  hold(): void {
    this.interrupts.hold(this.flow);
  }

  schedule(): void {
    this.scheduled = true;
  }

  defer(): void {
    this.deferred = true;
  }

  answer(): void {
    this.deferred = false;
  }

  steerFrames(here: boolean): void {
    this.takesFrames = here;
  }

  after(nanoseconds: number, action: Action): void {
    const later = forkLater(this.flow ?? begin(0, 'complete'), 'complete');
    this.simulation.in(duration(nanoseconds), () => {
      if (this.gone) return;
      this.run(later, action, undefined);
      this.carryOut(later, nothing);
    });
  }
}

const nothing = (): void => {};
