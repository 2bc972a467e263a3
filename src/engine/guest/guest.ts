/**
 * The guest: one virtual processor and the part of its kernel that a driver needs. The processor is a stack
 * of generators: a task, above it deferred polls, above them interrupt handlers. After each operation a
 * pending interrupt pushes its handler. The guest is taken to have other work, so it never halts.
 */
import type { Counts } from '../counts.ts';
import type { Simulation } from '../des/simulation.ts';
import {
  type DeviceDriver,
  type Driver,
  driverActivities,
  type GuestKernel,
  type Op,
  pollBudget,
} from '../drivers/driver.ts';
import type { Host, InterruptTarget } from '../host/host.ts';
import type { ChannelOffer } from '../memory/channel.ts';
import type { GuestMemory } from '../memory/guest-memory.ts';
import { type InterruptMode, triggerOf } from '../memory/interrupt.ts';
import { type Register, ringsDoorbell } from '../memory/register.ts';
import type { Activity, RingId } from '../trace.ts';
import { type Body, type Flow, fork, mark, type Tracer } from '../tracer.ts';
import { type Duration, duration } from '../units.ts';
import type { Way } from '../way.ts';

type Level = 'task' | 'poll' | 'handler';

interface Running {
  readonly code: Driver;
  readonly level: Level;
  readonly flow: Flow;
  /** What its last operation returned; kept while an interrupt handler runs above it. */
  result: number;
}

interface Pending {
  readonly flow: Flow;
  readonly vector: number;
  readonly into: Way;
}

const running = (code: Driver, level: Level, flow: Flow): Running => ({
  code,
  level,
  flow,
  result: 0,
});

/** What stands above the driver: the network stack or the block layer. */
export interface UpperHalf {
  transmitted(payload: number): void;
  received(payload: number): void;
  completed(tag: number): void;
  /** The guest has left all interrupt work. */
  settled(): void;
}

/** What the workload learns from the guest. */
export interface GuestEvents {
  completed(request: number): void;
}

/** Ways of the guest's own operations, by activity and ring; the virtual machines of a host share them. */
export type GuestWays = Map<Activity, Map<RingId, Way>>;

export class Guest implements GuestKernel, InterruptTarget {
  readonly memory: GuestMemory;
  readonly interrupts: InterruptMode;
  readonly variant: string;
  readonly processors: number;
  readonly tracer: Tracer;
  private readonly simulation: Simulation;
  private readonly counts: Counts;
  private readonly ways: GuestWays;
  private readonly host: Host;
  private readonly events: GuestEvents;
  private readonly stack: Running[] = [];
  private readonly pending: Pending[] = [];
  private readonly finished: number[] = [];
  private readonly op: Op;
  private driver!: DeviceDriver;
  private upper!: UpperHalf;
  private idle = true;
  private pollWanted = false;
  private enabled = true;
  private lastFlow: Flow = { request: 0, phase: 'submit', cause: -1 };
  private busySince = 0;
  private busyFor = 0;

  constructor(parts: {
    simulation: Simulation;
    counts: Counts;
    ways: GuestWays;
    tracer: Tracer;
    host: Host;
    memory: GuestMemory;
    interrupts: InterruptMode;
    variant: string;
    processors: number;
    events: GuestEvents;
  }) {
    this.simulation = parts.simulation;
    this.counts = parts.counts;
    this.ways = parts.ways;
    this.tracer = parts.tracer;
    this.host = parts.host;
    this.memory = parts.memory;
    this.interrupts = parts.interrupts;
    this.variant = parts.variant;
    this.processors = parts.processors;
    this.events = parts.events;
    this.op = {
      code: 'wait',
      value: 0,
      activity: mark,
      bytes: 0,
      entries: 1,
      times: 1,
      ring: '',
      register: undefined as unknown as Register,
      offer: undefined as unknown as ChannelOffer,
    };
  }

  /** Runs the driver's set-up against the device, outside time and trace. */
  boot(driver: DeviceDriver, upper: UpperHalf, open: (offer: ChannelOffer) => void): void {
    this.driver = driver;
    this.upper = upper;
    const code = driver.open();
    for (let step = code.next(0); !step.done;) {
      const { code: op, register, value, offer } = step.value;
      if (op === 'open') open(offer);
      const answer = op === 'read' || op === 'write' ? this.host.setUp(register, op, value) : 0;
      step = code.next(answer);
    }
    this.pollWanted = false;
  }

