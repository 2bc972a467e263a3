/**
 * The model of a duel: runs of one operation side by side, aligned by phase. A column is a place that any lane
 * may have a step at; a lane's place at a column is its last step at or before it.
 */
import {
  type Operation,
  type Passage,
  passagesOf,
  type Phase,
  phasesOf,
  type Run,
  type Standing,
  type Step,
  stepsOf,
} from '#engine/index.ts';
import { requestWord } from '../language/words.ts';

export interface Lane {
  readonly run: Run;
  /** Every step of the run, in order of time. */
  readonly steps: readonly Step[];
  /**
   * The paths of the packets, one after the other: the first whole, from each later one what it has for
   * itself, since packets that wait for one another share a completion.
   */
  readonly path: readonly Step[];
  /** For each step of `path` the number of the packet on whose path it lies. */
  readonly packets: readonly number[];
  /** Steps that happen beside a request, such as a processor that resumes meanwhile. */
  readonly beside: readonly Step[];
  /** How sure its latency is: the standing of the weakest price on its path. */
  readonly standing: Standing | undefined;
}

/** (request, phase, index in the phase): the cursor of a duel stands on one of these. */
export interface Column {
  readonly request: number;
  readonly phase: Phase;
  readonly index: number;
}

/** A run as a lane, where the standing of its latency is known; `laneOf` works it out. */
export function laneWith(run: Run, standing: Standing | undefined): Lane {
  const steps = stepsOf(run);
  const stepOfEvent = new Map(steps.flatMap((step) => step.events.map((id) => [id, step])));
  const packetOf = new Map<Step, number>();
  for (const { request, path } of passagesOf(run.trace).toSorted(byRequest)) {
    for (const { id } of path) {
      const step = stepOfEvent.get(id);
      if (step !== undefined && !packetOf.has(step)) packetOf.set(step, request);
    }
  }
  return {
    run,
    steps,
    path: [...packetOf.keys()],
    packets: [...packetOf.values()],
    beside: steps.filter((step) => !packetOf.has(step)),
    standing,
  };
}

const byRequest = (a: Passage, b: Passage): number => a.request - b.request;

export const operationOf = (lane: Lane): Operation =>
  lane.run.scenario.subject.vms[0].load.operation;

/** What a request of these lanes is called: they all do the same. */
export const requestWordOf = ([lane]: readonly Lane[]): string =>
  lane === undefined ? 'request' : requestWord(operationOf(lane));

/** The phases of a duel's operation, in order; none without lanes. */
export const phasesOfLanes = (lanes: readonly Lane[]): readonly Phase[] =>
  lanes[0] === undefined ? [] : phasesOf[operationOf(lanes[0])];

/** The columns of a duel: for each request and phase as many as the lane with the most steps there needs. */
export function columnsOf(lanes: readonly Lane[]): Column[] {
  const counts = lanes.map(countsByPlace);
  const requests = [...new Set(lanes.flatMap(({ packets }) => packets))].sort((a, b) => a - b);
  return requests.flatMap((request) =>
    phasesOfLanes(lanes).flatMap((phase) => {
      const most = Math.max(...counts.map((count) => count.get(place(request, phase)) ?? 0));
      return Array.from({ length: most }, (_, index) => ({ request, phase, index }));
    }),
  );
}

/** Index into `lane.path` of the last step at or before a column; -1 before the lane's first step. */
export function stepAt(lane: Lane, columns: readonly Column[], column: number): number {
  return columnOfSteps(lane, columns).findLastIndex((order) => order <= column);
}

/** Answers for the columns of a duel, since each step of a reader asks for them many times. */
const answers = new WeakMap<readonly Column[], WeakMap<Lane, readonly number[]>>();

/** The column of each step of a lane's path; it never goes back. */
export function columnOfSteps(lane: Lane, columns: readonly Column[]): readonly number[] {
  const known = answers.get(columns) ?? new WeakMap<Lane, readonly number[]>();
  answers.set(columns, known);
  const answer = known.get(lane) ?? placesInColumns(lane, columns);
  known.set(lane, answer);
  return answer;
}

function placesInColumns(lane: Lane, columns: readonly Column[]): number[] {
  const orders = new Map(
    columns.map((each, order) => [`${place(each.request, each.phase)}.${each.index}`, order]),
  );
  return placesOf(lane).map(
    ({ request, phase, index }) => orders.get(`${place(request, phase)}.${index}`) ?? -1,
  );
}

/**
 * The place of each step of a lane's path. Under load a request may wait in a later phase and go back to an
 * earlier one; it keeps its place in the later phase, so that places only go forward.
 */
export function placesOf(lane: Lane): readonly Column[] {
  const places = knownPlaces.get(lane) ?? findPlaces(lane);
  knownPlaces.set(lane, places);
  return places;
}

/** A lane does not change, and its places are asked for in every picture. */
const knownPlaces = new WeakMap<Lane, readonly Column[]>();

function findPlaces(lane: Lane): readonly Column[] {
  const order = phasesOf[operationOf(lane)];
  const seen = new Map<string, number>();
  let before = 0;
  let furthest = 0;
  return lane.path.map((step, at) => {
    const request = lane.packets[at] ?? step.request;
    furthest = Math.max(request === before ? furthest : 0, order.indexOf(step.phase));
    before = request;
    const phase = order[furthest] ?? step.phase;
    const here = place(request, phase);
    const index = seen.get(here) ?? 0;
    seen.set(here, index + 1);
    return { request, phase, index };
  });
}

function countsByPlace(lane: Lane): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { request, phase, index } of placesOf(lane)) {
    counts.set(place(request, phase), index + 1);
  }
  return counts;
}

const place = (request: number, phase: Phase): string => `${request}.${phase}`;
