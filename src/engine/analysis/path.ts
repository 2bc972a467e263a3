/**
 * The path of a request: the chain of causes from its end back to its beginning. Everything else of the
 * request happens beside it, such as a processor that resumes while the frame is already on its way.
 */
import type { Path } from '../vocabulary/results.ts';
import { isBelow } from '../vocabulary/domain.ts';
import { domainOf, type World } from '../vocabulary/world.ts';
import type { TraceEvent } from '../vocabulary/trace.ts';

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
    const own = isWhole ? direct : chain(trace, served.cause, isOwn);
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

const isHandler = ({ phase }: TraceEvent): boolean => phase === 'interrupt';

/**
 * The events of a path, or of a part of one, at which it changes sides of the hypervisor's edge. A driver that reaches
 * its own device through a gate does not cross it, and the device then counts as below for what follows.
 */
export function edgeCrossings(
  events: readonly number[],
  trace: readonly TraceEvent[],
  world: World,
): number[] {
  if (!world.architecture.hasHypervisor) return [];
  const below = events.map((id) => isBelow(domainOf(world, trace[id]!.domain).band));
  return events.filter((id, index) => {
    if (index === 0 || below[index] === below[index - 1]) return false;
    const event = trace[id]!;
    return !(event.kind === 'crossing' && event.crossing === 'gate');
  });
}

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
