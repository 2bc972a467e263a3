/**
 * One virtual machine's side of the host, put together: the bay of its device, the bus that leads there, the back end
 * that takes ring work, the pipeline to the hardware and the interrupts that come back. It knows roles and domains,
 * never a product.
 */
import type { DeviceModel, IncomingFrame } from '../devices/device.ts';
import type { Server } from '../des/server.ts';
import type { GuestMemory } from '../memory/guest-memory.ts';
import type { Trigger } from '../memory/interrupt.ts';
import { duration } from '../vocabulary/units.ts';
import type { Lost } from './arrivals.ts';
import { BackEnd } from './back-end.ts';
import { Bay } from './bay.ts';
import { Bus } from './bus.ts';
import type { Flow } from './flow.ts';
import { InterruptController, type InterruptTarget, type LosesInterrupt } from './interrupts.ts';
import type { Machine } from './machine.ts';
import { type Peer, Pipeline } from './pipeline.ts';
import type { Requests } from './requests.ts';
import type { Tracer } from './tracer.ts';
import type { Ways } from './ways.ts';

/** How much of a virtual machine's side of the host a fault ends. */
export type Stopped = 'back end' | 'device model' | 'virtual machine';

/** Where frames come from the wire. */
export type Wire = Pick<Host, 'arrive'>;

export class Host {
  readonly bay: Bay;
  readonly bus: Bus;
  private readonly machine: Machine;
  private readonly ways: Ways;
  private readonly pipeline: Pipeline;
  private readonly backEnd: BackEnd;

  constructor(parts: {
    machine: Machine;
    ways: Ways;
    tracer: Tracer;
    memory: GuestMemory;
    trigger: Trigger;
    requests: Requests;
    /** The counter of frames that found no buffer of the guest. */
    missedCounter: string | undefined;
    name: string;
  }) {
    const { machine, ways, memory } = parts;
    const { simulation } = machine;
    this.machine = machine;
    this.ways = ways;
    this.bay = new Bay({ simulation, memory, interrupts: new InterruptController(parts) });
    const onBay = { ...parts, bay: this.bay };
    this.pipeline = new Pipeline(onBay);
    this.backEnd = new BackEnd({ ...onBay, pipeline: this.pipeline });
    this.bus = new Bus({ ...onBay, backEnd: this.backEnd });
  }

  connect(device: DeviceModel, guest: InterruptTarget, peer: Peer): void {
    this.bay.connect(device, this.backEnd);
    this.bay.interrupts.connect(guest);
    this.pipeline.connect(peer);
  }

  /** The actors of this virtual machine. */
  get servers(): readonly Server[] {
    return [this.backEnd.worker, ...this.pipeline.servers];
  }

  /** A frame arrives for the guest; `lost` is called when the guest has no buffer for it. */
  arrive(frame: IncomingFrame, flow: Flow, lost: Lost): void {
    this.pipeline.arrive(frame, flow, lost);
  }

  // --- faults ---------------------------------------------------------------------------------------

  /** Ends for good what stands behind the device model, and the device model or the whole virtual machine with it. */
  stop(what: Stopped): void {
    if (what !== 'back end') this.bay.remove();
    if (what === 'virtual machine') this.bus.stop();
    this.pipeline.stop();
  }

  /** The back end takes nothing for so long, then all there is; `over` hears what it kept waiting and dropped. */
  stall(nanoseconds: number, over: (waited: boolean, dropped: number) => void): void {
    this.pipeline.hold();
    this.machine.simulation.in(duration(nanoseconds), () => {
      const { waiting, dropped } = this.pipeline.resume();
      over(waiting !== undefined, dropped);
      if (waiting !== undefined) this.backEnd.wake(waiting, this.ways.nothing());
    });
  }

  /** One interrupt never reaches the guest. */
  lose(interrupt: LosesInterrupt): void {
    this.bay.interrupts.lose(interrupt);
  }
}
