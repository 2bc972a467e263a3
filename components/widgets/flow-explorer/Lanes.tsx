/** Which device each lane runs, on which architecture. Loaded when it is opened. */
import type { JSX } from 'preact';
import type { Catalogue } from './catalogue.ts';
import { actionIn } from '#components/widgets/kit/actions.ts';
import { Select } from '#components/widgets/kit/controls/Select.tsx';
import { Switch } from '#components/widgets/kit/controls/Switch.tsx';
import type { Widget } from '#components/widgets/kit/use-widget.ts';
import type { Lane } from '#views/lane/lane.ts';
import type { Context } from './actions.ts';
import { laneChoices, policyChoices, removeLane } from './lane-choices.ts';
import type { State } from './state.ts';

interface Props {
  readonly widget: Widget<Context, State>;
  readonly catalogue: Catalogue;
  /** The lanes that are shown, which say what their hosts could choose. */
  readonly lanes: readonly Lane[];
}

interface PolicyProps {
  readonly index: number;
  readonly widget: Props['widget'];
  /** The lane as it is shown, where it is. */
  readonly lane: Lane | undefined;
}

/** What the host of a lane is free to choose, below its machine. */
function PolicySelects({ index, widget, lane }: PolicyProps): JSX.Element | null {
  const choices = policyChoices(widget.situation.state, index, lane);
  if (choices.length === 0) return null;
  return (
    <div class="policies">
      {choices.map((choice) => (
        <Select key={choice.id} choice={choice} onChange={widget.set} />
      ))}
    </div>
  );
}

export function Lanes({ widget, catalogue, lanes }: Props): JSX.Element {
  const { state } = widget.situation;
  const add = actionIn(widget.actions, 'add-lane');
  const only = actionIn(widget.actions, 'documented-only');
  return (
    <div class="lanes">
      {state.setup.lanes.map((_, index) => (
        <div class="lane" key={index} role="group" aria-label={`Lane ${index + 1}`}>
          {laneChoices(state, index, catalogue).map((choice) => (
            <Select key={choice.id} choice={choice} onChange={widget.set} />
          ))}
          {state.setup.lanes.length > 1 && (
            <button
              type="button"
              class="button"
              aria-label={`Remove lane ${index + 1}`}
              onClick={() => widget.set(removeLane(state, index))}
            >
              Remove
            </button>
          )}
          <PolicySelects index={index} widget={widget} lane={lanes[index]} />
        </div>
      ))}
      <div class="lane">
        {add.when(widget.situation) && (
          <button type="button" class="button" onClick={() => widget.perform('add-lane')}>
            {add.label}
          </button>
        )}
        <Switch
          label={only.label}
          on={state.documentedOnly}
          onChange={() => widget.perform('documented-only')}
        />
      </div>
    </div>
  );
}
