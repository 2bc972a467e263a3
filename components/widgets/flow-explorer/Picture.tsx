/** The chosen view of the runs, with the cursor in it. */
import type { JSX } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import { type Point, useDragged } from '#components/widgets/kit/dragged.ts';
import type { Widget } from '#components/widgets/kit/use-widget.ts';
import { Duel } from '#views/duel/Duel.tsx';
import { DomainLegend, MechanismLegend } from '#views/duel/Legends.tsx';
import { type Context, goTo } from './actions.ts';
import type { FlowExplorerProps } from './FlowExplorer.tsx';
import { OtherView } from './later.ts';
import { columnAtX, laneAtY, rulerOf } from './scrub.ts';
import { numberAt, sentenceAt } from './saying.ts';
import type { Scene } from './Stage.tsx';
import type { State } from './state.ts';

interface Props {
  readonly widget: Widget<Context, State>;
  readonly scene: Scene;
  readonly figure: Pick<FlowExplorerProps, 'id'>;
}

export function Picture({ widget, scene, figure }: Props): JSX.Element {
  const { state } = widget.situation;
  const { view } = state;
  if (view === 'waveform' && scene.wide)
    return <Waveform widget={widget} scene={scene} figure={figure} />;
  const choose = (lead: number): void => widget.set({ ...state, lead });
  return <OtherView key={view} view={view} scene={scene} choose={choose} />;
}

/** The lying waveform; a finger or a mouse on it moves the cursor. */
function Waveform({ widget, scene, figure }: Props): JSX.Element {
  const { duel, width, lead } = scene;
  const cursor = scene.column < 0 ? undefined : scene.column;
  const area = useRef<HTMLDivElement>(null);
  // Worked out when the picture is first touched: most readers press buttons.
  const ruler = useMemo(() => onceAsked(() => rulerOf(duel, width)), [duel, width]);
  const legends = useMemo(
    () => [<DomainLegend lanes={duel.lanes} />, <MechanismLegend duel={duel} width={width} />],
    [duel, width],
  );
  const inPicture = ({ x, y }: Point): Point => ({ x: x * ruler().width, y: y * ruler().height });
  const dragged = useDragged(area, {
    axis: 'x',
    labelledBy: `${figure.id}-wide-title`,
    describedBy: `${figure.id}-wide-desc`,
    at: numberAt(scene),
    count: (duel.lanes[lead]?.path.length ?? 0) + 1,
    text: cursor === undefined ? 'the whole picture' : sentenceAt(scene),
    // The keys are those of the whole figure.
    keys: false,
    placeAt: (share) => columnAtX(ruler(), inPicture(share).x),
    choose: (column, pointer) => {
      if (widget.situation.duel === null) return;
      const state = goTo(widget.situation, column);
      const isDown = pointer?.isDown === true;
      const nearest = isDown ? laneAtY(ruler(), inPicture(pointer.share).y) : state.lead;
      widget.set({ ...state, lead: nearest, playing: false });
    },
  });
  return (
    <>
      {legends[0]}
      <div class="scrubbed" ref={area} {...dragged}>
        <Duel
          duel={duel}
          width={width}
          cursor={cursor}
          documentedOnly={scene.documentedOnly}
          number={numberAt(scene)}
          idPrefix={`${figure.id}-wide`}
        />
      </div>
      {legends[1]}
    </>
  );
}

function onceAsked<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
