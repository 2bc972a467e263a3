/** One choice as a list. */
import type { JSX } from 'preact';
import type { Choice } from './choices.ts';
import type { Explorer } from './use-explorer.ts';

export function Select({ choice, explorer }: { choice: Choice; explorer: Explorer }): JSX.Element {
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
