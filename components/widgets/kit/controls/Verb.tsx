/** An action as a button; without its moment it stays where it is, so that fingers find it again. */
import type { JSX } from 'preact';
import { actionIn, keyName } from '../actions.ts';
import type { Situation, Widget, WidgetState } from '../use-widget.ts';

interface VerbProps<C extends Situation<S>, S extends WidgetState> {
  readonly id: string;
  readonly widget: Widget<C, S>;
  readonly icon?: string;
  /** The one action that leads on. */
  readonly primary?: boolean;
  readonly hideLabel?: boolean;
  /** What it says where that hangs on the state. */
  readonly label?: string;
}

export function Verb<C extends Situation<S>, S extends WidgetState>(
  props: VerbProps<C, S>,
): JSX.Element {
  const { id, widget, icon, primary, hideLabel } = props;
  const action = actionIn(widget.actions, id);
  const label = props.label ?? action.label;
  return (
    <button
      type="button"
      class={`button verb ${id}${primary ? ' primary' : ''}`}
      aria-disabled={!action.when(widget.situation)}
      aria-label={label}
      aria-keyshortcuts={action.key}
      title={action.key === undefined ? undefined : `${label} (${keyName(action.key)})`}
      onClick={() => widget.perform(id)}
    >
      {!hideLabel && <span class="label">{label}</span>}
      {icon !== undefined && (
        <span class="icon" aria-hidden="true">
          {icon}
        </span>
      )}
    </button>
  );
}
