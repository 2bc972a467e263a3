/** The state of the explorer, as plain data, and the changes that are not steps. Pure: no DOM, no clock. */
import type { DeviceKind, Operation } from '#engine/index.ts';
import type { LaneSetup, Setup } from '#engine/vocabulary/setup.ts';
import { atRest } from '#components/widgets/kit/stepping.ts';
import type { WidgetState } from '#components/widgets/kit/use-widget.ts';
import { kindOf } from '#views/language/words.ts';
import type { ArchitectureChoice, Catalogue, DeviceChoice } from './catalogue.ts';

export const views = ['waveform', 'topology', 'sequence', 'timeline', 'steps'] as const;
export type View = (typeof views)[number];

export const counts = [1, 2, 4, 8, 16, 32, 64] as const;
export const maxLanes = 5;

export interface State extends WidgetState {
  readonly setup: Setup;
  /** Name of the column that the cursor stands on, such as `r1.notify.2`; null for the whole picture. */
  readonly cursor: string | null;
  /** Index of the lane that the step card speaks of. */
  readonly lead: number;
  readonly view: View;
  readonly documentedOnly: boolean;
}

export const initialState = (setup: Setup): State => ({
  setup,
  cursor: null,
  lead: 0,
  view: 'waveform',
  documentedOnly: false,
  ...atRest,
  notice: null,
});

/** A changed scenario: play stops, the cursor stays where it can, an old notice goes. */
const withSetup = (state: State, setup: Setup, notice: string | null = null): State => ({
  ...state,
  setup,
  notice,
  playing: false,
  lead: Math.min(state.lead, setup.lanes.length - 1),
});

/** A scenario of the book; it is seen from its beginning. */
export const chooseSetup = (state: State, setup: Setup): State => ({
  ...withSetup(state, setup),
  cursor: null,
  lead: 0,
});

/** How many requests each lane has. */
export const countOf = ({ setup }: State): number => setup.shared.count ?? 1;

/** How many requests, and how they follow each other. Of one there is nothing to say. */
export function changeLoad(
  state: State,
  load: { readonly count?: number; readonly pattern?: 'spaced' | 'burst' },
): State {
  const { count: _count, pattern: _pattern, ...others } = state.setup.shared;
  const { count = 1, pattern = 'spaced' } = { ...state.setup.shared, ...load };
  const shared = {
    ...others,
    ...(count === 1 ? {} : { count }),
    ...(count === 1 || pattern === 'spaced' ? {} : { pattern }),
  };
  return withSetup(state, { ...state.setup, shared });
}

export const operationNames: Readonly<Record<Operation, string>> = {
  tx: 'Transmit',
  rx: 'Receive',
  echo: 'Echo',
  read: 'Read',
  write: 'Write',
  flush: 'Flush',
};

const kindNames: Readonly<Record<DeviceKind, string>> = {
  network: 'network adapters',
  storage: 'disks',
};

/** Another operation; devices that do not have it are replaced by their counterparts, and the reader is told. */
export function chooseOperation(state: State, operation: Operation, catalogue: Catalogue): State {
  const kind = kindOf(operation);
  const replacements = new Map<DeviceChoice, DeviceChoice>();
  const lanes = state.setup.lanes.map((lane): LaneSetup => {
    const device = deviceIn(catalogue, lane);
    const architecture = catalogue.find(({ id }) => id === lane.architecture);
    if (architecture === undefined || device === undefined || device.kind === kind) return lane;
    const taken = [...replacements.values()];
    const other = replacements.get(device) ?? counterpart(architecture, kind, device, taken);
    replacements.set(device, other);
    return withDevice(lane, other.id);
  });
  const shown = [...replacements].map(
    ([device, { title }]) => `${title} in place of ${device.title}`,
  );
  const notice =
    shown.length === 0
      ? null
      : `${operationNames[operation]} is for ${kindNames[kind]}: showing ${[...new Set(shown)].join('; ')}.`;
  const shared = { ...state.setup.shared, operation };
  const changed = withSetup(state, { ...state.setup, shared, lanes }, notice);
  return operation === state.setup.shared.operation ? changed : { ...changed, cursor: null };
}

/** One more lane, like the last one. */
export const addLane = (state: State): State =>
  state.setup.lanes.length >= maxLanes
    ? state
    : withLanes(state, [...state.setup.lanes, ...state.setup.lanes.slice(-1)]);

/** The device of a lane, as the catalogue names it. */
export const deviceIn = (catalogue: Catalogue, lane: LaneSetup): DeviceChoice | undefined =>
  catalogue
    .find(({ id }) => id === lane.architecture)
    ?.devices.find(({ id }) => id === lane.device);

/** The first device of a kind that is of the same class, if it can be one that is not taken; else the first. */
export function counterpart(
  { devices }: ArchitectureChoice,
  kind: DeviceKind,
  device: DeviceChoice | undefined,
  taken: readonly DeviceChoice[] = [],
): DeviceChoice {
  const ofKind = devices.filter((other) => other.kind === kind);
  const alike = ofKind.filter((other) => other.class === device?.class);
  return (alike.find((other) => !taken.includes(other)) ?? alike[0] ?? ofKind[0]) as DeviceChoice;
}

export const withLanes = (state: State, lanes: readonly LaneSetup[], notice?: string): State =>
  withSetup(state, { ...state.setup, lanes }, notice);

/** The same lane with another device: what was said of the old one itself goes. */
export function withDevice(lane: LaneSetup, device: string): LaneSetup {
  const {
    driver: _driver,
    variant: _variant,
    interrupts: _interrupts,
    policies: _policies,
    ...kept
  } = lane;
  return { ...kept, device };
}
