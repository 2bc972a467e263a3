/** What a run counts. Counts come from the trace and are exact; times are ranges. */
import { isBelow, domainOf, type World } from '../run.ts';
import { total } from '../parameters/index.ts';
import {
  assertNever,
  type CrossingKind,
  type DomainId,
  type Span,
  type TraceEvent,
} from '../trace.ts';
import { type Passage, passagesOf } from './path.ts';

/** Counts a domain: the guest's first, then the others that have any. */
export type ByDomain = Readonly<Record<DomainId, number>>;

export interface Totals {
  /** The workload's operations, never the commands they are split into. */
  readonly requests: number;
  readonly lost: number;
  /** Accesses to registers of the device under test. */
  readonly accesses: { readonly reads: number; readonly writes: number };
  /** Register writes that announce work. */
  readonly doorbells: number;
  /** Exits by the domain that was left; a hypercall is not one of them. */
  readonly vmExits: ByDomain;
  /** Hypercalls by the domain that made them. */
  readonly hypercalls: ByDomain;
  /** Interrupts by the domain that received them. */
  readonly interrupts: ByDomain;
  /** End-of-interrupt writes of the guest; not accesses of the device. */
  readonly endsOfInterrupt: number;
  readonly notifications: { readonly sent: number; readonly suppressed: number };
  /** Times a processor moved payload; DMA is none. */
  readonly copies: number;
  readonly bytesCopied: number;
  /** Sleeping threads and worlds that were woken. */
  readonly wakeUps: number;
  readonly crossings: Readonly<Partial<Record<CrossingKind, number>>>;
  /** Crossings of the edge of the hypervisor on the path of one request, averaged over the requests. */
  readonly lineCrossings: number;
  /** Time of one request, averaged over the requests; the ends are sums of the ends along its path. */
  readonly latencyNs: { readonly min: number; readonly default: number; readonly max: number };
}

/** Counts a trace. */
export function totalsOf(trace: readonly TraceEvent[], world: World): Totals {
  const count = new Counter();
  for (const event of trace) tally(count, event);
  const passages = passagesOf(trace);
  const latencies = passages.map(latency);
  return {
    requests: trace.filter((event) => event.kind === 'request' && event.state === 'submitted')
      .length,
    lost: trace.filter((event) => event.kind === 'request' && event.state === 'lost').length,
    accesses: { reads: count.of('read'), writes: count.of('write') },
    doorbells: count.of('doorbell'),
    vmExits: count.by('vm-exit'),
    hypercalls: count.by('hypercall'),
    interrupts: count.by('interrupt'),
    endsOfInterrupt: count.of('end-of-interrupt'),
    notifications: { sent: count.of('sent'), suppressed: count.of('suppressed') },
    copies: count.of('copy'),
    bytesCopied: count.of('bytes'),
    wakeUps: count.of('crossing:wake-up'),
    crossings: count.crossings(),
    lineCrossings: mean(passages.map(({ path }) => lineCrossings(path, world))),
    latencyNs: {
      min: mean(latencies.map(({ min }) => min)),
      default: mean(latencies.map((span) => span.default)),
      max: mean(latencies.map(({ max }) => max)),
    },
  };
}

function tally(count: Counter, event: TraceEvent): void {
  switch (event.kind) {
    case 'access':
      count.add(event.access.op);
      if (event.doorbell) count.add('doorbell');
      return;
    case 'crossing':
      count.add(`crossing:${event.crossing}`);
      if (event.crossing === 'vm-exit' || event.crossing === 'hypercall')
        count.addBy(event.crossing, event.from);
      if (event.crossing === 'interrupt') count.addBy('interrupt', event.domain);
      return;
    case 'notification':
      return count.add(event.sent ? 'sent' : 'suppressed');
    case 'copy':
      count.add('copy');
      return count.add('bytes', event.bytes);
    case 'end-of-interrupt':
      return count.add('end-of-interrupt');
    case 'work':
    case 'ring':
    case 'interrupt-line':
    case 'vcpu':
    case 'request':
      return;
    default:
      return assertNever(event);
  }
}

class Counter {
  private readonly counts = new Map<string, number>();

  add(name: string, by = 1): void {
    this.counts.set(name, this.of(name) + by);
  }
  addBy(name: string, domain: DomainId): void {
    this.add(`${name}@${domain}`);
  }
  of(name: string): number {
    return this.counts.get(name) ?? 0;
  }
  by(name: string): ByDomain {
    const found = this.beginningWith(`${name}@`);
    return { guest: 0, ...found };
  }
  crossings(): Partial<Record<CrossingKind, number>> {
    return this.beginningWith('crossing:');
  }
  private beginningWith(start: string): Record<string, number> {
    const entries = [...this.counts].filter(([name]) => name.startsWith(start));
    return Object.fromEntries(entries.map(([name, value]) => [name.slice(start.length), value]));
  }
}

const mean = (values: readonly number[]): number =>
  values.length === 0
    ? 0
    : Math.round(values.reduce((sum, value) => sum + value, 0) / values.length);

/**
 * How often a path changes sides of the hypervisor's edge. A driver that reaches its own device through a
 * gate does not cross it, and the device then counts as below for what follows.
 */
export function lineCrossings(path: readonly TraceEvent[], world: World): number {
  if (!world.architecture.hasHypervisor) return 0;
  const below = path.map((event) => isBelow(domainOf(world, event.domain).band));
  return path.filter((event, index) => {
    if (index === 0 || below[index] === below[index - 1]) return false;
    return !(event.kind === 'crossing' && event.crossing === 'gate');
  }).length;
}

/** Time of one request; waiting that no step pays for is stretched like the steps beside it. */
export function latency({ from, to, path }: Passage): {
  min: number;
  default: number;
  max: number;
} {
  const taken = to - from;
  const sums = path.map(({ costs }) => total(costs));
  const sum = (pick: keyof Span): number => sums.reduce((ns, span) => ns + span[pick], 0);
  const stretch = sum('default') === 0 ? 1 : taken / sum('default');
  return {
    min: Math.round(sum('min') * stretch),
    default: taken,
    max: Math.round(sum('max') * stretch),
  };
}
