/**
 * The guest: one virtual processor and the part of its kernel that a driver needs. The processor is a stack
 * of generators: a task, above it deferred polls, above them interrupt handlers. After each operation a
 * pending interrupt pushes its handler. The guest is taken to have other work, so it never halts.
 */
import type { Counts } from '../host/counts.ts';
import { Queue } from '../des/queue.ts';
import type { Simulation } from '../des/simulation.ts';
import {
  type DeviceDriver,
  type Driver,
  driverActivities,
  type GuestKernel,
  type Op,
  pollBudget,
} from '../drivers/driver.ts';
import type { Bus } from '../host/bus.ts';
import type { InterruptTarget } from '../host/interrupts.ts';
import type { ChannelOffer } from '../memory/channel.ts';
import type { GuestMemory } from '../memory/guest-memory.ts';
import { type InterruptMode, type Trigger, triggerOf } from '../memory/interrupt.ts';
import { ringsDoorbell } from '../memory/register.ts';
import type { RingSizes } from '../vocabulary/scenario.ts';
import type { Activity, EventBody, RingId } from '../vocabulary/trace.ts';
import { announce, begin, type Flow, fork, runGuest } from '../host/flow.ts';
import type { Tracer } from '../host/tracer.ts';
import { type Duration, duration } from '../vocabulary/units.ts';
import type { Way } from '../host/way.ts';
import { Verbs } from './verbs.ts';

type Level = 'task' | 'poll' | 'handler';

/** What a piece of work goes on with when its code has returned: more code, or nothing. */
type Following = (result: boolean | void) => Driver<boolean | void> | undefined;

/** Whether deferred work waits for the code that follows too. */
type DefersPolls = () => boolean;

/** Code on the processor's stack. */
class Running {
  code: Driver<boolean | void>;
  readonly following: Following | undefined;
  readonly level: Level;
  readonly flow: Flow;
  /** Deferred work waits until a piece of its code has returned and this is no longer so (local_bh_disable). */
  readonly defersPolls: DefersPolls | undefined;
  /** What its last operation returned; kept while an interrupt handler runs above it. */
  result = 0;

  constructor(
    code: Driver<boolean | void>,
    level: Level,
    flow: Flow,
    following: Following | undefined,
    defersPolls: DefersPolls | undefined,
  ) {
    this.code = code;
    this.following = following;
    this.level = level;
    this.flow = flow;
    this.defersPolls = defersPolls;
  }
}

interface Pending {
  readonly flow: Flow;
  readonly vector: number;
  readonly into: Way;
  readonly from: Attached;
}

/** A device as the guest's processor has it: the way to it, and how it interrupts. */
interface Attached {
  readonly bus: Bus;
  readonly trigger: Trigger;
}

/** What stands above the driver: the network stack, which hears of frames, or the block layer, of commands. */
export interface UpperHalf {
  transmitted?(payload: number): void;
  received?(payload: number): void;
  completed?(tag: number): void;
  /** The guest has left all interrupt work. */
  settled(): void;
}

/** What the workload learns from the guest. */
export interface GuestEvents {
  completed(request: number): void;
}

/** Ways of the guest's own operations, by activity and ring; the virtual machines of a host share them. */
export type GuestWays = Map<Activity, OwnWay[]>;

interface OwnWay {
  readonly ring: RingId;
  readonly way: Way;
}

export class Guest extends Verbs implements GuestKernel, InterruptTarget {
  readonly memory: GuestMemory;
  readonly interrupts: InterruptMode;
  readonly variant: string;
  readonly processors: number;
  readonly rings: RingSizes;
  readonly tracer: Tracer;
  private readonly simulation: Simulation;
  private readonly counts: Counts;
  private readonly ways: GuestWays;
  private readonly device: Attached;
  /** The device beside it, which has channels where the first has registers. */
  private readonly standby: Attached | undefined;
  /** Whose interrupt is handled. */
  private serves: Attached;
  private readonly stack: Running[] = [];
  private readonly pending = new Queue<Pending>();
  private readonly completing = new Queue<number>();
  private driver!: DeviceDriver;
  private upper!: UpperHalf;
  private events!: GuestEvents;
  private idle = true;
  private pollWanted = false;
  private enabled = true;
  isOut = false;
  private halted = false;
  /** Interrupt handlers on the stack, and whether a poll is. */
  private handlers = 0;
  private polls = false;
  /** The flow of a poll that waits until the task's code returns. */
  private deferredPoll: Flow | undefined;
  private readonly goOn = (): void => this.proceed();
  private lastFlow: Flow = begin(0, 'submit');
  /** The idle processor looks at a queue of its device again and again. */
  private spins = false;
  /** What has come into that queue and was not looked at. */
  private written: Flow | undefined;
  private busySince = 0;
  private busyFor = 0;

