/** What is run and how it is shown: lists of choices, lanes, views. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { counted } from '#views/language/format.ts';
import type { Catalogue } from './catalogue.ts';
import { type Preset, sharedChoices } from './choices.ts';
import { command } from './commands.ts';
import { FullScreen } from './FullScreen.tsx';
import { Lanes } from './later.tsx';
import { Select } from './Select.tsx';
import { views } from './state.ts';
import type { Explorer } from './use-explorer.ts';

interface Props {
  readonly explorer: Explorer;
  readonly presets: readonly Preset[];
  readonly catalogue: Catalogue;
  readonly wide: boolean;
}

export function Controls({ explorer, presets, catalogue, wide }: Props): JSX.Element {
  const [open, setOpen] = useState(false);
  const { state } = explorer.context;
  return (
    <div class="controls">
      <div class="views" role="group" aria-label="View">
        {views.map((view) => (
          <button
            key={view}
            type="button"
            class="tab"
            aria-pressed={state.view === view}
            onClick={() => explorer.perform(`view-${view}`)}
          >
            {command(`view-${view}`).label}
          </button>
        ))}
      </div>
      <div class="choices">
        {sharedChoices(state, presets, catalogue).map((choice) => (
          <Select key={choice.id} choice={choice} explorer={explorer} />
        ))}
        <button type="button" class="button" aria-expanded={open} onClick={() => setOpen(!open)}>
          Lanes
        </button>
        {wide && <FullScreen />}
      </div>
      {open && <Lanes explorer={explorer} catalogue={catalogue} />}
      {state.documentedOnly && explorer.shown !== null && (
        <p class="notice">
          Faint is what no source documents: {counted(explorer.shown.undocumented, 'step')} of these
          runs. The counts and the latency are of all steps.
        </p>
      )}
      {state.notice !== null && (
        <p class="notice" role="alert">
          {state.notice}
        </p>
      )}
    </div>
  );
}
