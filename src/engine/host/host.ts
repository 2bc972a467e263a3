/**
 * One virtual machine's side of the host: carries a trapped access to the device model wherever it is placed, and
 * brings its interrupts back. It knows roles and domains, never a product.
 */
import type { DeviceHost, DeviceModel, IncomingFrame, Transfer } from '../devices/device.ts';
import { Server } from '../des/server.ts';
import type { GuestMemory } from '../memory/guest-memory.ts';
import type { Trigger } from '../memory/interrupt.ts';
import type { Register } from '../memory/register.ts';
import type { Way } from './way.ts';
import { begin, type Flow, fork, forkLater, rejoin, resumeAs } from './flow.ts';
import type { Tracer } from './tracer.ts';
import { duration } from '../vocabulary/units.ts';
import { InterruptController, type LosesInterrupt } from './interrupts.ts';
import type { Machine } from './machine.ts';
import { type Peer, Pipeline } from './pipeline.ts';
import type { Requests } from './requests.ts';
import type { Ways } from './ways.ts';

/** The guest's processor, as the host sees it. */
export interface InterruptTarget {
  /** An interrupt has come as far as the edge of the guest; `into` is the way into it. */
  interrupt(flow: Flow, vector: number, into: Way): void;
}

/** How much of a virtual machine's side of the host a fault ends. */
export type Stopped = 'back end' | 'device model' | 'virtual machine';

/** An access of the guest on its way. */
interface Access {
  readonly register: Register;
  readonly op: 'read' | 'write';
  readonly value: number;
  /** Repetitions by one string instruction. */
  readonly times: number;
}

export class Host implements DeviceHost {
  readonly memory: GuestMemory;
  readonly ways: Ways;
  private readonly machine: Machine;
  private readonly tracer: Tracer;
  private readonly interrupts: InterruptController;
  private readonly pipeline: Pipeline;
  private readonly worker: Server;
  private scheduled = false;
  private looking = false;
  /** Whether the device keeps the access that it serves open. */
  private deferred = false;
  /** Ends the access that is kept open. */
  private endAccess: ((flow: Flow) => void) | undefined;
  private device!: DeviceModel;
  /** Whether a fault has ended the device model: an access or signal that goes there gets no further. */
  private gone = false;
  /** Whether it has ended the virtual machine: nothing that leaves the guest returns. */
  private lost = false;
  /** The flow that device code runs under at this moment; none during set-up. */
  private current: Flow | undefined;

  constructor(parts: {
    machine: Machine;
    ways: Ways;
    tracer: Tracer;
    memory: GuestMemory;
    trigger: Trigger;
    requests: Requests;
    peer: Peer;
    name: string;
  }) {
    const { machine, ways, tracer, trigger } = parts;
    this.machine = machine;
    this.ways = ways;
    this.tracer = tracer;
    this.memory = parts.memory;
    this.worker = new Server(`${parts.name}back end`, machine.simulation);
    this.interrupts = new InterruptController({ ways, tracer, trigger });
    this.pipeline = new Pipeline({ ...parts, host: this });
  }

  connect(device: DeviceModel, guest: InterruptTarget): void {
    this.device = device;
    this.interrupts.connect(guest);
  }

  /** The actors of this virtual machine. */
  get servers(): readonly Server[] {
    return [this.worker, this.pipeline.modelContext];
  }

  // --- faults ---------------------------------------------------------------------------------------

  /** Ends for good what stands behind the device model, and the device model or the whole virtual machine with it. */
  stop(what: Stopped): void {
    this.gone ||= what !== 'back end';
    this.lost ||= what === 'virtual machine';
    this.pipeline.stop();
  }

  /** The back end takes nothing for so long, then all there is; `over` hears what it kept waiting and dropped. */
  stall(nanoseconds: number, over: (waited: boolean, dropped: number) => void): void {
    this.pipeline.hold();
    this.machine.simulation.in(duration(nanoseconds), () => {
      const { waiting, dropped } = this.pipeline.resume();
      over(waiting !== undefined, dropped);
      if (waiting !== undefined) this.wakeBackEnd(waiting, this.ways.nothing());
    });
  }

