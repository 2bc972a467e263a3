/** What a reader changes of one lane. It is loaded with the choice of lanes. */
import type { Operation } from '#engine/index.ts';
import type { LaneSetup } from '#engine/vocabulary/setup.ts';
import type { Choice } from '#components/widgets/kit/controls/choice.ts';
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
