/** One choice as a list. */
import type { JSX } from 'preact';
import { type Choice, groupsOf } from './choice.ts';

interface SelectProps<S> {
  readonly choice: Choice<S>;
  readonly onChange: (state: S) => void;
}

export const Select = <S,>({ choice, onChange }: SelectProps<S>): JSX.Element => (
  <select
    class="button"
    aria-label={choice.label}
    value={choice.value}
    onChange={({ currentTarget }) => onChange(choice.choose(currentTarget.value))}
  >
    {groupsOf(choice.options).map(([group, options]) => {
      const all = options.map(({ value, label }) => (
        <option key={value} value={value} selected={value === choice.value}>
          {label}
        </option>
      ));
      return group === undefined ? (
        all
      ) : (
        <optgroup key={group} label={group}>
          {all}
        </optgroup>
      );
    })}
  </select>
);
