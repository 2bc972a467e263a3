/**
 * Runs as lanes, and how sure their prices are. It is worked out beside the engine: a page gets lanes, and
 * loads neither what makes steps of a trace nor the parameters with their sources.
 */
import { parameter } from '#engine/execute.ts';
import {
  type Operation,
  ownersOf,
  type ParameterId,
  phasesOf,
  type Run,
  type Standing,
  type Step,
  stepsOf,
} from '#engine/index.ts';
import { type Column, columnName } from './columns.ts';
import { type Lane, weakestOf } from './lane.ts';

/** The standing of a sum: that of its weakest part; undefined when nothing is paid. */
export function standingOf(
  costs: readonly { readonly parameter: ParameterId }[],
): Standing | undefined {
  return weakestOf(costs.map((cost) => parameter(cost.parameter).standing));
}

function pricesOf(steps: readonly Step[]): Lane['prices'] {
  const ids = new Set(steps.flatMap(({ costs }) => costs.map((cost) => cost.parameter)));
  return Object.fromEntries(
    [...ids].map((id) => {
      const { title, standing, source } = parameter(id);
      return [id, { title, standing, source }];
    }),
  );
}

/** A run as a lane: its steps, those of them on the requests' paths, and how sure its latency is. */
export function laneOf({ trace, paths, ...run }: Run): Lane {
  const steps = stepsOf({ ...run, trace, paths });
  const stepOfEvent = new Map(steps.flatMap((step) => step.events.map((id) => [id, step])));
  const owners = ownersOf(trace, paths);
  const requestOf = new Map<Step, number>();
  for (const { request, events } of paths) {
    for (const id of events) {
      const step = stepOfEvent.get(id);
      const isOwn = owners[id] === request;
      if (step !== undefined && isOwn && !requestOf.has(step)) requestOf.set(step, request);
    }
  }
  const path = [...requestOf.keys()];
  return {
    run,
    prices: pricesOf(steps),
    vcpu: trace.flatMap((event) =>
      event.kind === 'vcpu' ? [{ at: event.at, until: event.until, running: event.running }] : [],
    ),
    done: trace.flatMap((event) =>
      event.kind === 'request' && event.state === 'completed'
        ? [{ request: event.request, at: event.at }]
        : [],
    ),
    steps,
    path,
    places: placesOf(run.scenario.subject.vms[0].load.operation, path, [...requestOf.values()]),
    beside: steps.filter((step) => !requestOf.has(step)),
    standing: standingOf(path.flatMap(({ costs }) => costs)),
  };
}

/**
 * The column of each step of a path. Under load a request may wait in a later phase and go back to an earlier
 * one; it keeps its place in the later phase, so that places only go forward.
 */
function placesOf(
  operation: Operation,
  path: readonly Step[],
  requests: readonly number[],
): Column[] {
  const order = phasesOf[operation];
  const counts = new Map<string, number>();
  let furthest = 0;
  return path.map((step, at) => {
    const request = requests[at] ?? step.request;
    furthest = Math.max(request === requests[at - 1] ? furthest : 0, order.indexOf(step.phase));
    const phase = order[furthest] ?? step.phase;
    const name = columnName(request, phase);
    const index = counts.get(name) ?? 0;
    counts.set(name, index + 1);
    return { request, phase, index };
  });
}

// --- lanes as data ------------------------------------------------------------------------------------

/** A lane as it is stored: its path by places among its steps; what is beside it is the rest. */
export interface PackedLane extends Omit<Lane, 'path' | 'beside'> {
  readonly path: readonly number[];
}

export function packed(lane: Lane): PackedLane {
  const { path, beside: _beside, ...kept } = lane;
  const places = new Map(kept.steps.map((step, place) => [step, place]));
  return { ...kept, path: path.map((step) => places.get(step) ?? -1) };
}
