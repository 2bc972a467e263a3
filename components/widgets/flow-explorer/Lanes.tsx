/** Which device each lane runs, on which architecture. Loaded when it is opened. */
import type { JSX } from 'preact';
import type { Catalogue } from './catalogue.ts';
import { laneChoices } from './choices.ts';
import { command } from './commands.ts';
import { Select } from './Select.tsx';
import { removeLane } from './state.ts';
import type { Explorer } from './use-explorer.ts';

interface Props {
  readonly explorer: Explorer;
  readonly catalogue: Catalogue;
}

export function Lanes({ explorer, catalogue }: Props): JSX.Element {
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
