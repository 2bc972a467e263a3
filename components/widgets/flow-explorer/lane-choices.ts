/** What a reader changes of one lane. It is loaded with the choice of lanes. */
import type { Operation } from '#engine/index.ts';
import type { LaneSetup } from '#engine/vocabulary/setup.ts';
import type { Choice } from '#components/widgets/kit/controls/choice.ts';
import type { Lane } from '#views/lane/lane.ts';
import { kindOf } from '#views/language/words.ts';
import type { ArchitectureChoice, Catalogue, DeviceChoice } from './catalogue.ts';
import { counterpart, deviceIn, type State, withDevice, withLanes } from './state.ts';

/** Architecture and device of one lane. */
export function laneChoices(state: State, index: number, catalogue: Catalogue): Choice<State>[] {
  const lane = state.setup.lanes[index];
  if (lane === undefined) return [];
  const { operation } = state.setup.shared;
  const offering = catalogue.filter((each) => devicesFor(each, operation).length > 0);
  const own = catalogue.find(({ id }) => id === lane.architecture);
  const devices = own === undefined ? [] : devicesFor(own, operation);
  const options = (list: readonly { id: string; title: string }[]) =>
    list.map(({ id, title }) => ({ value: id, label: title }));
  return [
    {
      id: `architecture-${index}`,
      label: `Architecture of lane ${index + 1}`,
      options: options(offering),
      value: lane.architecture,
      choose: (value) => chooseArchitecture(state, index, value, catalogue),
    },
    {
      id: `device-${index}`,
      label: `Device of lane ${index + 1}`,
      options: options(devices),
      value: lane.device,
      choose: (value) => chooseDevice(state, index, value),
    },
  ];
}

/**
 * What the host of a lane is free to choose, each with the default first. It is asked of the lane as it is shown; while
 * another machine is run in its place, there is nothing to ask.
 */
export function policyChoices(
  state: State,
  index: number,
  shown: Lane | undefined,
): Choice<State>[] {
  const lane = state.setup.lanes[index];
  if (lane === undefined || shown === undefined) return [];
  const { architecture, device, policies } = shown.run.world;
  if (architecture.id !== lane.architecture || device.id !== lane.device) return [];
  return policies.map(({ id, title, choice, choices }) => ({
    id: `policy-${id}-${index}`,
    label: `Lane ${index + 1}: ${title}`,
    options: choices.map((value) => ({ value, label: `${id}: ${value}` })),
    value: choice.id,
    choose: (value) => choosePolicy(state, index, id, value === choices[0] ? undefined : value),
  }));
}

/** A choice of a lane's host, or its default. */
function choosePolicy(state: State, index: number, id: string, choice: string | undefined): State {
  const changed = ({ policies = {}, ...lane }: LaneSetup): LaneSetup => {
    const { [id]: _before, ...others } = policies;
    const chosen = choice === undefined ? others : { ...others, [id]: choice };
    return Object.keys(chosen).length === 0 ? lane : { ...lane, policies: chosen };
  };
  return withLanes(state, replaced(state.setup.lanes, index, changed));
}

/** The devices of an architecture that have an operation; the catalogue has some for each. */
export const devicesFor = (
  { devices }: ArchitectureChoice,
  operation: Operation,
): readonly DeviceChoice[] => devices.filter(({ kind }) => kind === kindOf(operation));

export const removeLane = (state: State, index: number): State =>
  state.setup.lanes.length === 1
    ? state
    : withLanes(
        state,
        state.setup.lanes.filter((_, other) => other !== index),
      );

export const chooseDevice = (state: State, index: number, device: string): State =>
  withLanes(
    state,
    replaced(state.setup.lanes, index, (lane) => withDevice(lane, device)),
  );

/**
 * A lane moves to another architecture, and what was special about the old one goes; a device that is not offered
 * there is replaced, and the reader is told.
 */
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
    return withLanes(
      state,
      replaced(state.setup.lanes, index, ({ device }) => ({ architecture: id, device })),
    );
  }
  const missing = deviceIn(catalogue, from);
  const device = counterpart(to, kindOf(state.setup.shared.operation), missing);
  return withLanes(
    state,
    replaced(state.setup.lanes, index, () => ({ architecture: id, device: device.id })),
    `${to.title} has no ${missing?.title ?? from.device}: showing ${device.title}.`,
  );
}

const replaced = (
  lanes: readonly LaneSetup[],
  index: number,
  change: (lane: LaneSetup) => LaneSetup,
): LaneSetup[] => lanes.map((lane, other) => (other === index ? change(lane) : lane));
