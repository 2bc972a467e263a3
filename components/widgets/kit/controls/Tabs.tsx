/** One choice as a row of words, of which one is chosen: what is seen below them. */
import type { JSX } from 'preact';
import type { Choice } from './choice.ts';

interface TabsProps<S> {
  readonly choice: Choice<S>;
  readonly onChange: (state: S) => void;
}

export const Tabs = <S,>({ choice, onChange }: TabsProps<S>): JSX.Element => (
  <div class="views" role="group" aria-label={choice.label}>
    {choice.options.map(({ value, label }) => (
      <button
        key={value}
        type="button"
        class="tab"
        aria-pressed={value === choice.value}
        onClick={() => onChange(choice.choose(value))}
      >
        {label}
      </button>
    ))}
  </div>
);
