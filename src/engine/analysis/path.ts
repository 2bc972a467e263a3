/**
 * The path of a request: the chain of causes from its end back to its beginning. Everything else of the
 * request happens beside it, such as a processor that resumes while the frame is already on its way.
 */
import type { TraceEvent } from '../trace.ts';

/** Whether an event takes a place in a flow, rather than marking a change. */
export const happens = (event: TraceEvent): boolean => event.activity.sentence !== '';

/** The events of a request's path, in order; empty when it did not complete. */
export function pathOf(trace: readonly TraceEvent[], request: number): TraceEvent[] {
  const end = trace.findLast(
    (event) => event.kind === 'request' && event.state === 'completed' && event.request === request,
  );
  if (end === undefined) return [];
  const began = trace.find(
    (event) => event.kind === 'request' && event.state === 'submitted' && event.request === request,
  );
  const path: TraceEvent[] = [];
  for (let id = end.cause; id >= 0;) {
    const event = trace[id]!;
    if (began !== undefined && event.until < began.at) break;
    if (happens(event)) path.push(event);
    id = event.cause;
  }
  return path.reverse();
}

/** When a request began and when the guest was done with it; undefined when it was not. */
export function lifetimeOf(
  trace: readonly TraceEvent[],
  request: number,
): { from: number; to: number } | undefined {
  let from: number | undefined;
  for (const event of trace) {
    if (event.kind !== 'request' || event.request !== request) continue;
    if (event.state === 'submitted') from = event.at;
    if (event.state === 'completed' && from !== undefined) return { from, to: event.at };
  }
  return undefined;
}
