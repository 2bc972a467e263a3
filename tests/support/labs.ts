/** What every lab holds, whatever its idea: walked by random actions and choices, on runs that are really computed. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { actionsOf, type LabModel, type LabSituation } from '#components/widgets/kit/lab.tsx';
import { answerNow } from '#components/widgets/kit/runner/built.ts';
import type { WidgetState } from '#components/widgets/kit/use-widget.ts';

type Whole<S, A> = LabSituation<S, A> & { readonly data: A };

/** A state with what the runner answers for it. */
export const situationAt = <S extends WidgetState, A>(
  model: LabModel<S, A>,
  state: S,
): Whole<S, A> => ({ state, data: answerNow(model.ask(state)) });

/** Every state that actions and choices lead to has an address that leads back, words, and keys that do one thing. */
export function holdsAsLab<S extends WidgetState, A>(model: LabModel<S, A>): void {
  const actions = actionsOf(model);
  const keys = actions.flatMap(({ key }) => key ?? []);
  expect(new Set(keys).size, 'a key is one action').toBe(keys.length);
  expect(new Set(actions.map(({ id }) => id)).size, 'an id is one action').toBe(actions.length);
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 12 }), (picks) => {
      const end = picks.reduce(
        (at, pick) => after(model, at, pick),
        situationAt(model, model.original),
      );
      hasAddress(model, end.state);
      hasWords(model, end);
    }),
    { numRuns: 40 },
  );
}

/** The situation after one of the things that a reader can do in another. */
function after<S extends WidgetState, A>(
  model: LabModel<S, A>,
  situation: Whole<S, A>,
  pick: number,
): Whole<S, A> {
  const done = actionsOf(model)
    .filter(({ when }) => when(situation))
    .map(
      ({ apply }) =>
        () =>
          apply(situation),
    );
  const chosen = (model.choices?.(situation) ?? []).flatMap(({ options, choose }) =>
    options.map(
      ({ value }) =>
        () =>
          choose(value),
    ),
  );
  const all = [...done, ...chosen];
  const change = all[pick % all.length];
  return change === undefined ? situation : situationAt(model, change());
}

function hasAddress<S extends WidgetState, A>({ codec, original }: LabModel<S, A>, state: S): void {
  const text = codec.encode(state);
  expect(new URLSearchParams(`x=${text}`).get('x')).toBe(text);
  const { playing, speed, notice } = original;
  expect(codec.decode(text)).toEqual({ ...state, playing, speed, notice });
}

function hasWords<S extends WidgetState, A>(model: LabModel<S, A>, situation: Whole<S, A>): void {
  const { state } = situation;
  const said = [model.title(state), model.where(situation), model.caption(situation)];
  for (const words of [...said, model.sentence(situation)])
    expect(words).not.toMatch(/undefined|null|NaN|\[object/);
  for (const words of said) expect(words.trim()).not.toBe('');
}
