/** A widget's life in the page: its state, what its actions make of it, its address, and what moves. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { actionForKey, actionIn, type Actions } from './actions.ts';
import type { Codec } from './address/address.ts';
import { type Playback, stepMs, type Stepper, ticked, tickMs } from './stepping.ts';

/** What every widget's state has beside its own. */
export interface WidgetState extends Playback {
  /** One line for the reader: what was replaced, or what was wrong with the address. */
  readonly notice: string | null;
}

/** What an action is given: the state, and whatever else the widget knows when it is asked. */
export interface Situation<S> {
  readonly state: S;
}

/** How the last change is shown. */
export interface Change {
  /** How long it takes to move in the picture; 0 where it jumps. */
  readonly travelMs: number;
  /** Whether the view of the reader follows it. */
  readonly followed: boolean;
}

/** A state that lives in the address too. */
export interface Linked<S extends WidgetState> {
  /** The widget's key in the address, and its anchor. */
  readonly id: string;
  /** The state as published. */
  readonly original: S;
  /** How its address is written; fetched when there is one to read or to write. */
  readonly codec: () => Promise<Codec<S>>;
}

/** Such a state now. */
export interface LinkedState<S extends WidgetState> extends Linked<S> {
  readonly state: S;
  /** Whether the address has been read; before, the state is the published one. */
  readonly ready: boolean;
  /** The state that the address asked for; null without one. */
  readonly asked: S | null;
  readonly setState: (state: S) => void;
}

export interface WidgetOptions<C extends Situation<S>, S extends WidgetState> {
  readonly linked: LinkedState<S>;
  readonly actions: Actions<C, S>;
  /** What actions are given now. */
  readonly situation: C;
  readonly stepper?: Stepper<C, S>;
  /** Whether it can be seen: play rests while it cannot. */
  readonly onScreen: boolean;
}

export interface Widget<C, S> {
  readonly situation: C;
  readonly actions: Actions<C, S>;
  /** A change that no action names, such as a choice or a drag. */
  readonly set: (state: S) => void;
  readonly perform: (id: string) => void;
  /** Performs the action of a key, if there is one now; whether there was. */
  readonly press: (key: string) => boolean;
  /** How the last change is shown. */
  readonly change: { readonly current: Change };
  /** The address of this state. Rejects where the code for it cannot be had. */
  readonly link: () => Promise<string>;
}

const jump: Change = { travelMs: 0, followed: false };

export function useWidget<C extends Situation<S>, S extends WidgetState>(
  options: WidgetOptions<C, S>,
): Widget<C, S> {
  const { linked, actions, situation, stepper, onScreen } = options;
  const { id, original, codec, state, setState } = linked;
  const touched = useRef(false);
  const change = useRef(jump);
  const latest = useRef(situation);
  latest.current = situation;

  const show = useCallback(
    (next: S, how: Change) => {
      touched.current = true;
      change.current = how;
      setState(next);
    },
    [setState],
  );
  const set = useCallback((next: S) => show(next, jump), [show]);
  const perform = useCallback(
    (name: string) => {
      const action = actionIn(actions, name);
      if (!action.when(latest.current)) return;
      const { travelMs = 0, followed = false } = action;
      show(action.apply(latest.current), onScreen ? { travelMs, followed } : jump);
    },
    [actions, onScreen, show],
  );
  const press = (key: string): boolean => {
    const action = actionForKey(actions, key, latest.current);
    if (action !== undefined) perform(action.id);
    return action !== undefined;
  };

  const written = async (): Promise<string | null> => addressOf(await codec(), state, original);
  useEffect(() => {
    if (!touched.current || state.playing) return undefined;
    let wanted = true;
    const write = async (): Promise<void> => {
      const [{ writeLate }, address] = await Promise.all([linking(), written()]);
      if (wanted) writeLate(id, address);
    };
    write().catch(() => {
      // Without the code for it the address stays as it was; "Copy link" says so.
    });
    return () => void (wanted = false);
  }, [id, state]);
  useEffect(() => {
    if (!state.playing || !onScreen || stepper === undefined) return undefined;
    const timer = setInterval(
      () => show(ticked(stepper, latest.current), { travelMs: stepMs, followed: true }),
      tickMs / state.speed,
    );
    return () => clearInterval(timer);
  }, [state.playing, state.speed, onScreen, stepper, show]);

  const link = async (): Promise<string> => (await linking()).linkTo(id, await written());
  return { situation, actions, set, perform, press, change, link };
}

const linking = () => import('./address/link.ts');

function addressOf<S>(codec: Codec<S>, state: S, original: S): string | null {
  const written = codec.encode(state);
  return written === codec.encode(original) ? null : written;
}

const unreadable =
  'What this address asks for could not be loaded, so this is shown as published. Reload the page to try again.';

/** The state of a widget: as published, then as the address asks. */
export function useLinkedState<S extends WidgetState>(link: Linked<S>): LinkedState<S> {
  const { id, original, codec } = link;
  const [state, setState] = useState<S | null>(null);
  const [asked, setAsked] = useState<S | null>(null);
  useEffect(() => {
    if (!location.search.includes(id)) return setState(original);
    const read = async (): Promise<void> => {
      const [{ askedOf }, own] = await Promise.all([linking(), codec()]);
      const found = askedOf(location.search, id, own);
      setAsked(found.kind === 'state' ? found.state : null);
      if (found.kind === 'state') setState(found.state);
      else setState({ ...original, notice: found.kind === 'unusable' ? found.notice : null });
    };
    read().catch(() => setState({ ...original, notice: unreadable }));
    return undefined;
  }, [id, original]);
  return { ...link, state: state ?? original, ready: state !== null, asked, setState };
}
