/** The keys of a widget, from the table of its actions. */
import type { JSX } from 'preact';
import { type Actions, keysOf } from './actions.ts';

export const Help = <C, S>({ actions }: { readonly actions: Actions<C, S> }): JSX.Element => (
  <details class="keys">
    <summary>Keys</summary>
    <dl>
      {keysOf(actions).map(({ key, does }) => (
        <div key={key}>
          <dt>
            <kbd>{key}</kbd>
          </dt>
          <dd>{does}</dd>
        </div>
      ))}
    </dl>
    <p>They work while the focus is inside the figure.</p>
  </details>
);
