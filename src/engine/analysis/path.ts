/**
 * The path of a request: the chain of causes from its end back to its beginning. Everything else of the
 * request happens beside it, such as a processor that resumes while the frame is already on its way.
 */
import type { Path } from '../vocabulary/results.ts';
import type { Run } from '../vocabulary/run.ts';
import { isBelow } from '../vocabulary/domain.ts';
import { domainOf, type World } from '../vocabulary/world.ts';
import type { DomainId, TraceEvent } from '../vocabulary/trace.ts';

/** Whether an event takes a place in a flow, rather than marking a change. */
export const happens = (event: TraceEvent): boolean => event.activity.sentence !== '';

interface Ends {
  submitted?: TraceEvent;
  served?: TraceEvent;
  completed?: TraceEvent;
}

/**
 * The paths of all requests that completed, in the order of their numbers. A request that other work brought home (the
 * handler or the submission of another request, or a handler of what it sent before its answer came) has its own way as
 * far as the ring, and then the steps of that work.
 */
export function pathsOf(trace: readonly TraceEvent[]): Path[] {
  const paths = [...endsByRequest(trace)].flatMap(([request, ends]): Path[] => {
    const { submitted, served, completed } = ends;
    if (submitted === undefined || completed === undefined) return [];
    const isOwn = (event: TraceEvent): boolean => event.request === request;
    const bringsHome = (event: TraceEvent): boolean =>
      isHandler(event) || (served !== undefined && event.until > served.at);
    const others = chain(trace, completed.cause, (event) => !isOwn(event) && bringsHome(event));
    const direct = chain(trace, others.at(-1)?.cause ?? completed.cause, isOwn);
    const isWhole = served === undefined || direct.some(({ id }) => id === served.cause);
    const own = fromSubmission(trace, isWhole ? direct : chain(trace, served.cause, isOwn), isOwn);
    const handler = isWhole ? others : [...others, ...direct.filter(isHandler)];
    const since = own[0]?.until ?? 0;
    const events = [...handler.filter((event) => event.until > since), ...own]
      .filter(happens)
      .map(({ id }) => id)
      .reverse();
    return [{ request, from: submitted.at, to: completed.at, events }];
  });
  return paths.sort((a, b) => a.request - b.request);
}

/**
 * The way of a request, the latest event first, led back to where the guest submits it. An access of it may have to
 * wait until the device model is done with other requests: then it follows from their last work, and goes on where it
 * was.
 */
function fromSubmission(
  trace: readonly TraceEvent[],
  way: readonly TraceEvent[],
  isOwn: (event: TraceEvent) => boolean,
): readonly TraceEvent[] {
  const first = way.at(-1);
  if (first === undefined || (first.phase !== 'notify' && first.phase !== 'cross')) return way;
  for (let id = first.id - 1; id >= 0; id--) {
    const event = trace[id]!;
    if (isOwn(event) && happens(event) && event.until <= first.at)
      return fromSubmission(trace, [...way, ...chain(trace, id, isOwn)], isOwn);
  }
  return way;
}

const isHandler = ({ phase }: TraceEvent): boolean => phase === 'interrupt';

/**
 * Whether a processor changes sides of the hypervisor's edge by an event. A driver that reaches its own device through
 * a gate does not cross it. A request that waits in a ring until another side takes it up crosses nothing there.
 */
export function crossesEdge(event: TraceEvent, world: World): boolean {
  if (!world.architecture.hasHypervisor) return false;
  if (event.kind !== 'crossing' || event.crossing === 'gate') return false;
  const isUnder = (id: DomainId): boolean => isBelow(domainOf(world, id).band);
  return isUnder(event.from) !== isUnder(event.domain);
}

/** How a path passes an event: on one side of the hypervisor's edge, or across it for one of two reasons. */
export type Passage = 'stays' | 'carries' | 'asks';

/**
 * For each event that lies on a path, how the path passes it. A crossing *asks* if the guest's last event before it is
 * a register access that is no doorbell, or an end of interrupt; any other one *carries* the request. What several
 * requests share is passed once: on the path of the request that it belongs to, or else of the first that has it.
 */
export function passagesOf({
  trace,
  paths,
  world,
}: Pick<Run, 'trace' | 'paths' | 'world'>): ReadonlyMap<number, Passage> {
  const owners = ownersOf(trace, paths);
  const passages = new Map<number, Passage>();
  for (const { request, events } of paths) {
    let asks = false;
    for (const id of events) {
      const event = trace[id]!;
      if (owners[id] === request) {
        const crosses = crossesEdge(event, world);
        passages.set(id, crosses ? (asks ? 'asks' : 'carries') : 'stays');
      }
      if (event.domain === guestDomain) asks = asksDevice(event);
    }
  }
  return passages;
}

/** For each event, the request on whose path it is shown and counted; 0 for one on no path. */
export function ownersOf(trace: readonly TraceEvent[], paths: readonly Path[]): Int32Array {
  const owners = new Int32Array(trace.length);
  for (const { request, events } of paths)
    for (const id of events)
      if (owners[id] === 0 || trace[id]!.request === request) owners[id] = request;
  return owners;
}

const asksDevice = (event: TraceEvent): boolean =>
  event.kind === 'end-of-interrupt' || (event.kind === 'access' && !event.doorbell);

const guestDomain = 'guest';

function endsByRequest(trace: readonly TraceEvent[]): Map<number, Ends> {
  const byRequest = new Map<number, Ends>();
  for (const event of trace) {
    const ends = byRequest.get(event.request) ?? {};
    byRequest.set(event.request, ends);
    if (event.kind === 'request' && event.state !== 'lost') ends[event.state] = event;
  }
  return byRequest;
}

/** Events from one back along its causes, as long as a condition holds. */
function chain(
  trace: readonly TraceEvent[],
  from: number,
  holds: (event: TraceEvent) => boolean,
): TraceEvent[] {
  const events: TraceEvent[] = [];
  for (let id = from; id >= 0;) {
    const event = trace[id]!;
    if (!holds(event)) break;
    events.push(event);
    id = event.cause;
  }
  return events;
}
