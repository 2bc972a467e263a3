/**
 * Counts what happens, and writes it down where it is wanted. Writing never changes the agenda, so a run is the same
 * with a trace and without.
 */
import type { Counts } from './counts.ts';
import { type Flow, follow, fork, isKept } from './flow.ts';
import type { PriceList } from '../parameters/price-list.ts';
import type { Simulation } from '../des/simulation.ts';
import { hexadecimal, type Register } from '../memory/register.ts';
import type {
  Activity,
  ActorId,
  Arguments,
  Cost,
  DomainId,
  EventBody,
  Phase,
  RegisterAccess,
  RequestState,
  RingId,
  TraceEvent,
} from '../vocabulary/trace.ts';
import { after, type Duration, duration, type Instant } from '../vocabulary/units.ts';
import type { Leg, PricedWay, Way } from './way.ts';

/** A row for events that mark a change and neither cost nor cross anything. */
export const mark: Activity = { sentence: '', evidence: 'inferred', prices: [] };

const noArguments: Arguments = {};
const noCosts: readonly Cost[] = [];

/** An access of the guest: what it touches, and the guest code around it. */
export interface GuestAccess {
  readonly op: 'read' | 'write';
  readonly register: Register;
  readonly value: number;
  readonly times: number;
  readonly doorbell: boolean;
  readonly activity: Activity;
}

export class Tracer {
  readonly events: TraceEvent[] = [];
  readonly counts: Counts;
  private readonly simulation: Simulation;
  private readonly prices: PriceList;
  /** Events that are still wanted. */
  private left: number;

  /** Writes down the first `wanted` events, or a few more, so that no walk is cut. */
  constructor(simulation: Simulation, prices: PriceList, counts: Counts, wanted: number) {
    this.simulation = simulation;
    this.prices = prices;
    this.counts = counts;
    this.left = wanted;
  }

  /**
   * Walks a way, then goes on; one entry of the agenda, however many legs, and none for no leg. `named` fills the
   * words of its sentences.
   */
  walk(flow: Flow, way: Way, bytes: number, then: () => void, named?: Arguments): void {
    if (way.legs.length === 0) return then();
    this.go(flow, way.at(this.prices, bytes), then, named);
  }

  /** Walks a way with a payload that lies in so many ring entries and pages of the guest, then goes on. */
  carry(
    flow: Flow,
    way: Way,
    bytes: number,
    entries: number,
    pages: number,
    then: () => void,
  ): void {
    if (way.legs.length === 0) return then();
    this.go(flow, way.at(this.prices, bytes, entries, pages), then);
  }

  private go(flow: Flow, priced: PricedWay, then: () => void, named?: Arguments): void {
    priced.walked++;
    if (this.left > 0) this.writeWay(flow, priced, named);
    this.simulation.in(priced.takes, then);
  }

  /** One thing the guest does itself, for so many bytes and ring entries; returns how long it takes. */
  does(flow: Flow, way: Way, bytes: number, entries: number): Duration {
    const priced = way.at(this.prices, bytes, entries);
    priced.walked++;
    if (this.left > 0) this.writeWay(flow, priced);
    return priced.takes;
  }

  /** An access of the guest; returns how long its own code takes. What a device answers is told to `answered`. */
  access(flow: Flow, access: GuestAccess): Duration {
    const { op, register, value, times, doorbell, activity } = access;
    if (op === 'read') this.counts.reads += times;
    else this.counts.writes += times;
    if (doorbell) this.counts.doorbells++;
    const { costs, takes } = this.prices.bill(activity.prices, noAmounts);
    if (this.left > 0) {
      const body = { op, register: register.name, value, times };
      const words = { register: register.label, value: hexadecimal(value), times };
      this.write(
        flow,
        { kind: 'access', access: body, doorbell },
        'guest',
        'guest',
        flow.phase,
        { activity, costs, arguments: words },
        this.simulation.now,
        takes,
      );
    }
    return takes;
  }

  /** Completes the access an event recorded: what the device answered is known when it has answered. */
  answered(id: number, value: number): void {
    const event = this.events[id];
    if (event?.kind !== 'access') return;
    (event.access as { -readonly [K in keyof RegisterAccess]: RegisterAccess[K] }).value = value;
  }

  /** A notification is sent, or its ring's rule makes it unnecessary. */
  notified(flow: Flow, ring: RingId, sent: boolean, domain: DomainId): void {
    if (sent) this.counts.sent++;
    else this.counts.suppressed++;
    if (this.left > 0) this.mark(flow, { kind: 'notification', ring, sent }, domain);
  }

  request(flow: Flow, state: RequestState, domain: DomainId): void {
    this.count(state);
    if (this.left > 0) this.mark(flow, { kind: 'request', state }, domain);
  }

  private count(state: RequestState): void {
    switch (state) {
      case 'submitted':
        this.counts.submitted++;
        return;
      case 'served':
        this.counts.served++;
        return;
      case 'completed':
        this.counts.completed++;
        return;
      case 'lost':
        this.counts.lost++;
    }
  }

  /** The guest's processor stops, or runs its own code again. */
  vcpu(flow: Flow, isRunning: boolean): void {
    if (this.left > 0) this.mark(flow, { kind: 'vcpu', running: isRunning }, 'guest');
  }

  /** Marks a change beside the flow: it follows from it, and nothing follows from it. */
  mark(flow: Flow, body: EventBody, domain: DomainId): void {
    if (this.left <= 0) return;
    this.write(fork(flow), body, domain, domain, flow.phase, unpaid, this.simulation.now, none);
  }

  /** The last event along the causes of one that has begun by now: a walk is written ahead of the clock. */
  begun(id: number): number {
    let cause = id;
    while (cause >= 0 && this.events[cause]!.at > this.simulation.now)
      cause = this.events[cause]!.cause;
    return cause;
  }

  private writeWay(flow: Flow, { way, bytes, bills, words }: PricedWay, named?: Arguments): void {
    let at = this.simulation.now;
    for (const [index, leg] of way.legs.entries()) {
      const { costs, takes } = bills[index]!;
      const what = { activity: leg.activity, costs, arguments: named ?? words };
      const body: EventBody = leg.body.kind === 'copy' ? { kind: 'copy', bytes } : leg.body;
      this.write(flow, body, leg.domain, leg.actor, phaseOf(leg, flow), what, at, takes);
      at = after(at, takes);
    }
  }

  private write(
    flow: Flow,
    body: EventBody,
    domain: DomainId,
    actor: ActorId,
    phase: Phase,
    what: Pick<TraceEvent, 'activity' | 'costs' | 'arguments'>,
    at: Instant,
    takes: Duration,
  ): void {
    const id = this.events.length;
    this.left--;
    this.events.push({
      ...body,
      id,
      at,
      until: after(at, takes),
      request: flow.request,
      phase,
      domain,
      actor,
      cause: flow.cause,
      activity: what.activity,
      arguments: what.arguments,
      costs: what.costs,
    });
    follow(flow, id);
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

const none = duration(0);
const noAmounts = {};
const unpaid = { activity: mark, costs: noCosts, arguments: noArguments };

function phaseOf(leg: Leg, { phase }: Flow): Phase {
  if (isKept(phase)) return phase;
  if (leg.crossed === true && phase === 'notify') return 'cross';
  return leg.phase ?? phase;
}

function renumber(
  event: { -readonly [K in 'id' | 'cause']: number },
  id: number,
  cause: number,
): void {
  event.id = id;
  event.cause = cause;
}
