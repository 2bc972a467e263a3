/** The state of the explorer, as plain data, and the changes that are not steps. Pure: no DOM, no clock. */
import type { LaneChoice, Setup } from '#figures/figure.ts';
import type { ArchitectureChoice, Catalogue, DeviceChoice } from './catalogue.ts';

export const views = ['waveform', 'topology', 'sequence', 'timeline', 'steps'] as const;
export type View = (typeof views)[number];

export const counts = [1, 2, 4, 8, 16, 32, 64] as const;
export const speeds = [0.5, 1, 2, 4] as const;
export const maxLanes = 4;

export interface State {
  readonly setup: Setup;
  /** Name of the column that the cursor stands on, such as `r1.notify.2`; null for the whole picture. */
  readonly cursor: string | null;
  /** Index of the lane that the step card speaks of. */
  readonly lead: number;
  readonly view: View;
  readonly documentedOnly: boolean;
  readonly playing: boolean;
  readonly speed: number;
  /** One line for the reader: what was replaced, or what was wrong with the address. */
  readonly notice: string | null;
}

export const initialState = (setup: Setup): State => ({
  setup,
  cursor: null,
  lead: 0,
  view: 'waveform',
  documentedOnly: false,
  playing: false,
  speed: 1,
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

export const changeLoad = (
  state: State,
  load: Partial<Pick<Setup, 'operation' | 'count' | 'pattern'>>,
): State => {
  const setup = { ...state.setup, ...load };
  const changed = withSetup(state, setup);
  return setup.operation === state.setup.operation ? changed : { ...changed, cursor: null };
};

export const addLane = (state: State, lane: LaneChoice): State =>
  state.setup.lanes.length >= maxLanes ? state : withLanes(state, [...state.setup.lanes, lane]);

export const removeLane = (state: State, index: number): State =>
  state.setup.lanes.length === 1
    ? state
    : withLanes(
        state,
        state.setup.lanes.filter((_, other) => other !== index),
      );

export const chooseDevice = (state: State, index: number, device: string): State =>
  withLanes(state, replaced(state.setup.lanes, index, { device }));

/** A lane moves to another architecture; a device that is not offered there is replaced, and the reader is told. */
export function chooseArchitecture(
  state: State,
  index: number,
  id: string,
  catalogue: Catalogue,
): State {
  const from = state.setup.lanes[index];
  const to = catalogue.find((architecture) => architecture.id === id);
  if (from === undefined || to === undefined) return state;
  if (to.devices.some(({ id }) => id === from.device)) {
    return withLanes(state, replaced(state.setup.lanes, index, { architecture: id }));
  }
  const missing = deviceIn(catalogue, from);
  const device = counterpart(to, missing);
  return withLanes(
    state,
    replaced(state.setup.lanes, index, { architecture: id, device: device.id }),
    `${to.title} has no ${missing?.title ?? from.device}: showing ${device.title}.`,
  );
}

/** The device of a lane, as the catalogue names it. */
export const deviceIn = (catalogue: Catalogue, lane: LaneChoice): DeviceChoice | undefined =>
  catalogue
    .find(({ id }) => id === lane.architecture)
    ?.devices.find(({ id }) => id === lane.device);

/** A device of the same class, else the first. */
export const counterpart = (
  { devices }: ArchitectureChoice,
  device: DeviceChoice | undefined,
): DeviceChoice =>
  devices.find((other) => other.class === device?.class) ?? (devices[0] as DeviceChoice);

const withLanes = (state: State, lanes: readonly LaneChoice[], notice?: string): State =>
  withSetup(state, { ...state.setup, lanes }, notice);

const replaced = (
  lanes: readonly LaneChoice[],
  index: number,
  change: Partial<LaneChoice>,
): LaneChoice[] => lanes.map((lane, other) => (other === index ? { ...lane, ...change } : lane));
