/** The explorer's life in the page: what the kit gives every widget, and the runs of the state's setup. */
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { type Setup, setupKey } from '#engine/vocabulary/setup.ts';
import { useAnswer } from '#components/widgets/kit/use-answer.ts';
import { useLinkedState, useWidget, type Widget } from '#components/widgets/kit/use-widget.ts';
import { actions, type Context, stepper } from './actions.ts';
import type { Catalogue } from './catalogue.ts';
import { gettingDuel, offerPublished, type Published } from './compute.ts';
import { type Duel, isColumn } from './duel.ts';
import { initialState, type State } from './state.ts';

export interface Explorer {
  readonly widget: Widget<Context, State>;
  /** Whether the address has been read. */
  readonly ready: boolean;
  /** The last picture there is, perhaps of an older setup; null until the first is computed. */
  readonly shown: Duel | null;
  /** Why the state's setup could not be run, as a clause. */
  readonly problem: string | null;
  readonly again: () => void;
}

interface Options {
  /** The figure's key in the address. */
  readonly id: string;
  readonly setup: Setup;
  /** Where the book has the runs of that setup, and which ones they are. */
  readonly published: Published;
  readonly catalogue: Catalogue;
  /** Whether the figure is on the screen: play rests while it is not. */
  readonly onScreen: boolean;
  readonly oneLane: (state: State) => boolean;
  /** Works out what drawing new runs will ask for, so that drawing them is a shorter task. */
  readonly prepare: (duel: Duel) => void;
}

export function useExplorer(options: Options): Explorer {
  const { id, setup, published, catalogue, onScreen, oneLane, prepare } = options;
  const original = useMemo(() => initialState(setup), [setup]);
  const codec = async () => (await import('./address.ts')).stateCodec(catalogue);
  useEffect(() => offerPublished(published, setup), [published, setup]);
  const linked = useLinkedState({ id, original, codec });
  const { state, ready, asked, setState } = linked;
  const key = ready ? setupKey(state.setup) : null;
  const { current, shown, problem, again } = useAnswer(key, () =>
    gettingDuel(state.setup, prepare),
  );
  const situation: Context = { state, duel: current, oneLane: oneLane(state) };
  const widget = useWidget({ linked, actions, situation, stepper, onScreen });

  // What the address asks for and the runs do not have can be told only when they are there.
  const looked = useRef(false);
  useEffect(() => {
    if (current === null || looked.current) return;
    looked.current = true;
    const name = asked?.cursor;
    if (name === undefined || name === null || isColumn(current, name)) return;
    void (async () => {
      const { missingStep } = await import('./address.ts');
      setState({ ...original, notice: missingStep(current, name) });
    })();
  }, [current]);
  return { widget, ready, shown, problem, again };
}
