/** The reader's verbs with an argument: each a list to choose from. */
import type { Operation } from '#engine/index.ts';
import { operationsOf } from '#engine/vocabulary/scenario.ts';
import { sameSetup, type Setup } from '#engine/vocabulary/setup.ts';
import { type Choice, choiceOf, type Option } from '#components/widgets/kit/controls/choice.ts';
import { counted } from '#views/language/format.ts';
import { requestWord } from '#views/language/words.ts';
import type { Catalogue } from './catalogue.ts';
import {
  changeLoad,
  chooseOperation,
  chooseSetup,
  counts,
  countOf,
  operationNames,
  type State,
  type View,
} from './state.ts';

export interface Preset {
  readonly id: string;
  readonly title: string;
  readonly setup: Setup;
}

const own = 'own';

/** What all lanes share: the scenario of the book, operation, number of requests, pattern. */
export const sharedChoices = (
  state: State,
  presets: readonly Preset[],
  catalogue: Catalogue,
): Choice<State>[] => [
  presetChoice(state, presets),
  {
    id: 'operation',
    label: 'Operation',
    options: [
      ...operationOptions('Network', operationsOf.network),
      ...operationOptions('Disk', operationsOf.storage),
    ],
    value: state.setup.shared.operation,
    choose: (value) => chooseOperation(state, value as Operation, catalogue),
  },
  countChoice(state),
  ...(countOf(state) === 1 ? [] : [patternChoice(state)]),
];

const operationOptions = (group: string, operations: readonly Operation[]): Option[] =>
  operations.map((value) => ({ value, label: operationNames[value], group }));

function countChoice(state: State): Choice<State> {
  const word = requestWord(state.setup.shared.operation);
  return {
    id: 'count',
    label: word === 'packet' ? 'Packets' : 'Requests',
    options: counts.map((count) => ({ value: String(count), label: counted(count, word) })),
    value: String(countOf(state)),
    choose: (value) => changeLoad(state, { count: Number(value) }),
  };
}

function presetChoice(state: State, presets: readonly Preset[]): Choice<State> {
  const same = presets.find((preset) => sameSetup(preset.setup, state.setup));
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
      return preset === undefined ? state : chooseSetup(state, preset.setup);
    },
  };
}

const patternChoice = (state: State): Choice<State> => ({
  id: 'pattern',
  label: 'Pattern',
  options: [
    { value: 'spaced', label: 'One after another' },
    { value: 'burst', label: 'In a burst' },
  ],
  value: state.setup.shared.pattern ?? 'spaced',
  choose: (value) => changeLoad(state, { pattern: value === 'burst' ? 'burst' : 'spaced' }),
});

/** How the runs are seen. */
export const viewChoice = (state: State): Choice<State> =>
  choiceOf('View', viewNames, state.view, (view) => ({ ...state, view }));

const viewNames: Readonly<Record<View, string>> = {
  waveform: 'Waveform',
  topology: 'Topology',
  sequence: 'Sequence',
  timeline: 'Timeline',
  steps: 'Steps',
};