  /** Runs a task of the kernel above the driver. */
  start(code: Driver, flow: Flow): void {
    this.stack.push(running(code, 'task', flow));
    if (this.idle) this.proceed();
  }

  /** What the guest did last, for a task that follows from it. */
  get follows(): number {
    return this.lastFlow.cause;
  }

  /** A request is done with, as far as the guest can tell; it says so when it leaves its interrupt work. */
  finish(request: number): void {
    this.finished.push(request);
  }

  /** Time that the processor spent on its driver or waiting for an access of it. */
  get busyNs(): Duration {
    const now = this.idle ? 0 : this.simulation.now - this.busySince;
    return duration(this.busyFor + now);
  }

  // --- interrupts -----------------------------------------------------------------------------------

  interrupt(flow: Flow, vector: number, into: Way): void {
    this.pending.push({ flow, vector, into });
    if (this.idle) this.proceed();
  }

  private take({ flow, vector, into }: Pending): void {
    this.host.accepted(flow, vector);
    this.tracer.walk(flow, into, 0, () => {
      this.stack.push(running(this.handling(vector), 'handler', flow));
      this.proceed();
    });
  }

  /** Linux acknowledges an edge before the handler and a level after it; events of channels need no acknowledgement. */
  private *handling(vector: number): Driver {
    const trigger = triggerOf(this.interrupts);
    if (trigger === 'edge') yield this.fill('end-of-interrupt', mark, vector);
    yield* this.driver.interrupt(vector);
    if (trigger === 'level') yield this.fill('end-of-interrupt', mark, vector);
  }

  private *polling(): Driver {
    yield this.work(driverActivities.poll);
    while (this.pollWanted) {
      this.pollWanted = false;
      if (yield* this.driver.poll!(pollBudget)) this.pollWanted = true;
    }
  }

  // --- the processor --------------------------------------------------------------------------------

  /** Goes on with whatever is on top of the stack. */
  private proceed(): void {
    this.wake();
    for (;;) {
      const top = this.stack.at(-1);
      if (this.pending.length > 0 && this.enabled && top?.level !== 'handler')
        return this.take(this.pending.shift()!);
      if (top === undefined) return this.rest();
      const step = top.code.next(top.result);
      if (!step.done) return this.execute(top, step.value);
      this.stack.pop();
      this.leave(top);
    }
  }

  private wake(): void {
    if (!this.idle) return;
    this.idle = false;
    this.busySince = this.simulation.now;
  }

  private rest(): void {
    this.idle = true;
    this.busyFor += this.simulation.now - this.busySince;
  }

  private leave(left: Running): void {
    this.lastFlow = left.flow;
    if (left.level === 'task') {
      if (this.finished.length > 0 && this.stack.length === 0) this.settle();
      return;
    }
    const polls = this.stack.some(({ level }) => level === 'poll');
    if (left.level === 'handler' && this.pollWanted && !polls) {
      this.stack.push(running(this.polling(), 'poll', fork(left.flow)));
      return;
    }
    if (this.stack.every(({ level }) => level === 'task')) this.settle();
  }

  /** The guest has left all interrupt work: the requests it reaped there are done. */
  private settle(): void {
    const { cause, phase } = this.lastFlow;
    while (this.finished.length > 0) {
      const request = this.finished.shift()!;
      this.tracer.request({ request, phase, cause }, 'completed', 'guest');
      this.events.completed(request);
    }
    this.upper.settled();
  }

  private execute(top: Running, op: Op): void {
    const { flow, level } = top;
    flow.phase = level === 'task' ? 'submit' : 'interrupt';
    const next = (value = 0): void => {
      top.result = value;
      this.proceed();
    };
    switch (op.code) {
      case 'read':
      case 'write':
        return this.access(flow, op.code, op, next);
      case 'signal':
        return this.announce(flow, op.ring, next);
      case 'end-of-interrupt':
        return this.acknowledge(flow, op.value, next);
      case 'wait':
        return this.rest();
      case 'open':
        throw new Error('a channel is opened during set-up only');
      case 'work':
      case 'copy':
      case 'publish':
      case 'consume':
        return this.simulation.in(this.does(flow, op), next);
      case 'hold':
        return this.simulation.in(this.does(flow, op), () => {
          this.host.unannounced(flow);
          next();
        });
    }
  }

  private does(flow: Flow, op: Op): Duration {
    const way = this.ways.get(op.activity)?.get(op.ring) ?? this.wayOf(op);
    return this.tracer.does(flow, way, op.bytes, op.entries);
  }

