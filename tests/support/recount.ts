/** Counts a whole trace again, event by event: what a run counted while it ran must come out the same. */
import type { CrossingKind, TraceEvent } from '#engine/vocabulary/trace.ts';
import type { Totals } from '#engine/index.ts';

type Counts = Omit<
  Totals,
  'drops' | 'exits' | 'queueStops' | 'lineCrossings' | 'lineCrossingsThat' | 'traced' | 'latencyNs'
>;

export function recounted(trace: readonly TraceEvent[]): Counts {
  const of = <Kind extends TraceEvent['kind']>(kind: Kind) =>
    trace.filter((event): event is Extract<TraceEvent, { kind: Kind }> => event.kind === kind);
  const accesses = (op: string): number =>
    of('access').reduce((sum, { access }) => sum + (access.op === op ? access.times : 0), 0);
  const byDomain = (kind: CrossingKind, whose: 'from' | 'domain'): Record<string, number> => {
    const counts: Record<string, number> = { guest: 0 };
    for (const event of of('crossing'))
      if (event.crossing === kind) counts[event[whose]] = (counts[event[whose]] ?? 0) + 1;
    return counts;
  };
  const crossings: Partial<Record<CrossingKind, number>> = {};
  for (const { crossing } of of('crossing')) crossings[crossing] = (crossings[crossing] ?? 0) + 1;
  const copies = of('copy');
  const sent = of('notification').filter((event) => event.sent).length;
  return {
    requests: of('request').filter(({ state }) => state === 'submitted').length,
    lost: of('request').filter(({ state }) => state === 'lost').length,
    accesses: { reads: accesses('read'), writes: accesses('write') },
    doorbells: of('access').filter(({ doorbell }) => doorbell).length,
    vmExits: byDomain('vm-exit', 'from'),
    hypercalls: byDomain('hypercall', 'from'),
    interrupts: byDomain('interrupt', 'domain'),
    endsOfInterrupt: of('end-of-interrupt').length,
    notifications: { sent, suppressed: of('notification').length - sent },
    copies: copies.length,
    bytesCopied: copies.reduce((sum, { bytes }) => sum + bytes, 0),
    wakeUps: crossings['wake-up'] ?? 0,
    crossings,
  };
}
