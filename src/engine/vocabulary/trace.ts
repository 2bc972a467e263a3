/**
 * The trace: a closed union of everything that can happen in a run. Views read it and nothing else.
 *
 * An event carries the row (`Activity`) that declares what happened, so that its sentence, evidence and
 * source stand beside the code that acts. `cause` is the event it follows from.
 */
import type { ParameterId } from '../parameters/index.ts';
import type { Duration, Instant } from './units.ts';

/** Stages of one request; flows are aligned by them. */
export type Phase =
  | 'submit'
  | 'notify'
  | 'cross'
  | 'process'
  | 'drive'
  | 'device'
  | 'answer'
  | 'complete'
  | 'interrupt';

/** How a domain is reached from another. */
export type CrossingKind =
  | 'vm-exit'
  | 'vm-entry'
  | 'hypercall'
  | 'message'
  | 'interrupt'
  | 'wake-up'
  | 'call'
  | 'return'
  | 'gate';

/** Documented: a source says that this happens. Inferred: it follows from one. Assumed: neither. */
export type Evidence = 'documented' | 'inferred' | 'assumed';

/** What one unit of a price is counted in. */
export type PriceUnit = 'once' | 'byte' | 'entry' | 'page';

/** A parameter that an activity pays, per activity, per byte moved, per ring entry or per page of the guest. */
export interface Price {
  readonly parameter: ParameterId;
  readonly per: PriceUnit;
}

/** What a row rests on: how it is known, and from where. */
export interface Grounds {
  readonly evidence: Evidence;
  /** A key of `content/sources`; absent only where the evidence is `assumed`. */
  readonly source?: string;
}

/** A declared row: what an actor does, in words and in prices. `{name}` in the sentence is an argument. */
export interface Activity extends Grounds {
  readonly sentence: string;
  readonly prices: readonly Price[];
}

/** A length of time with its honest range, in nanoseconds. */
export interface Span {
  readonly min: Duration;
  readonly default: Duration;
  readonly max: Duration;
}

/** One paid parameter: how many times, and the time that makes. */
export interface Cost {
  readonly parameter: ParameterId;
  readonly times: number;
  readonly ns: Span;
}

export type Arguments = Readonly<Record<string, string | number>>;
export type DomainId = string;
export type ActorId = string;
export type RingId = string;

interface Happened {
  /** Place in the trace. */
  readonly id: number;
  readonly at: Instant;
  readonly until: Instant;
  /** Number of the request it belongs to, from 1; 0 for none. */
  readonly request: number;
  readonly phase: Phase;
  readonly domain: DomainId;
  readonly actor: ActorId;
  /** The event this one follows from; -1 for the first. */
  readonly cause: number;
  readonly activity: Activity;
  readonly arguments: Arguments;
  readonly costs: readonly Cost[];
}

/** One access of the guest to a register of the device under test. */
export interface RegisterAccess {
  readonly op: 'read' | 'write';
  /** Key into `world.registers`. */
  readonly register: string;
  /** Unsigned 32-bit; for a read, what the device answered last. */
  readonly value: number;
  /** How often: a string instruction repeats its access, and leaves the guest once. */
  readonly times: number;
}

export type TraceEvent =
  | (Happened & { readonly kind: 'work' })
  | (Happened & {
      readonly kind: 'access';
      readonly access: RegisterAccess;
      readonly doorbell: boolean;
    })
  | (Happened & { readonly kind: 'end-of-interrupt' })
  | (Happened & {
      readonly kind: 'crossing';
      readonly crossing: CrossingKind;
      readonly from: DomainId;
    })
  | (Happened & {
      readonly kind: 'ring';
      readonly ring: RingId;
      readonly op: 'publish' | 'consume';
    })
  | (Happened & { readonly kind: 'copy'; readonly bytes: number })
  | (Happened & { readonly kind: 'notification'; readonly ring: RingId; readonly sent: boolean })
  | (Happened & {
      readonly kind: 'interrupt-line';
      readonly vector: number;
      readonly raised: boolean;
    })
  | (Happened & { readonly kind: 'vcpu'; readonly running: boolean })
  | (Happened & { readonly kind: 'request'; readonly state: RequestState });

export type TraceKind = TraceEvent['kind'];

type WithoutPlace<Event> = Event extends TraceEvent ? Omit<Event, keyof Happened> : never;
/** What an event says beyond when, where and why. */
export type EventBody = WithoutPlace<TraceEvent>;

/** Served: the device model has completed or delivered it. Completed: the guest is done with it. */
export type RequestState = 'submitted' | 'served' | 'completed' | 'lost';

/** Closes a switch over a union: a new case does not compile until every view has it. */
export function assertNever(value: never): never {
  throw new Error(`unexpected case: ${JSON.stringify(value)}`);
}

/** What a replay of the trace knows of the machine at a moment. */
export interface MachineState {
  /** Whether the guest's virtual processor runs its own code. */
  readonly vcpuRuns: boolean;
  /** Interrupt lines that are raised. */
  readonly raised: readonly number[];
  readonly submitted: number;
  readonly served: number;
  readonly completed: number;
  readonly lost: number;
}

const atRest: MachineState = {
  vcpuRuns: true,
  raised: [],
  submitted: 0,
  served: 0,
  completed: 0,
  lost: 0,
};

/** The machine's state when every event up to and including `last` has begun. */
export function stateAt(trace: readonly TraceEvent[], last: number): MachineState {
  return trace.slice(0, last + 1).reduce(advance, atRest);
}

function advance(state: MachineState, event: TraceEvent): MachineState {
  switch (event.kind) {
    case 'vcpu':
      return { ...state, vcpuRuns: event.running };
    case 'interrupt-line': {
      const others = state.raised.filter((vector) => vector !== event.vector);
      return { ...state, raised: event.raised ? [...others, event.vector] : others };
    }
    case 'request':
      return { ...state, [event.state]: state[event.state] + 1 };
    case 'work':
    case 'access':
    case 'end-of-interrupt':
    case 'crossing':
    case 'ring':
    case 'copy':
    case 'notification':
      return state;
    default:
      return assertNever(event);
  }
}
