/** The explorer's life in the page: state, runs, address, play. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type Setup, setupKey } from '#engine/vocabulary/setup.ts';
import { encode, fromQuery, missingStep, withQuery } from './address.ts';
import type { Catalogue } from './catalogue.ts';
import { command, type CommandId, type Context, perform, stepMs, tick } from './commands.ts';
import { lanesOf, offerPublished, type Publication } from './compute.ts';
import { type Duel, duelOf } from './duel.ts';
import { initialState, type State } from './state.ts';

export interface Explorer {
  readonly context: Context;
  /** The last picture there is, perhaps of an older setup; null until the first is computed. */
  readonly shown: Duel | null;
  readonly set: (state: State) => void;
  readonly perform: (id: CommandId) => void;
  /** How long the last change takes to move in the picture; 0 where it jumps. */
  readonly travelMs: { readonly current: number };
  /** Whether the last change was a step, which the view of the reader follows; a scrub it does not. */
  readonly follow: { readonly current: boolean };
}

interface Options {
  /** The figure's key in the address. */
  readonly id: string;
  readonly setup: Setup;
  /** The runs of that setup. */
  readonly published: Publication;
  readonly catalogue: Catalogue;
  /** Whether the figure is on the screen: play rests while it is not. */
  readonly onScreen: boolean;
  readonly oneLane: (state: State) => boolean;
  /** Works out what drawing new runs will ask for, so that drawing them is a shorter task. */
  readonly prepare: (duel: Duel) => void;
}

const tickMs = 900;

export function useExplorer(options: Options): Explorer {
  const { id, setup, published, catalogue, onScreen, oneLane } = options;
  const original = useMemo(() => initialState(setup), [setup]);
  useEffect(() => offerPublished(published, setup), [published, setup]);
  const { state, setState, linked } = useLinkedState(id, original, catalogue);
  const touched = useRef(false);
  const travelMs = useRef(0);
  const follow = useRef(false);
  const set = useCallback((next: State) => {
    touched.current = true;
    travelMs.current = 0;
    follow.current = false;
    setState(next);
  }, []);

  const { shown, problem } = useDuel(state, options.prepare);
  const duel = state !== null && shown?.key === keyOf(state) ? shown : null;
  const current = state ?? original;
  const context: Context = { state: current, duel, oneLane: oneLane(current) };
  const latest = useRef(context);
  latest.current = context;

  useEffect(() => {
    if (problem !== null) setState({ ...latest.current.state, notice: problem });
  }, [problem]);
  useEffect(() => {
    if (duel === null || linked.current === null) return;
    const notice = missingStep(duel, linked.current);
    linked.current = null;
    if (notice !== null) setState({ ...original, notice });
  }, [duel]);
  useEffect(() => {
    if (touched.current && !current.playing) writeAddress(id, current, original);
  }, [id, current, original]);
  useEffect(() => {
    if (!current.playing || !onScreen) return undefined;
    const timer = setInterval(() => {
      travelMs.current = stepMs;
      follow.current = true;
      setState(tick(latest.current));
    }, tickMs / current.speed);
    return () => clearInterval(timer);
  }, [current.playing, current.speed, onScreen]);

  const give = useCallback(
    (id: CommandId) => {
      set(perform(id, latest.current));
      travelMs.current = onScreen ? (command(id).travelMs ?? 0) : 0;
      follow.current = onScreen;
    },
    [set, onScreen],
  );
  return { context, shown, set, perform: give, travelMs, follow };
}

/** The state, null until the address is read, and the step that the address asks for until it is looked up. */
function useLinkedState(id: string, original: State, catalogue: Catalogue) {
  const [state, setState] = useState<State | null>(null);
  const linked = useRef<string | null>(null);
  useEffect(() => {
    const asked = { ...original, ...fromQuery(location.search, id, catalogue) };
    linked.current = asked.cursor;
    setState(asked);
  }, [id, original, catalogue]);
  return { state, setState, linked };
}

/** Computes the runs of the state's setup; until they are there the older ones stay. */
function useDuel(state: State | null, prepare: Options['prepare']) {
  const preparing = useRef(prepare);
  preparing.current = prepare;
  const [shown, setShown] = useState<Duel | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const key = state === null ? null : keyOf(state);
  useEffect(() => {
    if (state === null || key === null) return undefined;
    let current = true;
    const { setup } = state;
    const show = async (): Promise<void> => {
      const lanes = await lanesOf(setup);
      await idle(); // reading the runs was one task, what follows are others
      if (!current) return;
      const duel = duelOf(key, lanes);
      await idle();
      if (!current) return;
      preparing.current(duel);
      await idle();
      if (current) setShown(duel);
    };
    show().catch((error: Error) => {
      if (current) setProblem(`This could not be run: ${error.message}.`);
    });
    return () => {
      current = false;
    };
  }, [key]);
  return { shown, problem };
}

/** Lets the page do what is waiting. */
const idle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

const keyOf = ({ setup }: State): string => setupKey(setup);

function writeAddress(id: string, state: State, original: State): void {
  const written = encode(state);
  const value = written === encode(original) ? null : written;
  const address = location.pathname + withQuery(location.search, id, value) + location.hash;
  history.replaceState(history.state, '', address);
}
