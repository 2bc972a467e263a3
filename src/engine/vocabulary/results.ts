/** What is worked out once from a run, when it is over: the paths of its requests, counts and times. Plain data. */
import type { CrossingKind, DomainId, Grounds } from './trace.ts';
import type { Instant } from './units.ts';

/** The path of a request: the events of the trace that lead from its beginning to its end, in order. */
export interface Path {
  readonly request: number;
  readonly from: Instant;
  /** When the guest was done with it. */
  readonly to: Instant;
  readonly events: readonly number[];
}

/** Counts a domain: the guest's first, then the others that have any. */
export type ByDomain = Readonly<Record<DomainId, number>>;

/** A place at which frames are dropped. */
export interface DropPlace extends Grounds {
  /** What is full there, as a noun phrase. */
  readonly place: string;
  /** The counter as the tool of that side prints it; absent where nothing counts. */
  readonly counter?: string;
}

/** Frames that were dropped at one place, and the counter that shows them there. */
export interface Drop {
  /** What was full, as a noun phrase. */
  readonly place: string;
  readonly domain: DomainId;
  /** As the tool of that side prints it; null where nothing counts. */
  readonly counter: string | null;
  readonly frames: number;
}

/** Counters of a driver for the stops and wakes of its transmit queue, as `ethtool -S` prints them. */
export interface StopCounters {
  readonly stops?: string;
  readonly wakes?: string;
}

/**
 * How often drivers took nothing more from the queue above them, because a ring was full or all tags were taken, and
 * how often they went on; with the counters of the driver that show it, null where it has none.
 */
export interface QueueStops {
  readonly stops: number;
  readonly wakes: number;
  readonly counters: { readonly stops: string | null; readonly wakes: string | null };
}

/**
 * Why a guest leaves, under the names of Linux for Intel processors (VMX_EXIT_REASONS), as `perf kvm stat` and
 * `kvm:kvm_exit` print them on KVM. Other hypervisors leave for the same reasons and have names of their own.
 */
export type ExitReason =
  | 'EPT_MISCONFIG'
  | 'IO_INSTRUCTION'
  | 'EXTERNAL_INTERRUPT'
  | 'EOI_INDUCED'
  | 'MSR_WRITE'
  | 'VMCALL';

export interface Totals {
  /** The workload's operations, never the commands they are split into. */
  readonly requests: number;
  readonly lost: number;
  /** Where frames were dropped; a lost request may have had several. */
  readonly drops: readonly Drop[];
  readonly queueStops: QueueStops;
  /** Accesses to registers of the device under test. */
  readonly accesses: { readonly reads: number; readonly writes: number };
  /** Register writes that announce work. */
  readonly doorbells: number;
  /** Exits by the domain that was left; a hypercall is not one of them. */
  readonly vmExits: ByDomain;
  /** Hypercalls by the domain that made them. */
  readonly hypercalls: ByDomain;
  /** Exits and hypercalls of the guests by their reason; together they are as many as these two have for the guest. */
  readonly exits: Readonly<Record<ExitReason, number>>;
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
  /**
   * Crossings of the edge of the hypervisor on the paths of all requests, what they share once; what happens beside
   * the paths is left out. Where the trace holds a part of the requests only, scaled from those to all.
   */
  readonly lineCrossings: number;
  /** Of these, those that carry a request and those at which its driver only asks the device: see `Step.asks`. */
  readonly lineCrossingsThat: { readonly carry: number; readonly ask: number };
  /** Requests that the trace holds whole: what line crossings and the ends of the latency rest on. */
  readonly traced: number;
  /** Time of one request, averaged over the requests; the ends are sums of the ends along its path. */
  readonly latencyNs: { readonly min: number; readonly default: number; readonly max: number };
}

/** What a server counted, from the beginning of the run. */
export interface ServerStatistics {
  readonly id: string;
  readonly servers: number;
  readonly jobs: number;
  /** Times it was woken. */
  readonly wakes: number;
  /** Share of the servers' time that they were awake. */
  readonly utilization: number;
  /** Jobs there, waiting ones included, averaged over time. */
  readonly meanNumber: number;
  /** From arrival to the end of the job. */
  readonly meanStayNs: number;
}

/** How long requests took, how many there were a second, and how busy the actors were. */
export interface Statistics {
  /** When the last event was over. */
  readonly endNs: number;
  readonly throughputPerSecond: number;
  /** Time of a request; the 50th percentile is the median. */
  readonly latencyNs: {
    readonly mean: number;
    readonly p50: number;
    readonly p95: number;
    readonly p99: number;
    readonly max: number;
  };
  /** Actors that had anything to do. */
  readonly servers: readonly ServerStatistics[];
  /** Share of the time that the guests' processors spent on their drivers, averaged over the guests. */
  readonly guestUtilization: number;
}
