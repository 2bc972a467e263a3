/** The keys of a widget, from the table of its actions. */
import type { JSX } from 'preact';
import { type Actions, keysOf } from './actions.ts';

interface KeysProps<C, S> {
  readonly actions: Actions<C, S>;
}

export const KeyList = <C, S>({ actions }: KeysProps<C, S>): JSX.Element => (
  <dl class="key-list">
    {keysOf(actions).map(({ key, does }) => (
      <div key={key}>
        <dt>
          <kbd>{key}</kbd>
        </dt>
        <dd>{does}</dd>
      </div>
    ))}
  </dl>
);

export const Help = <C, S>({ actions }: KeysProps<C, S>): JSX.Element => (
  <details class="keys">
    <summary>Keys</summary>
    <KeyList actions={actions} />
    <p>They work while the focus is inside the figure.</p>
  </details>
);
