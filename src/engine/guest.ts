/**
 * The guest: one virtual processor and the part of its kernel that a driver needs. The processor is a stack
 * of generators: a task, above it deferred polls, above them interrupt handlers. After each operation a
 * pending interrupt pushes its handler. The guest is taken to have other work, so it never halts.
 */
import type { Crossing } from './architectures/architecture.ts';
import type { Simulation } from './des/simulation.ts';
import {
  type Driver,
  driverActivities,
  type GuestFrame,
  type GuestKernel,
  type NetworkDriver,
  type Op,
  pollBudget,
} from './drivers/driver.ts';
import type { Host, InterruptTarget } from './host.ts';
import type { GuestMemory } from './memory/guest-memory.ts';
import { type InterruptMode, triggerOf } from './memory/interrupt.ts';
import { hexadecimal, type Register, ringsDoorbell } from './memory/register.ts';
import type { ChannelOffer } from './memory/channel.ts';
import type { Activity, RingId } from './trace.ts';
import { type Body, type Flow, fork, type Leg, mark, type Tracer } from './tracer.ts';

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
  readonly last: Crossing;
}

const running = (code: Driver, level: Level, flow: Flow): Running => ({
  code,
  level,
  flow,
  result: 0,
});

/** What the workload learns from the guest. */
export interface GuestEvents {
  completed(payload: number): void;
}

export class Guest implements GuestKernel, InterruptTarget {
  readonly memory: GuestMemory;
  readonly interrupts: InterruptMode;
  readonly variant: string;
  readonly processors = 1;
  private readonly simulation: Simulation;
  private readonly tracer: Tracer;
  private readonly host: Host;
  private readonly events: GuestEvents;
  private readonly stack: Running[] = [];
  private readonly pending: Pending[] = [];
  private readonly finished: number[] = [];
  private readonly op: Op;
  private driver!: NetworkDriver;
  private idle = true;
  private pollWanted = false;
  private lastFlow: Flow = { request: 0, phase: 'submit', cause: -1 };

  constructor(parts: {
    simulation: Simulation;
    tracer: Tracer;
    host: Host;
    memory: GuestMemory;
    interrupts: InterruptMode;
    variant: string;
    events: GuestEvents;
  }) {
    this.simulation = parts.simulation;
    this.tracer = parts.tracer;
    this.host = parts.host;
    this.memory = parts.memory;
    this.interrupts = parts.interrupts;
    this.variant = parts.variant;
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
  boot(driver: NetworkDriver, open: (offer: ChannelOffer) => void): void {
    this.driver = driver;
    const code = driver.open();
    for (let step = code.next(0); !step.done;) {
      const { code: op, register, value, offer } = step.value;
      if (op === 'open') open(offer);
      const answer = op === 'read' || op === 'write' ? this.host.setUp(register, op, value) : 0;
      step = code.next(answer);
    }
    this.pollWanted = false;
  }

  /** The network stack sends frames, one after the other. */
  send(frames: readonly GuestFrame[]): void {
    const flow: Flow = { request: frames[0]!.payload, phase: 'submit', cause: -1 };
    this.stack.push(running(this.sending(frames, flow), 'task', flow));
    if (this.idle) this.proceed();
  }

  private *sending(frames: readonly GuestFrame[], flow: Flow): Driver {
    for (const frame of frames) {
      while (!this.driver.hasRoom()) yield this.wait();
      flow.request = frame.payload;
      this.tracer.mark(
        { ...flow, phase: 'submit' },
        { kind: 'request', state: 'submitted' },
        'guest',
      );
      this.host.submissions.set(frame.payload, flow);
      yield* this.driver.transmit(frame, false);
      this.host.submissions.set(frame.payload, fork(flow));
    }
  }

  // --- interrupts -----------------------------------------------------------------------------------

  interrupt(flow: Flow, vector: number, last: Crossing): void {
    this.pending.push({ flow, vector, last });
    if (this.idle) this.proceed();
  }

  private take({ flow, vector, last }: Pending): void {
    this.idle = false;
    this.host.accepted(flow, vector);
    const into: Leg = {
      body: { kind: 'crossing', crossing: last.kind, from: last.from },
      domain: 'guest',
      actor: 'guest',
      activity: last,
    };
    const starts: Leg = {
      body: { kind: 'work' },
      domain: 'guest',
      actor: 'guest',
      activity: driverActivities.handler,
    };
    this.tracer.walk(flow, [into, starts], () => {
      this.stack.push(running(this.handling(vector), 'handler', flow));
      this.proceed();
    });
  }

  /** Linux acknowledges an edge before the handler and a level after it; VMBus events need no acknowledgement. */
  private *handling(vector: number): Driver {
    const trigger = triggerOf(this.interrupts);
    if (trigger === 'edge') yield this.endOfInterrupt(vector);
    yield* this.driver.interrupt(vector);
    if (trigger === 'level') yield this.endOfInterrupt(vector);
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
    this.idle = false;
    for (;;) {
      const top = this.stack.at(-1);
      if (this.pending.length > 0 && top?.level !== 'handler')
        return this.take(this.pending.shift()!);
      if (top === undefined) {
        this.idle = true;
        return;
      }
      const step = top.code.next(top.result);
      if (!step.done) return this.execute(top, step.value);
      this.stack.pop();
      this.leave(top);
    }
  }

  private leave(left: Running): void {
    if (left.level === 'task') return;
    this.lastFlow = left.flow;
    const polls = this.stack.some(({ level }) => level === 'poll');
    if (left.level === 'handler' && this.pollWanted && !polls) {
      this.stack.push(running(this.polling(), 'poll', fork(left.flow)));
      return;
    }
    if (this.stack.every(({ level }) => level === 'task')) this.finish();
  }

  /** The guest has left all interrupt work: the requests it reaped there are done. */
  private finish(): void {
    for (const payload of this.finished.splice(0)) {
      const flow: Flow = { ...this.lastFlow, request: payload };
      this.tracer.mark(flow, { kind: 'request', state: 'completed' }, 'guest');
      this.events.completed(payload);
    }
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
        return this.access(flow, op, next);
      case 'signal':
        return this.announce(flow, op.ring, next);
      case 'end-of-interrupt':
        return this.acknowledge(flow, op.value, next);
      case 'wait':
        this.idle = true;
        return;
      case 'open':
        throw new Error('a channel is opened during set-up only');
      case 'work':
        return this.does(flow, op, { kind: 'work' }, next);
      case 'copy':
        return this.does(flow, op, { kind: 'copy', bytes: op.bytes }, next);
      case 'publish':
      case 'consume':
        return this.does(flow, op, { kind: 'ring', ring: op.ring, op: op.code }, next);
      case 'hold':
        return this.does(flow, op, { kind: 'notification', ring: op.ring, sent: false }, () => {
          this.host.unannounced(flow);
          next();
        });
    }
  }

