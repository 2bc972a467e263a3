/** What a run counts. Counts are exact, with a trace or without; times are ranges. */
import { isBelow } from '../vocabulary/domain.ts';
import { domainOf, type World } from '../vocabulary/world.ts';
import { total } from '../parameters/price-list.ts';
import type { Counts } from '../host/counts.ts';
import type { CrossingKind, DomainId, Span, TraceEvent } from '../vocabulary/trace.ts';
import type { Leg } from '../host/way.ts';
import { type Passage, passagesOf } from './path.ts';
import { mean } from './statistics.ts';

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

/** What a run counted. Times and line crossings are those of the traced requests; of a window, scaled to all. */
export function totalsOf(run: {
  counts: Counts;
  trace: readonly TraceEvent[];
  world: World;
  /** Of all requests, in any order. */
  latencies: Float64Array;
}): Totals {
  const { counts, trace, world, latencies } = run;
  const walked = new Walked(counts);
  const passages = passagesOf(trace);
  const spans = passages.map(latency);
  const traced = mean(spans.map((span) => span.default));
  const all = latencies.length > passages.length ? mean(latencies) : traced;
  const scaled = (ns: number): number => Math.round(traced === 0 ? 0 : (ns * all) / traced);
  return {
    requests: counts.submitted,
    lost: counts.lost,
    accesses: { reads: counts.reads, writes: counts.writes },
    doorbells: counts.doorbells,
    vmExits: walked.by('vm-exit'),
    hypercalls: walked.by('hypercall'),
    interrupts: walked.by('interrupt'),
    endsOfInterrupt: counts.endsOfInterrupt,
    notifications: { sent: counts.sent, suppressed: counts.suppressed + walked.held },
    copies: walked.copies,
    bytesCopied: walked.bytesCopied,
    wakeUps: walked.crossings['wake-up'] ?? 0,
    crossings: walked.crossings,
    lineCrossings: Math.round(mean(passages.map(({ path }) => lineCrossings(path, world)))),
    latencyNs: {
      min: scaled(mean(spans.map(({ min }) => min))),
      default: Math.round(all),
      max: scaled(mean(spans.map(({ max }) => max))),
    },
  };
}

type Counted = 'vm-exit' | 'hypercall' | 'interrupt';

/** What the legs of all ways make, each as often as its way was walked. */
class Walked {
  copies = 0;
  bytesCopied = 0;
  /** Notifications that a ring's rule made unnecessary. */
  held = 0;
  readonly crossings: Partial<Record<CrossingKind, number>> = {};
  private readonly byDomain: Record<Counted, Record<DomainId, number>> = {
    'vm-exit': { guest: 0 },
    hypercall: { guest: 0 },
    interrupt: { guest: 0 },
  };

  constructor({ ways }: Counts) {
    for (const way of ways)
      for (const { bytes, walked } of way.walks())
        for (const leg of way.legs) if (walked > 0) this.add(leg, bytes, walked);
  }

  by(kind: Counted): ByDomain {
    return this.byDomain[kind];
  }

  private add({ body, domain }: Leg, bytes: number, times: number): void {
    if (body.kind === 'copy') {
      this.copies += times;
      this.bytesCopied += times * bytes;
    }
    if (body.kind === 'notification') this.held += times;
    if (body.kind === 'crossing') this.cross(body.crossing, body.from, domain, times);
  }

  private cross(kind: CrossingKind, from: DomainId, to: DomainId, times: number): void {
    this.crossings[kind] = (this.crossings[kind] ?? 0) + times;
    if (kind !== 'vm-exit' && kind !== 'hypercall' && kind !== 'interrupt') return;
    const counts = this.byDomain[kind];
    const whose = kind === 'interrupt' ? to : from;
    counts[whose] = (counts[whose] ?? 0) + times;
  }
}

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
