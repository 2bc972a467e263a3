/** The reader's verbs with an argument: each a list to choose from. */
import type { Operation, Pattern } from '#engine/index.ts';
import type { Setup } from '#figures/figure.ts';
import type { Catalogue } from './catalogue.ts';
import {
  changeLoad,
  chooseArchitecture,
  chooseDevice,
  chooseSetup,
  counts,
  type State,
} from './state.ts';

export interface Preset extends Setup {
  readonly id: string;
  readonly title: string;
}

export interface Option {
  readonly value: string;
  readonly label: string;
}

export interface Choice {
  readonly id: string;
  readonly label: string;
  readonly options: readonly Option[];
  readonly value: string;
  readonly choose: (value: string) => State;
}

const own = 'own';

/** What all lanes share: the scenario of the book, operation, packets, pattern. */
export const sharedChoices = (state: State, presets: readonly Preset[]): Choice[] => [
  presetChoice(state, presets),
  {
    id: 'operation',
    label: 'Operation',
    options: [
      { value: 'tx', label: 'Transmit' },
      { value: 'rx', label: 'Receive' },
    ],
    value: state.setup.operation,
    choose: (value) => changeLoad(state, { operation: value as Operation }),
  },
  {
    id: 'packets',
    label: 'Packets',
    options: counts.map((count) => ({
      value: String(count),
      label: count === 1 ? '1 packet' : `${count} packets`,
    })),
    value: String(state.setup.count),
    choose: (value) => changeLoad(state, { count: Number(value) }),
  },
  ...(state.setup.count === 1 ? [] : [patternChoice(state)]),
];

function presetChoice(state: State, presets: readonly Preset[]): Choice {
  const same = presets.find((preset) => sameSetup(preset, state.setup));
  return {
    id: 'preset',
    label: 'Figure',
    options: [
      ...(same ? [] : [{ value: own, label: 'Your own' }]),
      ...presets.map(({ id, title }) => ({ value: id, label: title })),
    ],
    value: same?.id ?? own,
    choose: (value) => {
      const preset = presets.find(({ id }) => id === value);
      return preset === undefined ? state : chooseSetup(state, setupOf(preset));
    },
  };
}

const patternChoice = (state: State): Choice => ({
  id: 'pattern',
  label: 'Pattern',
  options: [
    { value: 'spaced', label: 'One after another' },
    { value: 'burst', label: 'In a burst' },
  ],
  value: state.setup.pattern,
  choose: (value) => changeLoad(state, { pattern: value as Pattern }),
});

/** Architecture and device of one lane. */
export function laneChoices(state: State, index: number, catalogue: Catalogue): Choice[] {
  const lane = state.setup.lanes[index];
  if (lane === undefined) return [];
  const devices = catalogue.find(({ id }) => id === lane.architecture)?.devices ?? [];
  const options = (list: readonly { id: string; title: string }[]) =>
    list.map(({ id, title }) => ({ value: id, label: title }));
  return [
    {
      id: `architecture-${index}`,
      label: `Architecture of lane ${index + 1}`,
      options: options(catalogue),
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

export const setupOf = ({ lanes, operation, count, pattern }: Setup): Setup => ({
  lanes,
  operation,
  count,
  pattern,
});

export const sameSetup = (a: Setup, b: Setup): boolean =>
  a.operation === b.operation &&
  a.count === b.count &&
  (a.count === 1 || a.pattern === b.pattern) &&
  a.lanes.length === b.lanes.length &&
  a.lanes.every(
    (lane, index) =>
      lane.architecture === b.lanes[index]?.architecture && lane.device === b.lanes[index]?.device,
  );
