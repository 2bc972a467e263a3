/** A choice from a list, as data: what a select or tabs show. */
export interface Option {
  readonly value: string;
  readonly label: string;
  /** Options with one name stand together under it. */
  readonly group?: string;
}

export interface Choice<S> {
  readonly id: string;
  /** What is chosen, for those who do not see where the control stands. */
  readonly label: string;
  readonly options: readonly Option[];
  readonly value: string;
  /** The state with another value. */
  readonly choose: (value: string) => S;
}

/** The options in groups, in the order of the list; those without a group stand as they are. */
export function groupsOf(
  options: readonly Option[],
): readonly (readonly [group: string | undefined, options: readonly Option[]])[] {
  const names = [...new Set(options.map(({ group }) => group))];
  return names.map((name) => [name, options.filter(({ group }) => group === name)]);
}

/** A choice among named values: `choiceOf('Device', { e1000: 'Intel 82545EM' }, 'e1000', (device) => ...)`. */
export const choiceOf = <V extends string, S>(
  label: string,
  names: Readonly<Record<V, string>>,
  value: V,
  choose: (value: V) => S,
): Choice<S> => ({
  id: label,
  label,
  options: (Object.entries(names) as [V, string][]).map(([each, name]) => ({
    value: each,
    label: name,
  })),
  value,
  choose: (each) => choose(each as V),
});