  constructor(parts: {
    simulation: Simulation;
    counts: Counts;
    ways: GuestWays;
    tracer: Tracer;
    bus: Bus;
    /** Of a device that stands beside the first one. */
    standby?: { readonly bus: Bus; readonly trigger: Trigger };
    memory: GuestMemory;
    interrupts: InterruptMode;
    variant: string;
    processors: number;
    rings: RingSizes;
  }) {
    super();
    this.simulation = parts.simulation;
    this.counts = parts.counts;
    this.ways = parts.ways;
    this.tracer = parts.tracer;
    this.device = { bus: parts.bus, trigger: triggerOf(parts.interrupts) };
    this.standby = parts.standby;
    this.serves = this.device;
    this.memory = parts.memory;
    this.interrupts = parts.interrupts;
    this.variant = parts.variant;
    this.processors = parts.processors;
    this.rings = parts.rings;
  }

  /** Runs the driver's set-up against the device, outside time and trace; `open` is told of channels. */
  boot(
    driver: DeviceDriver,
    upper: UpperHalf,
    events: GuestEvents,
    open: (offer: ChannelOffer) => void,
  ): void {
    this.driver = driver;
    this.upper = upper;
    this.events = events;
    const code = driver.open();
    for (let step = code.next(0); !step.done;) {
      const { code: op, register, value, offer } = step.value;
      if (op === 'open') open(offer);
      const answer =
        op === 'read' || op === 'write' ? this.device.bus.setUp(register, op, value) : 0;
      step = code.next(answer);
    }
    this.pollWanted = false;
  }

  /**
   * Runs a task of the kernel above the driver: the code that `next` returns, one after the other, until there is
   * none.
   */
  start(flow: Flow, next: () => Driver | undefined, defersPolls?: DefersPolls): void {
    const code = next();
    if (code === undefined) return;
    this.push(code, 'task', flow, next, defersPolls);
    if (this.idle) this.proceed();
  }

  /** The virtual machine is lost: its processor does nothing more. */
  halt(): void {
    this.halted = true;
  }

  /** What the guest did last, for a task that follows from it. */
  get follows(): number {
    return this.lastFlow.cause;
  }

  /** The guest completes a request, and says so when it leaves its interrupt work. */
  complete(request: number): void {
    this.completing.push(request);
  }

  /** The driver takes nothing more from the queue above it, or goes on. */
  queue(runs: boolean): void {
    if (runs) this.counts.wakes++;
    else this.counts.stops++;
  }

  /** Time that the processor spent on its driver or waiting for an access of it. */
  get busyNs(): Duration {
    const now = this.idle && !this.spins ? 0 : this.simulation.now - this.busySince;
    return duration(this.busyFor + now);
  }

  // --- interrupts -----------------------------------------------------------------------------------

  interrupt(flow: Flow, vector: number, into: Way): void {
    this.arrives({ flow, vector, into, from: this.device });
  }

  /**
   * The same processor for the device that stands beside the first one. An object of its own: a guest that is the
   * prototype of another object is no longer one that compiled code is fast with.
   */
  get ofStandby(): InterruptTarget {
    const isOut = (): boolean => this.isOut;
    return {
      get isOut() {
        return isOut();
      },
      interrupt: (flow, vector, into) => this.arrives({ flow, vector, into, from: this.standby! }),
      wrote: (flow) => this.wrote(flow),
    };
  }

  private arrives(interrupt: Pending): void {
    this.pending.push(interrupt);
    if (this.idle) this.proceed();
  }

  wrote(flow: Flow): void {
    if (this.driver.pollQueue === undefined) return;
    this.written ??= fork(flow, 'interrupt');
    if (this.spins) this.reap();
  }

  /** The processor has nothing to do but to look at a queue without interrupts, until something stands there. */
  spin(): void {
    if (this.written !== undefined) return this.reap();
    this.does(fork(this.lastFlow), this.work(driverActivities.spin));
    this.spins = true;
  }

  private reap(): void {
    this.polls = true;
    this.push(this.driver.pollQueue!(), 'poll', this.written!);
    this.written = undefined;
    if (this.idle) this.proceed();
  }