  private wayOf(op: Op): Way {
    const { activity, ring } = op;
    const way = this.counts.way([{ body: bodyOf(op), domain: 'guest', actor: 'guest', activity }]);
    const known = this.ways.get(activity);
    if (known === undefined) this.ways.set(activity, new Map([[ring, way]]));
    else known.set(ring, way);
    return way;
  }

  private access(flow: Flow, op: 'read' | 'write', what: Op, next: (value: number) => void): void {
    const { register, value, times } = what;
    const doorbell = op === 'write' && ringsDoorbell(register, value);
    if (doorbell && flow.phase === 'submit') flow.phase = 'notify';
    const activity = times === 1 ? driverActivities[op] : driverActivities[`${op}String`];
    const takes = this.tracer.access(flow, { op, register, value, times, doorbell, activity });
    const event = flow.cause;
    if (doorbell) this.tracer.notified(flow, register.label, true, 'guest');
    this.simulation.in(takes, () => {
      this.stopped(flow, true);
      this.host.access(flow, { op, register, value, times }, (answer) => {
        if (op === 'read') this.tracer.answered(event, answer);
        this.stopped(flow, false);
        next(answer);
      });
    });
  }

  private announce(flow: Flow, ring: RingId, next: () => void): void {
    if (flow.phase === 'submit') flow.phase = 'notify';
    this.tracer.notified(flow, ring, true, 'guest');
    this.stopped(flow, true);
    this.host.signal(flow, () => {
      this.stopped(flow, false);
      next();
    });
  }

  private acknowledge(flow: Flow, vector: number, next: () => void): void {
    this.counts.endsOfInterrupt++;
    const takes = this.does(flow, this.fill('end-of-interrupt', driverActivities.endOfInterrupt));
    this.simulation.in(takes, () => {
      if (!this.host.trapsEndOfInterrupt) return this.host.endOfInterrupt(flow, vector, next);
      this.stopped(flow, true);
      this.host.endOfInterrupt(flow, vector, () => {
        this.stopped(flow, false);
        next();
      });
    });
  }

  private stopped(flow: Flow, stopped: boolean): void {
    this.tracer.mark(flow, { kind: 'vcpu', running: !stopped }, 'guest');
  }

  // --- the driver's verbs ---------------------------------------------------------------------------

  read(register: Register): Op {
    return this.touch('read', register, 0, 1);
  }
  write(register: Register, value: number): Op {
    return this.touch('write', register, value, 1);
  }
  readString(register: Register, times: number): Op {
    return this.touch('read', register, 0, times);
  }
  writeString(register: Register, times: number): Op {
    return this.touch('write', register, 0, times);
  }
  work(activity: Activity, entries = 1): Op {
    return this.fill('work', activity, 0, 0, entries);
  }
  copy(activity: Activity, bytes: number): Op {
    return this.fill('copy', activity, 0, bytes);
  }
  publish(ring: RingId, activity: Activity): Op {
    return this.onRing('publish', activity, ring);
  }
  consume(ring: RingId, activity: Activity): Op {
    return this.onRing('consume', activity, ring);
  }
  hold(ring: RingId, activity: Activity): Op {
    return this.onRing('hold', activity, ring);
  }
  signal(ring: RingId, channel = 0): Op {
    this.onRing('signal', mark, ring);
    this.op.value = channel;
    return this.op;
  }
  open(offer: ChannelOffer): Op {
    this.op.offer = offer;
    return this.fill('open', mark);
  }
  /** Sleeps until the next interrupt. */
  wait(): Op {
    return this.fill('wait', mark);
  }

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
    this.upper.transmitted(payload);
  }
  received(payload: number): void {
    this.upper.received(payload);
  }
  completed(tag: number): void {
    this.upper.completed(tag);
  }

  private touch(code: 'read' | 'write', register: Register, value: number, times: number): Op {
    this.op.register = register;
    this.fill(code, mark, value);
    this.op.times = times;
    return this.op;
  }
  private onRing(code: Op['code'], activity: Activity, ring: RingId): Op {
    this.fill(code, activity);
    this.op.ring = ring;
    return this.op;
  }
  private fill(code: Op['code'], activity: Activity, value = 0, bytes = 0, entries = 1): Op {
    const { op } = this;
    op.code = code;
    op.activity = activity;
    op.value = value;
    op.ring = '';
    op.bytes = bytes;
    op.entries = entries;
    op.times = 1;
    return op;
  }
}

function bodyOf({ code, ring }: Op): Body {
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
