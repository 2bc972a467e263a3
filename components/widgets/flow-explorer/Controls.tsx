/** What is run and how it is shown: lists of choices, lanes, views. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { counted } from '#views/format.ts';
import type { Catalogue } from './catalogue.ts';
import { type Choice, laneChoices, type Preset, sharedChoices } from './choices.ts';
import { command } from './commands.ts';
import { removeLane, views } from './state.ts';
import type { Explorer } from './use-explorer.ts';

interface Props {
  readonly explorer: Explorer;
  readonly presets: readonly Preset[];
  readonly catalogue: Catalogue;
}

export function Controls({ explorer, presets, catalogue }: Props): JSX.Element {
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
        {sharedChoices(state, presets).map((choice) => (
          <Select key={choice.id} choice={choice} explorer={explorer} />
        ))}
        <button type="button" class="button" aria-expanded={open} onClick={() => setOpen(!open)}>
          Lanes
        </button>
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

function Select({ choice, explorer }: { choice: Choice; explorer: Explorer }): JSX.Element {
  return (
    <select
      class="button"
      aria-label={choice.label}
      value={choice.value}
      onChange={({ currentTarget }) => explorer.set(choice.choose(currentTarget.value))}
    >
      {choice.options.map(({ value, label }) => (
        <option key={value} value={value} selected={value === choice.value}>
          {label}
        </option>
      ))}
    </select>
  );
}

/** Which device each lane runs, on which architecture. */
function Lanes({ explorer, catalogue }: Omit<Props, 'presets'>): JSX.Element {
  const { state } = explorer.context;
  const add = command('add-lane');
  const only = command('documented-only');
  return (
    <div class="lanes">
      {state.setup.lanes.map((_, index) => (
        <div class="lane" key={index} role="group" aria-label={`Lane ${index + 1}`}>
          {laneChoices(state, index, catalogue).map((choice) => (
            <Select key={choice.id} choice={choice} explorer={explorer} />
          ))}
          {state.setup.lanes.length > 1 && (
            <button
              type="button"
              class="button"
              aria-label={`Remove lane ${index + 1}`}
              onClick={() => explorer.set(removeLane(state, index))}
            >
              Remove
            </button>
          )}
        </div>
      ))}
      <div class="lane">
        {add.when(explorer.context) && (
          <button type="button" class="button" onClick={() => explorer.perform('add-lane')}>
            {add.label}
          </button>
        )}
        <label class="check">
          <input
            type="checkbox"
            checked={state.documentedOnly}
            onChange={() => explorer.perform('documented-only')}
          />
          {only.label}
        </label>
      </div>
    </div>
  );
}
