/** What a run counts. Counts are exact, with a trace or without; times are ranges. */
import { total } from '../parameters/price-list.ts';
import type { Counts } from '../host/counts.ts';
import type { ByDomain, Path, Totals, StopCounters } from '../vocabulary/results.ts';
import type { World } from '../vocabulary/world.ts';
import type { CrossingKind, DomainId, Span, TraceEvent } from '../vocabulary/trace.ts';
import type { ExitCause, Leg } from '../host/way.ts';
import { type Passage, passagesOf } from './path.ts';
import { mean } from './statistics.ts';

/** What a run counted. The ends of times and line crossings are those of the traced requests, scaled to all. */
export function totalsOf(run: {
  counts: Counts;
  trace: readonly TraceEvent[];
  /** Of the requests that the trace holds whole. */
  paths: readonly Path[];
  world: World;
  /** Of the driver, by what they count. */
  stopCounters: StopCounters | undefined;
  /** What the exit at an end of interrupt is called. */
  endsInterruptBy: 'EOI_INDUCED' | 'MSR_WRITE';
  /** Of all requests, in any order. */
  latencies: Float64Array;
}): Totals {
  const { counts, trace, paths, stopCounters, latencies } = run;
  const walked = new Walked(counts);
  const spans = paths.map((path) => latency(path, trace));
  const traced = mean(spans.map((span) => span.default));
  const all = latencies.length > paths.length ? mean(latencies) : traced;
  const scaled = (ns: number): number => Math.round(traced === 0 ? 0 : (ns * all) / traced);
  const passages = [...passagesOf(run).values()];
  const that = (passage: Passage): number =>
    toAll(passages.filter((each) => each === passage).length, paths.length, counts.completed);
  const lineCrossingsThat = { carry: that('carries'), ask: that('asks') };
  return {
    requests: counts.submitted,
    lost: counts.lost,
    drops: counts.drops.all,
    queueStops: {
      stops: counts.stops,
      wakes: counts.wakes,
      counters: { stops: stopCounters?.stops ?? null, wakes: stopCounters?.wakes ?? null },
    },
    accesses: { reads: counts.reads, writes: counts.writes },
    doorbells: counts.doorbells,
    vmExits: walked.by('vm-exit'),
    hypercalls: walked.by('hypercall'),
    exits: exitsIn(walked, run.endsInterruptBy),
    interrupts: walked.by('interrupt'),
    endsOfInterrupt: counts.endsOfInterrupt,
    notifications: { sent: counts.sent, suppressed: counts.suppressed + walked.held },
    copies: walked.copies,
    bytesCopied: walked.bytesCopied,
    wakeUps: walked.crossings['wake-up'] ?? 0,
    crossings: walked.crossings,
    lineCrossings: lineCrossingsThat.carry + lineCrossingsThat.ask,
    lineCrossingsThat,
    traced: paths.length,
    latencyNs: {
      min: scaled(mean(spans.map(({ min }) => min))),
      default: Math.round(all),
      max: scaled(mean(spans.map(({ max }) => max))),
    },
  };
}

/** A count of some requests as one of all; exact where these are all. */
const toAll = (count: number, some: number, all: number): number =>
  some === 0 ? 0 : Math.round((count / some) * all);

/** Exits by reason: an access to memory that is none, to a port, an interrupt to come, the end of one, a hypercall. */
function exitsIn(
  { exits, by }: Walked,
  endsInterruptBy: 'EOI_INDUCED' | 'MSR_WRITE',
): Totals['exits'] {
  const reasons = {
    EPT_MISCONFIG: exits.memory,
    IO_INSTRUCTION: exits.ports,
    EXTERNAL_INTERRUPT: exits.kick,
  };
  const ends = { EOI_INDUCED: 0, MSR_WRITE: 0, [endsInterruptBy]: exits['end-of-interrupt'] };
  return { ...reasons, ...ends, VMCALL: by('hypercall')['guest'] ?? 0 };
}

type Counted = 'vm-exit' | 'hypercall' | 'interrupt';

/** What the legs of all ways make, each as often as its way was walked. */
class Walked {
  copies = 0;
  bytesCopied = 0;
  /** Notifications that a ring's rule made unnecessary. */
  held = 0;
  readonly crossings: Partial<Record<CrossingKind, number>> = {};
  readonly exits: Record<ExitCause, number> = {
    memory: 0,
    ports: 0,
    kick: 0,
    'end-of-interrupt': 0,
  };
  private readonly byDomain: Record<Counted, Record<DomainId, number>> = {
    'vm-exit': { guest: 0 },
    hypercall: { guest: 0 },
    interrupt: { guest: 0 },
  };

  constructor({ ways }: Counts) {
    for (const way of ways)
      for (const { bytes, walked } of way.walks())
        for (const leg of way.legs) if (walked > 0) this.add(leg, bytes, walked, way.cause);
  }

  readonly by = (kind: Counted): ByDomain => this.byDomain[kind];

  private add({ body, domain }: Leg, bytes: number, times: number, cause?: ExitCause): void {
    if (body.kind === 'copy') {
      this.copies += times;
      this.bytesCopied += times * bytes;
    }
    if (body.kind === 'notification') this.held += times;
    if (body.kind !== 'crossing') return;
    this.cross(body.crossing, body.from, domain, times);
    if (cause !== undefined && body.crossing === 'vm-exit' && body.from === 'guest')
      this.exits[cause] += times;
  }

  private cross(kind: CrossingKind, from: DomainId, to: DomainId, times: number): void {
    this.crossings[kind] = (this.crossings[kind] ?? 0) + times;
    if (kind !== 'vm-exit' && kind !== 'hypercall' && kind !== 'interrupt') return;
    const counts = this.byDomain[kind];
    const whose = kind === 'interrupt' ? to : from;
    counts[whose] = (counts[whose] ?? 0) + times;
  }
}

/** Time of one request; waiting that no step pays for is stretched like the steps beside it. */
function latency({ from, to, events }: Path, trace: readonly TraceEvent[]): Totals['latencyNs'] {
  const taken = to - from;
  const sums = events.map((id) => total(trace[id]!.costs));
  const sum = (pick: keyof Span): number => sums.reduce((ns, span) => ns + span[pick], 0);
  const stretch = sum('default') === 0 ? 1 : taken / sum('default');
  return {
    min: Math.round(sum('min') * stretch),
    default: taken,
    max: Math.round(sum('max') * stretch),
  };
}
