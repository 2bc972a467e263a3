/**
 * The explorer in the page. Until its first runs are there it is the built picture, untouched; then controls appear,
 * and the same views draw what the reader asks for.
 */
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Setup } from '#engine/vocabulary/setup.ts';
import { Frame } from '#components/widgets/kit/Frame.tsx';
import { useOnScreen } from '#components/widgets/kit/page/use-on-screen.ts';
import { printedWidth, usePrinting } from '#components/widgets/kit/page/use-printing.ts';
import { useWidth } from '#components/widgets/kit/page/use-width.ts';
import { useSaid } from '#components/widgets/kit/use-said.ts';
import { duelLayout } from '#views/duel/duel.ts';
import type { Catalogue } from './catalogue.ts';
import type { Preset } from './choices.ts';
import type { Published } from './compute.ts';
import { Controls } from './Controls.tsx';
import { OtherView, Silhouettes, TurnedLane } from './later.ts';
import { sentenceAt } from './saying.ts';
import { sceneOf, Stage } from './Stage.tsx';
import type { State, View } from './state.ts';
import { useExplorer } from './use-explorer.ts';

export interface FlowExplorerProps {
  /** Id of the figure: its anchor, and its key in the address. */
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  readonly setup: Setup;
  /** Where the book has the runs of that setup, and which ones they are. */
  readonly published: Published;
  readonly presets: readonly Preset[];
  readonly catalogue: Catalogue;
  /** The built picture. */
  readonly children?: ComponentChildren;
}

const oneLaneViews: ReadonlySet<View> = new Set(['sequence', 'steps']);

/** From here the waveform lies; below it stands. */
const wideFrom = 720;

export default function FlowExplorer(props: FlowExplorerProps): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const printing = usePrinting();
  const measured = useWidth(place);
  const width = printing ? printedWidth : measured;
  const onScreen = useOnScreen(place);
  const wide = width >= wideFrom;
  const explorer = useExplorer({
    ...props,
    onScreen,
    prepare: (duel) => {
      if (wide) duelLayout(duel, width);
    },
    oneLane: ({ view }: State) => view !== 'topology' && (!wide || oneLaneViews.has(view)),
  });
  const { widget, shown } = explorer;
  const { state } = widget.situation;
  const [said, say] = useSaid(state);
  const ready = useReady(width > 0, wide);
  const live = ready && explorer.ready && shown !== null && width > 0;
  const scene = live ? sceneOf(shown, state, { width, wide, printing }) : null;
  return (
    <Frame
      widget={widget}
      place={place}
      live={live}
      built={props.children}
      said={said || (scene === null || state.playing ? '' : sentenceAt(scene))}
    >
      {() =>
        scene !== null && (
          <>
            <Controls {...props} explorer={explorer} wide={wide} />
            <Stage
              figure={props}
              widget={widget}
              scene={scene}
              printing={printing}
              say={say}
              said={said}
            />
          </>
        )
      }
    </Frame>
  );
}

/** Whether a picture can take the place of the built one at once: the standing one is loaded before. */
function useReady(measured: boolean, wide: boolean): boolean {
  const [ready, setReady] = useState(false);
  useEffect(() => {
    if (measured && !wide)
      void Promise.all([OtherView, Silhouettes, TurnedLane].map(({ load }) => load())).then(() =>
        setReady(true),
      );
  }, [measured, wide]);
  return ready || wide;
}
