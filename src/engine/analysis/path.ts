/**
 * The path of a request: the chain of causes from its end back to its beginning. Everything else of the
 * request happens beside it, such as a processor that resumes while the frame is already on its way.
 */
import type { TraceEvent } from '../vocabulary/trace.ts';
import type { Instant } from '../vocabulary/units.ts';

/** Whether an event takes a place in a flow, rather than marking a change. */
export const happens = (event: TraceEvent): boolean => event.activity.sentence !== '';

/** One request: when it began, when the guest was done with it, and the way between. */
export interface Passage {
  readonly request: number;
  readonly from: Instant;
  readonly to: Instant;
  readonly path: readonly TraceEvent[];
}

interface Ends {
  submitted?: TraceEvent;
  served?: TraceEvent;
  completed?: TraceEvent;
}

/**
 * The passages of all requests that completed. A request that other work brought home (the handler or the submission
 * of another request, or a handler of what it sent before its answer came) has its own way as far as the ring, and
 * then the steps of that work.
 */
export function passagesOf(trace: readonly TraceEvent[]): Passage[] {
  return [...endsByRequest(trace)].flatMap(([request, ends]) => {
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
    const path = [...handler.filter((event) => event.until > since), ...own]
      .filter(happens)
      .reverse();
    return [{ request, from: submitted.at, to: completed.at, path }];
  });
}

const isHandler = ({ phase }: TraceEvent): boolean => phase === 'interrupt';

/** The events of one request's path, in order; empty when it did not complete. */
export const pathOf = (trace: readonly TraceEvent[], request: number): readonly TraceEvent[] =>
  passagesOf(trace).find((passage) => passage.request === request)?.path ?? [];

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
