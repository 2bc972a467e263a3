/** The reader's verbs without an argument, as a table: buttons, keys, help and tests read it. */
import { columnAt, crossingColumns, type Duel, nameOf } from './duel.ts';
import { addLane, maxLanes, speeds, type State, type View, views } from './state.ts';

export interface Context {
  readonly state: State;
  /** The runs of this state's setup; null while they are computed. */
  readonly duel: Duel | null;
  /** Whether steps go by the lead lane alone, as in views that show one lane. */
  readonly oneLane: boolean;
}

export interface Command {
  readonly id: string;
  readonly label: string;
  /** Key while the focus is inside the figure. */
  readonly key?: string;
  /** How long what it changes takes to move; without it the picture jumps. */
  readonly travelMs?: number;
  readonly when: (context: Context) => boolean;
  readonly apply: (context: Context) => State;
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

/** Puts the cursor on a column. */
export const goTo = ({ duel, state }: Context, column: number): State => {
  const there = duel?.columns[column];
  return there === undefined ? state : { ...state, cursor: nameOf(there), notice: null };
};

/** The lead's crossings; those of all lanes where it has none, as on a bare machine. */
function crossings({ duel, state }: Context): readonly number[] {
  if (duel === null) return [];
  const own = crossingColumns(duel, state.lead);
  if (own.length > 0) return own;
  const all = duel.lanes.flatMap((_, lane) => crossingColumns(duel, lane));
  return [...new Set(all)].toSorted((a, b) => a - b);
}

const after = (columns: readonly number[], at: number) => columns.find((column) => column > at);
const before = (columns: readonly number[], at: number) =>
  columns.findLast((column) => column < at);

/** How long a step travels, and a jump over several. */
export const stepMs = 220;
const crossingMs = 400;

/** A command that goes to a column and is there only when the column is. */
const moves = (
  id: string,
  label: string,
  key: string,
  target: (context: Context) => number | undefined,
  travelMs = 0,
): Command => ({
  id,
  label,
  key,
  travelMs,
  when: (context) => target(context) !== undefined,
  apply: (context) => ({ ...goTo(context, target(context) ?? -1), playing: false }),
});

const elsewhere = (context: Context, column: number | undefined) =>
  column === position(context) ? undefined : column;

const viewNames: Readonly<Record<View, string>> = {
  waveform: 'Waveform',
  topology: 'Topology',
  sequence: 'Sequence',
  timeline: 'Timeline',
  steps: 'Steps',
};

export const commands = [
  moves(
    'back',
    'Back',
    'ArrowLeft',
    (context) => before(stops(context), position(context)),
    stepMs,
  ),
  moves(
    'forward',
    'Next step',
    'ArrowRight',
    (context) => after(stops(context), position(context)),
    stepMs,
  ),
  moves(
    'previous-crossing',
    'Previous crossing',
    'PageUp',
    (context) => before(crossings(context), position(context)),
    crossingMs,
  ),
  moves(
    'next-crossing',
    'Next crossing',
    'PageDown',
    (context) => after(crossings(context), position(context)),
    crossingMs,
  ),
  moves('first', 'First step', 'Home', (context) => elsewhere(context, stops(context)[0])),
  moves('last', 'Last step', 'End', (context) => elsewhere(context, stops(context).at(-1))),
  {
    id: 'clear',
    label: 'Whole picture',
    key: 'Escape',
    when: ({ state }) => state.cursor !== null,
    apply: ({ state }) => ({ ...state, cursor: null, playing: false }),
  },
  {
    id: 'play',
    label: 'Play',
    when: (context) => !context.state.playing && stops(context).length > 0,
    apply: (context) => play(context),
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
    apply: ({ state }) => state.setup.lanes.slice(-1).reduce(addLane, state),
  },
  ...views.map((view) => ({
    id: `view-${view}`,
    label: viewNames[view],
    when: ({ state }: Context) => state.view !== view,
    apply: ({ state }: Context): State => ({ ...state, view }),
  })),
] as const satisfies readonly Command[];

export type CommandId = (typeof commands)[number]['id'];

const byId: ReadonlyMap<string, Command> = new Map(
  commands.map((command) => [command.id, command]),
);

export const command = (id: CommandId): Command => byId.get(id) as Command;

/** The command of a key, if it can be given now. */
export const commandForKey = (key: string, context: Context): Command | undefined =>
  (commands as readonly Command[]).find((each) => each.key === key && each.when(context));

export const perform = (id: CommandId, context: Context): State =>
  command(id).when(context) ? command(id).apply(context) : context.state;

/** Play goes on from the cursor; at the end it begins again. */
function play(context: Context): State {
  const next = after(stops(context), position(context));
  const start = next ?? stops(context)[0] ?? -1;
  return { ...goTo(context, start), playing: true };
}

/** One tick of play: a step on, or the end of it. */
export function tick(context: Context): State {
  const next = after(stops(context), position(context));
  return next === undefined ? { ...context.state, playing: false } : goTo(context, next);
}

const nextSpeed = (speed: number): number =>
  speeds[(speeds.findIndex((each) => each === speed) + 1) % speeds.length] ?? 1;
