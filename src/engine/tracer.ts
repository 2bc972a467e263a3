/** Writes the trace. A flow is one line of causes: each event of it follows from the one before. */
import type { Amounts, PriceList } from './parameters/index.ts';
import type { Simulation } from './des/simulation.ts';
import type {
  Activity,
  ActorId,
  Arguments,
  DomainId,
  Phase,
  RegisterAccess,
  TraceEvent,
} from './trace.ts';
import { after, type Duration, duration, type Instant } from './units.ts';

/** Who acts for which request, and what it follows from. */
export interface Flow {
  request: number;
  phase: Phase;
  cause: number;
}

export const fork = (flow: Flow, phase: Phase = flow.phase): Flow => ({ ...flow, phase });

type Distribute<E> = E extends TraceEvent ? Omit<E, keyof Happened> : never;
type Happened = Extract<TraceEvent, { kind: 'work' }> extends infer W ? Omit<W, 'kind'> : never;
/** What an event says beyond when, where and why. */
export type Body = Distribute<TraceEvent>;

/** One event to come: what, where, at which price. */
export interface Leg {
  readonly body: Body;
  readonly domain: DomainId;
  readonly actor: ActorId;
  readonly activity: Activity;
  readonly phase?: Phase;
  readonly amounts?: Amounts;
  readonly arguments?: Arguments;
}

/** A row for events that mark a change and neither cost nor cross anything. */
export const mark: Activity = { sentence: '', evidence: 'inferred', prices: [] };

const noAmounts: Amounts = {};
const noArguments: Arguments = {};

export class Tracer {
  readonly events: TraceEvent[] = [];
  private readonly simulation: Simulation;
  private readonly prices: PriceList;

  constructor(simulation: Simulation, prices: PriceList) {
    this.simulation = simulation;
    this.prices = prices;
  }

  /** Writes one leg at an instant, as the next event of its flow, and returns how long it takes. */
  write(flow: Flow, leg: Leg, at: Instant): Duration {
    const { costs, takes } = this.prices.bill(leg.activity.prices, leg.amounts ?? noAmounts);
    const id = this.events.length;
    this.events.push({
      ...leg.body,
      id,
      at,
      until: after(at, takes),
      request: flow.request,
      phase: leg.phase ?? flow.phase,
      domain: leg.domain,
      actor: leg.actor,
      cause: flow.cause,
      activity: leg.activity,
      arguments: leg.arguments ?? noArguments,
      costs,
    });
    flow.cause = id;
    return takes;
  }

  /** Marks a change beside the flow: it follows from it, and nothing follows from it. */
  mark(flow: Flow, body: Body, domain: DomainId, at: Instant = this.simulation.now): void {
    this.write(fork(flow), { body, domain, actor: domain, activity: mark }, at);
  }

  /** Completes the access an event recorded: what the device answered is known when it has answered. */
  answered(id: number, value: number): void {
    const event = this.events[id];
    if (event?.kind !== 'access') throw new Error(`event ${id} is no access`);
    (event.access as { -readonly [K in keyof RegisterAccess]: RegisterAccess[K] }).value = value;
  }

  /** The last event along the causes of one that has begun by now: a walk is written ahead of the clock. */
  begun(id: number): number {
    let cause = id;
    while (cause >= 0 && this.events[cause]!.at > this.simulation.now)
      cause = this.events[cause]!.cause;
    return cause;
  }

  /** Walks legs one after the other, then goes on; one entry of the agenda, however many legs. */
  walk(flow: Flow, legs: readonly Leg[], then: () => void): void {
    let takes = duration(0);
    for (const leg of legs) {
      takes = duration(takes + this.write(flow, leg, after(this.simulation.now, takes)));
    }
    this.simulation.in(takes, then);
  }

  /** The events in order of time, with identities and causes renumbered to match; ends the trace. */
  inOrder(): readonly TraceEvent[] {
    const order = this.events.toSorted((a, b) => a.at - b.at || a.id - b.id);
    const place = new Int32Array(order.length);
    order.forEach((event, index) => (place[event.id] = index));
    order.forEach((event, index) =>
      renumber(event, index, event.cause < 0 ? -1 : place[event.cause]!),
    );
    return order;
  }
}

function renumber(
  event: { -readonly [K in 'id' | 'cause']: number },
  id: number,
  cause: number,
): void {
  event.id = id;
  event.cause = cause;
}
