/** What is run and how it is shown: lists of choices, lanes, views; and what to say of it. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Select } from '#components/widgets/kit/controls/Select.tsx';
import { Tabs } from '#components/widgets/kit/controls/Tabs.tsx';
import { StateNotice } from '#components/widgets/kit/Frame.tsx';
import { Notice } from '#components/widgets/kit/Notice.tsx';
import { FullScreen } from '#components/widgets/kit/page/FullScreen.tsx';
import { counted } from '#views/language/format.ts';
import type { Catalogue } from './catalogue.ts';
import { type Preset, sharedChoices, viewChoice } from './choices.ts';
import { Lanes } from './later.ts';
import type { Explorer } from './use-explorer.ts';

interface Props {
  readonly explorer: Explorer;
  readonly presets: readonly Preset[];
  readonly catalogue: Catalogue;
  readonly wide: boolean;
}

export function Controls({ explorer, presets, catalogue, wide }: Props): JSX.Element {
  const [open, setOpen] = useState(false);
  const { widget, shown, problem, again } = explorer;
  const { state } = widget.situation;
  return (
    <div class="controls">
      <Tabs choice={viewChoice(state)} onChange={widget.set} />
      <div class="choices">
        {sharedChoices(state, presets, catalogue).map((choice) => (
          <Select key={choice.id} choice={choice} onChange={widget.set} />
        ))}
        <button type="button" class="button" aria-expanded={open} onClick={() => setOpen(!open)}>
          Lanes
        </button>
        {wide && <FullScreen />}
      </div>
      {open && <Lanes widget={widget} catalogue={catalogue} lanes={shown?.lanes ?? []} />}
      {state.documentedOnly && shown !== null && (
        <Notice
          quiet
          text={`Faint is what no source documents: ${counted(shown.undocumented, 'step')} of these runs. The counts and the latency are of all steps.`}
        />
      )}
      <StateNotice widget={widget} />
      {problem !== null && (
        <Notice
          text={`This could not be run: ${problem}. `}
          again={{ label: 'Try again', act: again }}
        />
      )}
    </div>
  );
}