  private take({ flow, vector, into, from }: Pending): void {
    from.bus.accepted(flow, vector);
    this.tracer.walk(flow, into, 0, () => {
      this.serves = from;
      this.push(this.handling(vector), 'handler', flow);
      this.proceed();
    });
  }

  /**
   * Linux acknowledges an edge before the handler and a level after it. An event that does not end by itself is
   * acknowledged first on Xen (sysvec_xen_hvm_callback) and last on Hyper-V (sysvec_hyperv_callback).
   */
  private handling(vector: number): Driver {
    const { serves, driver } = this;
    const code =
      serves === this.device ? driver.interrupt(vector) : driver.interruptOfStandby!(vector);
    return serves.bus.endsByItself ? code : this.acknowledging(code, vector);
  }

  private *acknowledging(code: Driver, vector: number): Driver {
    const { trigger } = this.serves;
    const isFirst =
      trigger === 'edge' || (trigger === 'event' && this.interrupts === 'event-channel');
    if (isFirst) yield this.endOfInterrupt(vector);
    yield* code;
    if (!isFirst) yield this.endOfInterrupt(vector);
  }

  /** The deferred poll starts, and is repeated while it asks for that. */
  private poll(flow: Flow): void {
    this.polls = true;
    this.deferredPoll = undefined;
    runGuest(flow, 'interrupt');
    const takes = this.does(flow, this.work(driverActivities.poll));
    this.simulation.in(takes, () => {
      this.pollWanted = false;
      this.push(this.driver.poll!(pollBudget), 'poll', flow, this.pollAgain);
      this.proceed();
    });
  }

  private readonly pollAgain = (again: boolean | void): Driver<boolean> | undefined => {
    if (again !== true && !this.pollWanted) return undefined;
    this.pollWanted = false;
    return this.driver.poll!(pollBudget);
  };

  // --- the processor --------------------------------------------------------------------------------

  /** Goes on with whatever is on top of the stack. */
  private proceed(): void {
    if (this.halted) return;
    this.wake();
    for (;;) {
      const top = this.stack[this.stack.length - 1];
      if (this.pending.length > 0 && this.enabled && top?.level !== 'handler')
        return this.take(this.pending.shift()!);
      if (top === undefined) return this.rest();
      const step = top.code.next(top.result);
      if (!step.done) return this.execute(top, step.value);
      // What a task has unmasked last comes here: its code, asked again, only says again that it has returned.
      if (this.pending.length > 0 && this.enabled && top.level === 'task')
        return this.take(this.pending.shift()!);
      if (this.deferredPoll !== undefined && top.level === 'task' && !top.defersPolls?.())
        return this.poll(this.deferredPoll);
      const following = top.following?.(step.value);
      if (following !== undefined) top.code = following;
      else if (this.leave(top)) return;
    }
  }

  private push(
    code: Driver<boolean | void>,
    level: Level,
    flow: Flow,
    following?: Following,
    defersPolls?: DefersPolls,
  ): void {
    if (level === 'handler') this.handlers++;
    const running = new Running(code, level, flow, following, defersPolls);
    // A task that comes while interrupt work is done waits below it.
    if (level === 'task' && this.stack.length > 0) this.stack.unshift(running);
    else this.stack.push(running);
  }

  private wake(): void {
    if (!this.idle) return;
    this.idle = false;
    if (!this.spins) this.busySince = this.simulation.now;
    this.spins = false;
  }

  /** Nothing is left to run; a processor that spins is busy all the same. */
  private rest(): void {
    this.idle = true;
    if (!this.spins) this.busyFor += this.simulation.now - this.busySince;
  }

  /** Code has returned; true when the processor is busy with the poll that follows from it. */
  private leave(left: Running): boolean {
    this.stack.pop();
    this.lastFlow = left.flow;
    if (left.level === 'handler') this.handlers--;
    if (left.level === 'poll') this.polls = false;
    if (left.level === 'handler' && this.pollWanted && !this.polls) {
      if (this.stack.at(-1)?.defersPolls !== undefined) {
        this.deferredPoll ??= fork(left.flow);
        return false;
      }
      this.poll(fork(left.flow));
      return true;
    }
    if (left.level === 'task' ? this.stack.length === 0 : this.handlers === 0 && !this.polls)
      this.settle();
    return false;
  }

  /** The guest has left all interrupt work: the requests it reaped there are completed. */
  private settle(): void {
    const { cause, phase } = this.lastFlow;
    while (this.completing.length > 0) {
      const request = this.completing.shift()!;
      this.tracer.request(begin(request, phase, cause), 'completed', 'guest');
      this.events.completed(request);
    }
    this.upper.settled();
  }