  private does(flow: Flow, op: Op, body: Body, next: () => void): void {
    const amounts = { bytes: op.bytes, entries: op.entries };
    const leg: Leg = {
      body,
      domain: 'guest',
      actor: 'guest',
      activity: op.activity,
      amounts,
      arguments: { bytes: op.bytes },
    };
    this.tracer.walk(flow, [leg], next);
  }

  private access(flow: Flow, op: Op, next: (value: number) => void): void {
    const { register, value } = op;
    const kind = op.code as 'read' | 'write';
    const doorbell = kind === 'write' && ringsDoorbell(register, value);
    if (doorbell && flow.phase === 'submit') flow.phase = 'notify';
    const takes = this.tracer.write(
      flow,
      {
        body: { kind: 'access', access: { op: kind, register: register.name, value }, doorbell },
        domain: 'guest',
        actor: 'guest',
        activity: driverActivities[kind],
        arguments: { register: register.label, value: hexadecimal(value) },
      },
      this.simulation.now,
    );
    const access = flow.cause;
    if (doorbell)
      this.tracer.mark(flow, { kind: 'notification', ring: register.label, sent: true }, 'guest');
    this.simulation.in(takes, () => {
      this.stopped(flow, true);
      this.host.access(flow, register, kind, value, (answer) => {
        if (kind === 'read') this.tracer.answered(access, answer);
        this.stopped(flow, false);
        next(answer);
      });
    });
  }

  private announce(flow: Flow, ring: RingId, next: () => void): void {
    if (flow.phase === 'submit') flow.phase = 'notify';
    this.tracer.mark(flow, { kind: 'notification', ring, sent: true }, 'guest');
    this.stopped(flow, true);
    this.host.signal(flow, () => {
      this.stopped(flow, false);
      next();
    });
  }

  private acknowledge(flow: Flow, vector: number, next: () => void): void {
    const takes = this.tracer.write(
      flow,
      {
        body: { kind: 'end-of-interrupt' },
        domain: 'guest',
        actor: 'guest',
        activity: driverActivities.endOfInterrupt,
      },
      this.simulation.now,
    );
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
    return this.fill('read', mark, { register });
  }
  write(register: Register, value: number): Op {
    return this.fill('write', mark, { register, value });
  }
  readString(register: Register, times: number): Op {
    return this.fill('read', mark, { register, times });
  }
  writeString(register: Register, times: number): Op {
    return this.fill('write', mark, { register, times });
  }
  work(activity: Activity, entries = 1): Op {
    return this.fill('work', activity, { entries });
  }
  copy(activity: Activity, bytes: number): Op {
    return this.fill('copy', activity, { bytes });
  }
  publish(ring: RingId, activity: Activity): Op {
    return this.fill('publish', activity, { ring });
  }
  consume(ring: RingId, activity: Activity): Op {
    return this.fill('consume', activity, { ring });
  }
  hold(ring: RingId, activity: Activity): Op {
    return this.fill('hold', activity, { ring });
  }
  open(offer: ChannelOffer): Op {
    return this.fill('open', mark, { offer });
  }
  signal(ring: RingId, channel = 0): Op {
    return this.fill('signal', mark, { ring, value: channel });
  }

  schedulePoll(): void {
    this.pollWanted = true;
  }
  transmitted(payload: number): void {
    this.finished.push(payload);
  }
  received(payload: number): void {
    this.finished.push(payload);
  }
  completed(tag: number): void {
    this.finished.push(tag);
  }

  private wait(): Op {
    return this.fill('wait', mark, {});
  }
  private endOfInterrupt(vector: number): Op {
    return this.fill('end-of-interrupt', mark, { value: vector });
  }
  private fill(code: Op['code'], activity: Activity, rest: Partial<Op>): Op {
    this.op.code = code;
    this.op.activity = activity;
    this.op.bytes = 0;
    this.op.entries = 1;
    this.op.times = 1;
    return Object.assign(this.op, rest);
  }
}
