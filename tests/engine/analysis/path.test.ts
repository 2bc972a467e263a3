/**
 * Goal: the path of a request is what led to its end, and no more; what crosses the edge is a crossing. Method:
 * traces written by hand, one event a line: request, phase, from and until, cause, and what it is.
 */
import { describe, expect, test } from 'vitest';
import { crossesEdge, pathsOf } from '#engine/analysis/path.ts';
import { architectures } from '#engine/execute.ts';
import type { World } from '#engine/vocabulary/world.ts';
import type { Phase, TraceEvent } from '#engine/vocabulary/trace.ts';

const states = ['submitted', 'served', 'completed', 'lost'];

/** A mark of a request's state, or work in the domain that is named; `gate` before it for one reached by a gate. */
function bodyOf(what: string): object {
  if (states.includes(what)) return { kind: 'request', state: what, domain: 'guest' };
  const [domain, gate] = what.split(':').toReversed();
  return gate === undefined
    ? { kind: 'work', domain }
    : { kind: 'crossing', crossing: gate, from: 'guest', domain };
}

/** Lines of `request phase from-until cause what`, with `-` for no cause; events are numbered from 0. */
function traceOf(text: string): TraceEvent[] {
  const lines = text.trim().split('\n');
  return lines.map((line, id) => {
    const [request, phase, times = '', cause, what = ''] = line.trim().split(/\s+/);
    const [at, until] = times.split('-').map(Number);
    const body = bodyOf(what);
    return {
      ...body,
      id,
      request: Number(request),
      phase: phase as Phase,
      at,
      until,
      cause: cause === '-' ? -1 : Number(cause),
      activity: { sentence: 'state' in body ? '' : what, evidence: 'assumed', prices: [] },
    } as unknown as TraceEvent;
  });
}

const eventsOf = (text: string): Record<number, readonly number[]> =>
  Object.fromEntries(pathsOf(traceOf(text)).map(({ request, events }) => [request, events]));

describe('paths', () => {
  test('a path is the chain of causes, without marks and without what is beside it', () => {
    const trace = traceOf(`
      1 submit     0-0   -  submitted
      1 submit     0-10  -  guest
      1 process   10-30  1  host
      1 notify    10-15  1  guest
      1 complete  30-40  2  host
      1 complete  40-40  4  served
      1 interrupt 40-50  4  guest
      1 interrupt 50-50  6  completed`);
    expect(pathsOf(trace)).toEqual([{ request: 1, from: 0, to: 50, events: [1, 2, 4, 6] }]);
  });

  test('a request that did not complete has none, and paths stand in the order of requests', () => {
    const trace = traceOf(`
      3 submit  0-0   -  submitted
      3 submit  0-9   -  guest
      2 submit  0-0   -  submitted
      2 submit  0-9   -  guest
      1 submit  0-0   -  submitted
      1 submit  0-9   -  guest
      4 submit  9-9   1  completed
      5 submit  0-0   -  submitted
      5 submit  9-9   1  lost
      1 submit  9-9   5  completed
      3 submit  9-9   1  completed`);
    expect(pathsOf(trace).map(({ request }) => request)).toEqual([1, 3]);
  });

  test('the handler of another request brings it home, and no more of that request does', () => {
    const text = `
      1 submit     0-0   -  submitted
      2 submit     0-0   -  submitted
      1 submit     0-5   -  guest
      2 submit     5-10  -  guest
      2 process   10-20  3  host
      1 process   20-40  2  host
      1 complete  40-40  5  served
      2 complete  20-30  4  host
      2 complete  30-30  7  served
      2 interrupt 30-45  7  guest
      2 interrupt 45-45  9  completed
      1 interrupt 45-45  9  completed`;
    expect(eventsOf(text)).toEqual({ 1: [2, 5, 9], 2: [3, 4, 7, 9] });
  });

  const submission = (until: number): string => `
      1 submit     0-0   -  submitted
      1 submit     0-5   -  guest
      1 process    5-40  1  host
      1 complete  40-40  2  served
      2 submit    20-${until}  -  guest
      2 submit    ${until}-60  4  guest
      1 submit    60-60  5  completed`;

  test('the submission of another request brings it home from when it is served', () => {
    expect(eventsOf(submission(41))).toEqual({ 1: [1, 2, 4, 5] });
    expect(eventsOf(submission(40))).toEqual({ 1: [1, 2, 5] });
  });

  test('an access that waits for work on another request goes on where it was', () => {
    const text = `
      1 submit     0-0   -  submitted
      1 submit     0-5   -  guest
      1 notify     5-10  1  host
      2 drive     10-30  -  host
      1 notify    30-40  3  guest
      1 process   40-60  4  host
      1 complete  60-60  5  served
      1 interrupt 60-70  5  guest
      1 interrupt 70-70  7  completed`;
    expect(eventsOf(text)).toEqual({ 1: [1, 2, 4, 5, 7] });
  });

  const handler = (until: number): string => `
      1 submit     0-0   -  submitted
      1 submit     0-5   -  guest
      1 process    5-40  1  host
      1 complete  40-40  2  served
      2 interrupt 10-${until}  -  guest
      2 interrupt ${until}-60  4  guest
      1 interrupt 60-60  5  completed`;

  test('of a handler that ran before, the part counts that ends after the request’s own way', () => {
    expect(eventsOf(handler(41))).toEqual({ 1: [1, 2, 4, 5] });
    expect(eventsOf(handler(40))).toEqual({ 1: [1, 2, 5] });
  });

  test('an answer that a handler of the sending finds has its own way, then that handler', () => {
    const text = `
      1 submit     0-0   -  submitted
      1 submit     0-5   -  guest
      1 device     5-10  1  card
      1 answer    10-30  2  card
      1 complete  10-12  2  host
      1 interrupt 12-40  4  guest
      1 answer    30-30  3  served
      1 interrupt 40-50  5  guest
      1 interrupt 50-50  7  completed`;
    expect(eventsOf(text)).toEqual({ 1: [1, 2, 3, 5, 7] });
  });
});

const hyperV = architectures.find(({ id }) => id === 'hyper-v')!;
const worldOf = (hasHypervisor: boolean): World =>
  ({ architecture: { hasHypervisor }, domains: hyperV.domains }) as unknown as World;

/** Whether a crossing of this kind is one of the edge. */
const crosses = (from: string, domain: string, crossing = 'call', hasHypervisor = true): boolean =>
  crossesEdge(
    { kind: 'crossing', crossing, from, domain } as unknown as TraceEvent,
    worldOf(hasHypervisor),
  );

describe('the edge of the hypervisor', () => {
  test('is crossed from one side to the other, in both directions', () => {
    expect(crosses('guest', 'hypervisor')).toBe(true);
    expect(crosses('hypervisor', 'root')).toBe(true);
    expect(crosses('worker', 'root')).toBe(false);
    expect(crosses('hardware', 'hypervisor')).toBe(false);
  });

  test('is not crossed through a gate, and the device then counts as below', () => {
    expect(crosses('root', 'hardware', 'gate')).toBe(false);
    expect(crosses('hardware', 'guest', 'interrupt')).toBe(true);
  });

  test('is not crossed by work, wherever its request was before', () => {
    const work = { kind: 'work', domain: 'hypervisor' } as unknown as TraceEvent;
    expect(crossesEdge(work, worldOf(true))).toBe(false);
  });

  test('is not there without a hypervisor', () => {
    expect(crosses('guest', 'hypervisor', 'vm-exit', false)).toBe(false);
  });
});
