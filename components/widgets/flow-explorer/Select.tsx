/** One choice as a list. */
import type { JSX } from 'preact';
import type { Choice, Option } from './choices.ts';
import type { Explorer } from './use-explorer.ts';

export function Select({ choice, explorer }: { choice: Choice; explorer: Explorer }): JSX.Element {
  return (
    <select
      class="button"
      aria-label={choice.label}
      value={choice.value}
      onChange={({ currentTarget }) => explorer.set(choice.choose(currentTarget.value))}
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
}

/** The options in groups, in the order of the list; those without a group stand as they are. */
function groupsOf(
  options: readonly Option[],
): readonly (readonly [group: string | undefined, options: readonly Option[]])[] {
  const names = [...new Set(options.map(({ group }) => group))];
  return names.map((name) => [name, options.filter(({ group }) => group === name)]);
}
