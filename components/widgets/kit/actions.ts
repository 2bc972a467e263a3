/**
 * What a reader can do, as a table: controls, keys, help and tests read the same rows. An action is pure: it makes the
 * next state from the situation it is given in.
 */

export interface Action<Situation, State> {
  readonly id: string;
  /** What a button says. */
  readonly label: string;
  /** Key while the focus is inside the widget, as `KeyboardEvent.key` names it. */
  readonly key?: string;
  /** What it does, for the help; a verb and its object. */
  readonly does?: string;
  /** How long what it changes takes to move; without it the picture jumps. */
  readonly travelMs?: number;
  /** Whether the view of the reader follows what it changes. */
  readonly followed?: boolean;
  readonly when: (situation: Situation) => boolean;
  readonly apply: (situation: Situation) => State;
}

/** Any of a widget's actions. */
export type Actions<Situation, State> = readonly Action<Situation, State>[];

/** The action of a key, if it can be done now. */
export const actionForKey = <C, S>(
  actions: Actions<C, S>,
  key: string,
  situation: C,
): Action<C, S> | undefined =>
  actions.find((action) => action.key === key && action.when(situation));

/** The action with an id; throws for one that the table does not have. */
export function actionIn<C, S>(actions: Actions<C, S>, id: string): Action<C, S> {
  const found = actions.find((action) => action.id === id);
  if (found !== undefined) return found;
  throw new RangeError(
    `no action '${id}': there are ${actions.map((action) => action.id).join(', ')}`,
  );
}

/** The state after an action; undefined where it cannot be done now. */
export function performed<C, S>(actions: Actions<C, S>, id: string, situation: C): S | undefined {
  const action = actionIn(actions, id);
  return action.when(situation) ? action.apply(situation) : undefined;
}

/** A key as a reader knows it. */
export const keyName = (key: string): string => keyNames[key] ?? key;

const keyNames: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  PageUp: 'Page Up',
  PageDown: 'Page Down',
  Escape: 'Esc',
  ' ': 'Space',
};

/** Keys and what they do, in the order of the table. */
export const keysOf = <C, S>(
  actions: Actions<C, S>,
): readonly { readonly key: string; readonly does: string }[] =>
  actions.flatMap(({ key, label, does = label }) =>
    key === undefined ? [] : [{ key: keyName(key), does }],
  );