  /** One interrupt never reaches the guest. */
  lose(interrupt: LosesInterrupt): void {
    this.interrupts.lose(interrupt);
  }

  // --- the device's verbs ---------------------------------------------------------------------------

  setInterruptLine(raised: boolean): void {
    this.interrupts.setLine(raised, this.current);
  }

  fire(vector: number): void {
    this.interrupts.fire(vector, this.current);
  }

  hold(): void {
    this.interrupts.hold(this.current);
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

  after(nanoseconds: number, action: () => void): void {
    const later = forkLater(this.current ?? begin(0, 'complete'), 'complete');
    this.machine.simulation.in(duration(nanoseconds), () => {
      if (this.gone) return;
      this.current = later;
      action();
      this.current = undefined;
      this.serve(later, nothing);
    });
  }

  // --- accesses -------------------------------------------------------------------------------------

  /** A register access during set-up: no time, no trace. */
  setUp(register: Register, op: 'read' | 'write', value: number): number {
    const answer = this.touch({ register, op, value, times: 1 });
    this.scheduled = false;
    this.interrupts.forget();
    return answer;
  }

  /**
   * Carries an access to the device model and its answer back; `then` gets the value when the guest goes on. The
   * flow ends where the guest resumes.
   */
  access(flow: Flow, access: Access, then: (value: number) => void): void {
    if (this.gone) return;
    const { register, op } = access;
    const named = { register: register.label, op: op === 'read' ? 'read of' : 'write to' };
    const posted = this.ways.placement.runs === 'posted' && op === 'write';
    const carrier = posted ? fork(flow) : flow;
    if (posted) this.machine.simulation.in(duration(0), () => then(access.value));
    this.tracer.walk(
      carrier,
      this.ways.access(),
      0,
      () => {
        if (this.gone) return;
        this.current = carrier;
        const answer = this.touch(access);
        this.current = undefined;
        this.serve(carrier, () => {
          if (!posted && !this.gone) this.resume(flow, answer, then);
        });
      },
      named,
    );
  }

  /** The guest goes on, unless the device keeps its access open until it has an answer. */
  private resume(flow: Flow, answer: number, then: (value: number) => void): void {
    const back = (from: Flow): void => {
      rejoin(flow, from);
      this.tracer.walk(flow, this.ways.resume(), 0, () => then(answer));
    };
    if (this.deferred) this.endAccess = back;
    else back(flow);
  }

  private touch({ register, op, value, times }: Access): number {
    if (op === 'write') {
      for (let time = 0; time < times; time++) this.device.write(register, value >>> 0);
      return value;
    }
    let answer = 0;
    for (let time = 0; time < times; time++) answer = this.device.read(register) >>> 0;
    return answer;
  }

  // --- signals --------------------------------------------------------------------------------------

  /** The guest announces ring work by hypercall, or leaves a bit for the hypervisor to find. */
  signal(flow: Flow, then: () => void): void {
    if (this.lost) return;
    const { ways, tracer, machine } = this;
    const { monitorPage } = machine.architecture;
    if (monitorPage !== undefined && machine.prices.value(monitorPage.when) > 0)
      return this.leaveBit(flow, then);
    tracer.walk(flow, ways.signal().way, 0, () => {
      this.wakeBackEnd(fork(flow, 'cross'), ways.signalled());
      tracer.walk(flow, ways.signalReturn(), 0, then);
    });
  }

  /** The monitor page: the guest goes on at once, and the hypervisor finds the bit when it looks. */
  private leaveBit(flow: Flow, then: () => void): void {
    this.tracer.walk(flow, this.ways.leavesBit(), 0, () => {
      const found = fork(flow, 'cross');
      this.tracer.walk(found, this.ways.findsBit(), 0, () =>
        this.wakeBackEnd(found, this.ways.nothing()),
      );
      then();
    });
  }

  /** Ring work that was not announced: the device's side finds it when it next looks, if it looks at all. */
  unannounced(flow: Flow): void {
    if (this.ways.placement.looks === undefined || this.looking || this.gone) return;
    this.looking = true;
    const found = forkLater(flow, 'cross');
    this.tracer.walk(found, this.ways.looks(), 0, () => {
      this.looking = false;
      this.wakeBackEnd(found, this.ways.nothing());
    });
  }

  private wakeBackEnd(flow: Flow, wake: Way): void {
    if (this.gone) return;
    const slept = this.worker.post((done) => this.pipeline.takeAll(flow, done));
    if (slept) this.tracer.walk(flow, wake, 0, this.worker.awake);
  }

  // --- interrupts -----------------------------------------------------------------------------------

  /** Whether the guest's acknowledgement leaves the guest. */
  get trapsEndOfInterrupt(): boolean {
    return this.machine.architecture.endOfInterrupt[this.interrupts.trigger] === 'trapped';
  }

  /** The guest has taken a vector. */
  accepted(flow: Flow, vector: number): void {
    this.interrupts.accepted(flow, vector);
  }

  /** The guest acknowledges an interrupt; a level that is still raised comes again. */
  endOfInterrupt(flow: Flow, vector: number, then: () => void): void {
    if (this.lost) return;
    const { ways, tracer, interrupts } = this;
    interrupts.ended(vector);
    if (!this.trapsEndOfInterrupt) {
      interrupts.inject(fork(flow), nothing);
      return then();
    }
    tracer.walk(flow, ways.acknowledgement().way, 0, () => {
      const told = fork(flow);
      tracer.walk(told, ways.acknowledged(), 0, () => interrupts.inject(told, nothing));
      tracer.walk(flow, ways.acknowledgeReturn(), 0, then);
    });
  }

  // --- device code ----------------------------------------------------------------------------------

  /** A frame arrives for the guest; `lost` is called when the guest has no buffer for it. */
  arrive(frame: IncomingFrame, flow: Flow, lost: (flow: Flow) => void): void {
    this.pipeline.arrive(frame, flow, lost);
  }

  // Device code runs for a flow, so that what it asks for belongs to that flow.

  take(flow: Flow): Transfer | undefined {
    this.current = flow;
    const transfer = this.device.take();
    this.current = undefined;
    return transfer;
  }

  finish(flow: Flow, transfer: Transfer): void {
    this.current = flow;
    this.device.finished(transfer);
    this.current = undefined;
  }

  deliver(flow: Flow, frame: IncomingFrame, more: boolean): boolean {
    this.current = flow;
    const delivered = this.device.deliver!(frame, more);
    this.current = undefined;
    return delivered;
  }

  /** What device code asked for while it ran: ring work first, then interrupts; then `done`. */
  serve(flow: Flow, done: () => void): void {
    if (this.endAccess !== undefined && !this.deferred) {
      const end = this.endAccess;
      this.endAccess = undefined;
      end(flow);
    }
    if (!this.scheduled) return this.interrupts.inject(flow, done);
    this.scheduled = false;
    if (this.ways.placement.runs === 'inside') {
      return this.interrupts.inject(flow, () => this.takeInside(flow, done));
    }
    const own = fork(flow, flow.phase === 'notify' ? 'cross' : flow.phase);
    this.wakeBackEnd(own, this.ways.wake());
    this.interrupts.inject(flow, done);
  }

  /** Ring work inside the access: its flow goes on where that ends, and stands where it began meanwhile. */
  private takeInside(flow: Flow, done: () => void): void {
    const batch = fork(flow);
    this.pipeline.takeAll(batch, () => {
      resumeAs(flow, batch);
      done();
    });
  }

  /** Interrupts that device code wanted, without its ring work. */
  inject(flow: Flow, done: () => void): void {
    this.interrupts.inject(flow, done);
  }
}

const nothing = (): void => {};
