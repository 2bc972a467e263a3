/** The reader's verbs without an argument, as a table: buttons, keys, help and tests read it. */
import type { Action } from '#components/widgets/kit/actions.ts';
import { type Stepper, stepping } from '#components/widgets/kit/stepping.ts';
import { columnAt, crossingColumns, type Duel, nameOf } from './duel.ts';
import { addLane, maxLanes, type State } from './state.ts';

export interface Context {
  readonly state: State;
  /** The runs of this state's setup; null while they are computed. */
  readonly duel: Duel | null;
  /** Whether steps go by the lead lane alone, as in views that show one lane. */
  readonly oneLane: boolean;
}

/** Columns that steps stop at, in order. */
export function stops({ duel, state, oneLane }: Context): readonly number[] {
  if (duel === null) return [];
  if (!oneLane) return duel.columns.map((_, index) => index);
  return duel.columnsOfSteps[state.lead] ?? [];
}

/** Where the cursor is; -1 for nowhere. */
export const position = ({ duel, state }: Context): number =>
  duel === null ? -1 : columnAt(duel, state.cursor);

/** Puts the cursor on a column; for null there is none. */
export function goTo({ duel, state }: Context, column: number | null): State {
  if (column === null) return { ...state, cursor: null };
  const there = duel?.columns[column];
  return there === undefined ? state : { ...state, cursor: nameOf(there), notice: null };
}

/** The lead's crossings; those of all lanes where it has none, as on a bare machine. */
export function crossings({ duel, state }: Context): readonly number[] {
  if (duel === null) return [];
  const own = crossingColumns(duel, state.lead);
  if (own.length > 0) return own;
  const all = duel.lanes.flatMap((_, lane) => crossingColumns(duel, lane));
  return [...new Set(all)].toSorted((a, b) => a - b);
}

export const stepper: Stepper<Context, State> = {
  walk: (context) => ({ stops: stops(context), at: position(context) }),
  go: goTo,
  landmarks: { noun: 'crossing', places: crossings },
};

export const actions: readonly Action<Context, State>[] = [
  ...stepping(stepper),
  {
    id: 'documented-only',
    label: 'Documented steps only',
    when: () => true,
    apply: ({ state }) => ({ ...state, documentedOnly: !state.documentedOnly, playing: false }),
  },
  {
    id: 'add-lane',
    label: 'Add a lane',
    when: ({ state }) => state.setup.lanes.length < maxLanes,
    apply: ({ state }) => addLane(state),
  },
];
