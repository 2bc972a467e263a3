/**
 * A cursor over any list of stops, and the actions that move it: to the next stop and back, between landmarks (such as
 * crossings), to the ends, away, and by itself while it plays. Pure.
 */
import type { Action } from './actions.ts';

/** Where a cursor can stand, in a numbering of the widget's own. */
export interface Walk {
  /** Places that a step stops at, in ascending order; none while there is nothing to walk through. */
  readonly stops: readonly number[];
  /** Where the cursor stands; -1 for nowhere. */
  readonly at: number;
}

/** Whether the cursor moves by itself, and how fast; 1 is the usual speed. */
export interface Playback {
  readonly playing: boolean;
  readonly speed: number;
}

export const speeds = [0.5, 1, 2, 4] as const;
export const atRest: Playback = { playing: false, speed: 1 };

/** Time between two stops of play at the usual speed. */
export const tickMs = 900;
/** How long a step travels, and a jump over several. */
export const stepMs = 220;
export const jumpMs = 400;

/** Stops of one sort that readers jump between. */
interface Landmarks<C> {
  /** What one is called, such as `crossing`. */
  readonly noun: string;
  readonly places: (situation: C) => readonly number[];
}

/** What a stepper is told: the state, and whatever else the widget knows. */
interface Stepped<S> {
  readonly state: S;
}

/** What a widget says of its cursor. */
export interface Stepper<C extends Stepped<S>, S extends Playback> {
  readonly walk: (situation: C) => Walk;
  /** The state with the cursor at a place, or without one for null. */
  readonly go: (situation: C, place: number | null) => S;
  readonly landmarks?: Landmarks<C>;
}

/** A walk over things that are numbered from 1; the cursor stands on a number, or on none. */
export const walkOver = (count: number, at: number | null): Walk => ({
  stops: Array.from({ length: count }, (_, index) => index + 1),
  at: at === null ? -1 : Math.min(at, count),
});

/** The first place after another, and the last before it. */
export const placeAfter = (places: readonly number[], at: number): number | undefined =>
  places.find((place) => place > at);
export const placeBefore = (places: readonly number[], at: number): number | undefined =>
  places.findLast((place) => place < at);

/** Number of the stop that the cursor stands on or has passed last, from 1; 0 for none. */
export const stopNumber = ({ stops, at }: Walk): number =>
  at < 0 ? 0 : stops.findLastIndex((stop) => stop <= at) + 1;

type StepId =
  | 'back'
  | 'forward'
  | 'previous-landmark'
  | 'next-landmark'
  | 'first'
  | 'last'
  | 'clear'
  | 'play'
  | 'pause'
  | 'speed';

type Step<C, S> = Action<C, S> & { readonly id: StepId };
type Said = Pick<Action<unknown, unknown>, 'label' | 'key' | 'does'>;

/** The actions of a cursor. */
export function stepping<C extends Stepped<S>, S extends Playback>(
  stepper: Stepper<C, S>,
): readonly Step<C, S>[] {
  const { walk, go, landmarks } = stepper;
  /** Goes to a place, and is there only when the place is. */
  const moves = (
    id: StepId,
    said: Said,
    target: (situation: C) => number | undefined,
    travelMs = 0,
  ): Step<C, S> => ({
    id,
    ...said,
    travelMs,
    followed: true,
    when: (situation) => target(situation) !== undefined,
    apply: (situation) => ({ ...go(situation, target(situation) ?? null), playing: false }),
  });
  const among =
    (places: (situation: C) => readonly number[], find: typeof placeAfter) => (situation: C) =>
      find(places(situation), walk(situation).at);
  const stops = (situation: C) => walk(situation).stops;
  const end = (which: 0 | -1) => (situation: C) => {
    const place = stops(situation).at(which);
    return place === walk(situation).at ? undefined : place;
  };
  const back = { label: 'Back', key: 'ArrowLeft', does: 'one step back' };
  const forward = { label: 'Next step', key: 'ArrowRight', does: 'one step on' };
  return [
    moves('back', back, among(stops, placeBefore), stepMs),
    moves('forward', forward, among(stops, placeAfter), stepMs),
    ...(landmarks === undefined
      ? []
      : [
          moves(
            'previous-landmark',
            { label: `Previous ${landmarks.noun}`, key: 'PageUp' },
            among(landmarks.places, placeBefore),
            jumpMs,
          ),
          moves(
            'next-landmark',
            { label: `Next ${landmarks.noun}`, key: 'PageDown' },
            among(landmarks.places, placeAfter),
            jumpMs,
          ),
        ]),
    moves('first', { label: 'First step', key: 'Home' }, end(0)),
    moves('last', { label: 'Last step', key: 'End' }, end(-1)),
    {
      id: 'clear',
      label: 'Whole picture',
      key: 'Escape',
      does: 'the whole picture again',
      when: (situation) => walk(situation).at >= 0,
      apply: (situation) => ({ ...go(situation, null), playing: false }),
    },
    ...playing(stepper),
  ];
}

const playing = <C extends Stepped<S>, S extends Playback>({
  walk,
  go,
}: Stepper<C, S>): readonly Step<C, S>[] => [
  {
    id: 'play',
    label: 'Play',
    when: (situation) => !situation.state.playing && walk(situation).stops.length > 0,
    // It goes on from the cursor, and at the end begins again.
    apply: (situation) => {
      const { stops, at } = walk(situation);
      return { ...go(situation, placeAfter(stops, at) ?? stops[0] ?? null), playing: true };
    },
  },
  {
    id: 'pause',
    label: 'Pause',
    when: ({ state }) => state.playing,
    apply: ({ state }) => ({ ...state, playing: false }),
  },
  {
    id: 'speed',
    label: 'Speed',
    when: () => true,
    apply: ({ state }) => ({ ...state, speed: nextSpeed(state.speed) }),
  },
];

/** One tick of play: a stop on, or the end of it. */
export function ticked<C extends Stepped<S>, S extends Playback>(
  { walk, go }: Stepper<C, S>,
  situation: C,
): S {
  const { stops, at } = walk(situation);
  const next = placeAfter(stops, at);
  return next === undefined ? { ...situation.state, playing: false } : go(situation, next);
}

const nextSpeed = (speed: number): number =>
  speeds[(speeds.findIndex((each) => each === speed) + 1) % speeds.length] ?? 1;
