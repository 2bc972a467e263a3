/** An honest other side for device and driver tests: memory, a recorded host, and guest code run at once. */
import type { DeviceHost } from '#engine/devices/device.ts';
import type { Driver, GuestKernel, Op } from '#engine/drivers/driver.ts';
import type { GuestMemory } from '#engine/memory/guest-memory.ts';
import type { InterruptMode } from '#engine/memory/interrupt.ts';
import type { Register } from '#engine/memory/register.ts';
import type { ChannelOffer } from '#engine/memory/channel.ts';
import type { DeviceModel } from '#engine/devices/device.ts';

/** A host that writes down what a device asks for. */
export class RecordingHost implements DeviceHost {
  readonly memory: GuestMemory;
  line = false;
  fired = 0;
  /** Vectors in the order of their interrupts. */
  readonly vectors: number[] = [];
  held = 0;
  scheduled = 0;
  deferred = false;
  readonly timers: { nanoseconds: number; action: () => void }[] = [];
  constructor(memory: GuestMemory) {
    this.memory = memory;
  }
  setInterruptLine(raised: boolean): void {
    this.line = raised;
  }
  fire(vector = 0): void {
    this.fired++;
    this.vectors.push(vector);
  }
  hold(): void {
    this.held++;
  }
  schedule(): void {
    this.scheduled++;
  }
  defer(): void {
    this.deferred = true;
  }
  answer(): void {
    this.deferred = false;
  }
  readonly steered: boolean[] = [];
  steerFrames(here: boolean): void {
    this.steered.push(here);
  }
  after(nanoseconds: number, action: () => void): void {
    if (nanoseconds === 0) action();
    else this.timers.push({ nanoseconds, action });
  }
}

/** A guest kernel whose operations reach the device at once; accesses are listed as "W TDT". */
export class DirectKernel implements GuestKernel {
  readonly memory: GuestMemory;
  readonly interrupts: InterruptMode;
  readonly variant: string;
  readonly accesses: string[] = [];
  readonly signals: string[] = [];
  readonly held: string[] = [];
  readonly reaped: number[] = [];
  readonly handedUp: number[] = [];
  readonly completedTags: number[] = [];
  readonly processors = 1;
  readonly rings = {};
  pollWanted = false;
  device!: DeviceModel;

  constructor(memory: GuestMemory, interrupts: InterruptMode, variant = '') {
    this.memory = memory;
    this.interrupts = interrupts;
    this.variant = variant;
  }

  /** Runs guest code to its end and returns what it returns. */
  run<T>(code: Driver<T>): T {
    for (let step = code.next(0); ;) {
      if (step.done) return step.value;
      step = code.next(this.perform(step.value));
    }
  }

  private perform(op: Op): number {
    switch (op.code) {
      case 'read':
      case 'write':
        return this.access(op);
      case 'signal':
        this.signals.push(op.ring);
        return 0;
      case 'hold':
        this.held.push(op.ring);
        return 0;
      case 'open':
        this.device.open?.(op.offer);
        return 0;
      default:
        return 0;
    }
  }

  private access({ code, register, value, times }: Op): number {
    const often = times === 1 ? '' : ` x ${times}`;
    this.accesses.push(`${code === 'read' ? 'R' : 'W'} ${register.label}${often}`);
    let answer = 0;
    for (let time = 0; time < times; time++) {
      if (code === 'read') answer = this.device.read(register);
      else this.device.write(register, value);
    }
    return answer;
  }

  private op(code: Op['code'], rest: Partial<Op> = {}): Op {
    return { code, value: 0, bytes: 0, entries: 1, times: 1, ring: '', ...rest } as Op;
  }
  read(register: Register): Op {
    return this.op('read', { register });
  }
  write(register: Register, value: number): Op {
    return this.op('write', { register, value });
  }
  readString(register: Register, times: number): Op {
    return this.op('read', { register, times });
  }
  writeString(register: Register, times: number): Op {
    return this.op('write', { register, times });
  }
  work(): Op {
    return this.op('work');
  }
  copy(): Op {
    return this.op('copy');
  }
  publish(ring: string): Op {
    return this.op('publish', { ring });
  }
  consume(ring: string): Op {
    return this.op('consume', { ring });
  }
  hold(ring: string): Op {
    return this.op('hold', { ring });
  }
  signal(ring: string): Op {
    return this.op('signal', { ring });
  }
  open(offer: ChannelOffer): Op {
    return this.op('open', { offer });
  }
  disableInterrupts(): void {}
  enableInterrupts(): void {}
  schedulePoll(): void {
    this.pollWanted = true;
  }
  transmitted(payload: number): void {
    this.reaped.push(payload);
  }
  received(payload: number): void {
    this.handedUp.push(payload);
  }
  completed(tag: number): void {
    this.completedTags.push(tag);
  }
}
