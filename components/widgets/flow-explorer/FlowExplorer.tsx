/**
 * The explorer in the page. Until its first runs are computed it is the built picture, untouched; then controls
 * appear, and the same views draw what the reader asks for.
 */
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Setup } from '#engine/vocabulary/setup.ts';
import { duelLayout } from '#views/duel/duel.ts';
import type { Catalogue } from './catalogue.ts';
import type { Preset } from './choices.ts';
import { commandForKey } from './commands.ts';
import type { Publication } from './compute.ts';
import { Controls } from './Controls.tsx';
import { Silhouettes, TurnedLane } from './later.tsx';
import { Stage } from './Stage.tsx';
import type { State, View } from './state.ts';
import { useExplorer } from './use-explorer.ts';
import { printedWidth, usePrinting } from './use-printing.ts';

export interface FlowExplorerProps {
  /** Id of the figure: its anchor, and its key in the address. */
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  readonly setup: Setup;
  /** The runs of that setup. */
  readonly published: Publication;
  readonly presets: readonly Preset[];
  readonly catalogue: Catalogue;
  /** The built picture. */
  readonly children?: ComponentChildren;
}

const oneLaneViews: ReadonlySet<View> = new Set(['sequence', 'steps']);

/** From here the waveform lies; below it stands. */
export const wideFrom = 720;

export default function FlowExplorer(props: FlowExplorerProps): JSX.Element {
  const root = useRef<HTMLDivElement>(null);
  const printing = usePrinting();
  const measured = useWidth(root);
  const width = printing ? printedWidth : measured;
  const onScreen = useOnScreen(root);
  const wide = width >= wideFrom;
  const explorer = useExplorer({
    ...props,
    onScreen,
    prepare: ({ lanes, columns }) => {
      if (wide) duelLayout(lanes, { width, columns });
    },
    oneLane: ({ view }: State) => view !== 'topology' && (!wide || oneLaneViews.has(view)),
  });
  const { context, shown } = explorer;
  const ready = useReady(width > 0, wide);
  const live = ready && shown !== null && width > 0;

  const onKeyDown = (event: KeyboardEvent): void => {
    const { target, altKey, ctrlKey, metaKey, shiftKey } = event;
    if (altKey || ctrlKey || metaKey || shiftKey || takesKeys(target)) return;
    if (event.key === 'Escape' && document.fullscreenElement !== null) {
      void document.exitFullscreen();
      return;
    }
    const command = commandForKey(event.key, context);
    if (command === undefined) return;
    event.preventDefault();
    explorer.perform(command.id);
  };

  return (
    <div class="flow-explorer" ref={root} onKeyDown={live ? onKeyDown : undefined}>
      {live ? (
        <>
          <Controls {...props} explorer={explorer} wide={wide} />
          <Stage
            {...props}
            explorer={explorer}
            duel={shown}
            width={width}
            wide={wide}
            printing={printing}
          />
        </>
      ) : (
        props.children
      )}
    </div>
  );
}

/** Lists and text fields keep their keys. */
const takesKeys = (target: EventTarget | null): boolean =>
  target instanceof HTMLSelectElement ||
  (target instanceof HTMLInputElement && target.type !== 'range' && target.type !== 'checkbox');

/** Whether a picture can take the place of the built one at once: the standing one is loaded before. */
function useReady(measured: boolean, wide: boolean): boolean {
  const [ready, setReady] = useState(false);
  useEffect(() => {
    if (measured && !wide)
      void Promise.all([Silhouettes.load(), TurnedLane.load()]).then(() => setReady(true));
  }, [measured, wide]);
  return ready || wide;
}

function useWidth(root: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = root.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setWidth(Math.floor(element.clientWidth)));
    observer.observe(element);
    return () => observer.disconnect();
  }, [root]);
  return width;
}

function useOnScreen(root: { readonly current: HTMLElement | null }): boolean {
  const [inView, setInView] = useState(true);
  const [visible, setVisible] = useState(true);
  useEffect(() => {
    const element = root.current;
    if (element === null) return undefined;
    const observer = new IntersectionObserver((entries) =>
      setInView(entries.some(({ isIntersecting }) => isIntersecting)),
    );
    const onChange = (): void => setVisible(document.visibilityState === 'visible');
    observer.observe(element);
    document.addEventListener('visibilitychange', onChange);
    return () => {
      observer.disconnect();
      document.removeEventListener('visibilitychange', onChange);
    };
  }, [root]);
  return inView && visible;
}
