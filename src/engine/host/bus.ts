/**
 * What the guest has of its host: accesses to registers, signals and acknowledgements, carried to wherever the device
 * model is placed, and back.
 */
import type { DeviceModel } from '../devices/device.ts';
import type { Register } from '../memory/register.ts';
import { duration } from '../vocabulary/units.ts';
import type { BackEnd } from './back-end.ts';
import type { Bay } from './bay.ts';
import { type Flow, fork, rejoin } from './flow.ts';
import type { InterruptController } from './interrupts.ts';
import type { Machine } from './machine.ts';
import type { Tracer } from './tracer.ts';
import type { Ways } from './ways.ts';

/** An access of the guest on its way. */
interface Access {
  readonly register: Register;
  readonly op: 'read' | 'write';
  readonly value: number;
  /** Repetitions by one string instruction. */
  readonly times: number;
}

export class Bus {
  private readonly machine: Machine;
  private readonly ways: Ways;
  private readonly tracer: Tracer;
  private readonly bay: Bay;
  private readonly interrupts: InterruptController;
  private readonly backEnd: BackEnd;
  /** Whether a fault has ended the virtual machine: nothing that leaves the guest returns. */
  private lost = false;

  constructor(parts: { machine: Machine; ways: Ways; tracer: Tracer; bay: Bay; backEnd: BackEnd }) {
    this.machine = parts.machine;
    this.ways = parts.ways;
    this.tracer = parts.tracer;
    this.bay = parts.bay;
    this.interrupts = parts.bay.interrupts;
    this.backEnd = parts.backEnd;
  }

  stop(): void {
    this.lost = true;
  }

  // --- accesses -------------------------------------------------------------------------------------

  /** A register access during set-up: no time, no trace. */
  setUp(register: Register, op: 'read' | 'write', value: number): number {
    return this.bay.setUp(touch, { register, op, value, times: 1 });
  }

  /**
   * Carries an access to the device model and its answer back; `then` gets the value when the guest goes on. The
   * flow ends where the guest resumes.
   */
  access(flow: Flow, access: Access, then: (value: number) => void): void {
    const { bay } = this;
    if (bay.isGone) return;
    const { register, op } = access;
    const doorbell = op === 'write' && register.doorbell;
    const named = { register: register.label, op: op === 'read' ? 'read of' : 'write to' };
    const posted =
      this.ways.placement.runs === 'posted' && op === 'write' && register.space === 'memory';
    const carrier = posted ? fork(flow) : flow;
    if (posted) this.machine.simulation.in(duration(0), () => then(access.value));
    this.tracer.walk(
      carrier,
      this.ways.access[register.space](doorbell),
      0,
      () => {
        if (bay.isGone) return;
        const answer = bay.run(carrier, touch, access);
        this.backEnd.touched();
        bay.carryOut(carrier, () => {
          if (!posted && !bay.isGone) this.resume(flow, doorbell, () => then(answer));
        });
      },
      named,
    );
  }

  /** The guest goes on when the device has answered. */
  private resume(flow: Flow, doorbell: boolean, then: () => void): void {
    this.bay.whenAnswered(flow, (from) => {
      rejoin(flow, from);
      this.tracer.walk(flow, this.ways.resume(doorbell), 0, then);
    });
  }

  // --- signals --------------------------------------------------------------------------------------

  /** The guest announces ring work by hypercall, or leaves a bit for the hypervisor to find. */
  signal(flow: Flow, then: () => void): void {
    if (this.lost) return;
    const { ways, tracer } = this;
    if (ways.placement.monitored === true) return this.leaveBit(flow, then);
    tracer.walk(flow, ways.signal().way, 0, () => {
      this.backEnd.wake(fork(flow, 'cross'), ways.signalled());
      tracer.walk(flow, ways.signalReturn(), 0, then);
    });
  }

  /** The monitor page: the guest goes on at once, and the hypervisor finds the bit when it looks. */
  private leaveBit(flow: Flow, then: () => void): void {
    this.tracer.walk(flow, this.ways.leavesBit(), 0, () => {
      const found = fork(flow, 'cross');
      this.tracer.walk(found, this.ways.findsBit(), 0, () =>
        this.backEnd.wake(found, this.ways.nothing()),
      );
      then();
    });
  }

  /** The guest has put work into a ring and does not announce it. */
  unannounced(flow: Flow): void {
    this.backEnd.look(flow);
  }

  // --- interrupts -----------------------------------------------------------------------------------

  /** Whether an interrupt ends without an acknowledgement of the guest. */
  get endsByItself(): boolean {
    return this.machine.architecture.endOfInterrupt[this.interrupts.trigger] === 'automatic';
  }

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
}

/** The device serves an access. */
function touch(device: DeviceModel, { register, op, value, times }: Access): number {
  if (op === 'write') {
    for (let time = 0; time < times; time++) device.write(register, value >>> 0);
    return value;
  }
  let answer = 0;
  for (let time = 0; time < times; time++) answer = device.read(register) >>> 0;
  return answer;
}

const nothing = (): void => {};