  private execute(top: Running, op: Op): void {
    const { flow, level } = top;
    runGuest(flow, level === 'task' ? 'submit' : 'interrupt');
    top.result = 0;
    switch (op.code) {
      case 'work':
      case 'copy':
      case 'publish':
      case 'consume':
        return this.simulation.in(this.does(flow, op), this.goOn);
      case 'hold':
        return this.simulation.in(this.does(flow, op), () => {
          this.channels.unannounced(flow);
          this.proceed();
        });
      case 'read':
      case 'write':
        return this.access(top, op.code, op);
      case 'signal':
        return this.signals(top, op.ring);
      case 'end-of-interrupt':
        return this.acknowledge(top, op);
      case 'open':
        throw new Error('a channel is opened during set-up only');
    }
  }

  /** The way to the device that has channels. */
  private get channels(): Bus {
    return (this.standby ?? this.device).bus;
  }

  private does(flow: Flow, op: Op): Duration {
    const known = this.ways.get(op.activity);
    const own = known?.[0]?.ring === op.ring ? known[0] : this.ownWay(op, known);
    return this.tracer.does(flow, own.way, op.bytes, op.entries);
  }

  private ownWay(op: Op, known: OwnWay[] | undefined): OwnWay {
    const { activity, ring } = op;
    const found = known?.find((own) => own.ring === ring);
    if (found !== undefined) return found;
    const leg = { body: bodyOf(op), domain: 'guest', actor: 'guest', activity } as const;
    const fresh = { ring, way: this.counts.way([leg]) };
    if (known === undefined) this.ways.set(activity, [fresh]);
    else known.push(fresh);
    return fresh;
  }

  private access(top: Running, op: 'read' | 'write', what: Op): void {
    const { flow } = top;
    const { register, value, times } = what;
    const doorbell = op === 'write' && ringsDoorbell(register, value);
    if (doorbell) announce(flow);
    const activity = times === 1 ? driverActivities[op] : driverActivities[`${op}String`];
    const takes = this.tracer.access(flow, { op, register, value, times, doorbell, activity });
    const event = flow.cause;
    if (doorbell) this.tracer.notified(flow, register.label, true, 'guest');
    this.simulation.in(takes, () => {
      this.stopped(flow, true);
      this.device.bus.access(flow, { op, register, value, times }, (answer) => {
        if (op === 'read') this.tracer.answered(event, answer);
        this.stopped(flow, false);
        top.result = answer;
        this.proceed();
      });
    });
  }

  private signals({ flow }: Running, ring: RingId): void {
    announce(flow);
    this.tracer.notified(flow, ring, true, 'guest');
    this.stopped(flow, true);
    this.channels.signal(flow, () => {
      this.stopped(flow, false);
      this.proceed();
    });
  }

  private acknowledge({ flow }: Running, op: Op): void {
    const vector = op.value;
    this.counts.endsOfInterrupt++;
    const takes = this.does(flow, op);
    const { bus } = this.serves;
    this.simulation.in(takes, () => {
      if (!bus.trapsEndOfInterrupt) return bus.endOfInterrupt(flow, vector, this.goOn);
      this.stopped(flow, true);
      bus.endOfInterrupt(flow, vector, () => {
        this.stopped(flow, false);
        this.proceed();
      });
    });
  }

  private stopped(flow: Flow, stopped: boolean): void {
    this.isOut = stopped;
    this.tracer.vcpu(flow, !stopped);
  }

  // --- what a driver tells the kernel ----------------------------------------------------------------

  disableInterrupts(): void {
    this.enabled = false;
  }
  enableInterrupts(): void {
    this.enabled = true;
  }
  schedulePoll(): void {
    this.pollWanted = true;
  }
  transmitted(payload: number): void {
    this.upper.transmitted!(payload);
  }
  received(payload: number): void {
    this.upper.received!(payload);
  }
  completed(tag: number): void {
    this.upper.completed!(tag);
  }
}

function bodyOf({ code, ring }: Op): EventBody {
  switch (code) {
    case 'copy':
      return { kind: 'copy', bytes: 0 };
    case 'publish':
    case 'consume':
      return { kind: 'ring', ring, op: code };
    case 'hold':
      return { kind: 'notification', ring, sent: false };
    case 'end-of-interrupt':
      return { kind: 'end-of-interrupt' };
    default:
      return { kind: 'work' };
  }
}
