/** The verbs at hand: a bar that stays in view while the figure is, with where the cursor stands and what happens. */
import type { JSX } from 'preact';
import { Verb } from './controls/Verb.tsx';
import { Scrub, type ScrubMarks } from './Scrub.tsx';
import type { Playback, Walk } from './stepping.ts';
import type { Situation, Widget, WidgetState } from './use-widget.ts';
import { Words } from './Words.tsx';

interface DockProps<C extends Situation<S>, S extends WidgetState & Playback> {
  readonly widget: Widget<C, S>;
  /** What is walked through, such as "the flow". */
  readonly through: string;
  readonly walk: Walk;
  /** Where the cursor stands, in a few words. */
  readonly where: string;
  /** The sentence of that place; '' without one. */
  readonly sentence: string;
  readonly marks?: ScrubMarks | undefined;
  readonly goTo: (place: number | null) => void;
}

export function Dock<C extends Situation<S>, S extends WidgetState>(
  props: DockProps<C, S>,
): JSX.Element {
  const { widget, through, walk, where, sentence } = props;
  const { state } = widget.situation;
  const jumps = widget.actions.some(({ id }) => id === 'next-landmark');
  return (
    <div class="dock" role="group" aria-label={`Step through ${through}`}>
      <div class="at-hand">
        <span class="where">
          <Words>{where}</Words>
        </span>
        <span class="now">
          <Words>{sentence}</Words>
        </span>
        <div class="verbs">
          <Verb id="back" widget={widget} icon="◀" hideLabel />
          <Verb id="forward" widget={widget} icon="▶" primary />
          {jumps && <Verb id="next-landmark" widget={widget} icon="⇥" />}
          <Verb id={state.playing ? 'pause' : 'play'} widget={widget} />
        </div>
      </div>
      <div class="transport">
        <button
          type="button"
          class="button speed"
          aria-label={`Speed ${state.speed} times`}
          onClick={() => widget.perform('speed')}
        >
          <Words>{`${state.speed}×`}</Words>
        </button>
        <Scrub {...props} />
        {walk.at >= 0 && <Verb id="clear" widget={widget} />}
      </div>
    </div>
  );
}
