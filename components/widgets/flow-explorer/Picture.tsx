/** The chosen view of the runs, with the cursor in it. */
import type { JSX } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import { nameOf } from '#views/language/domains.ts';
import { Duel } from '#views/duel/Duel.tsx';
import { DomainLegend, MechanismLegend } from '#views/language/Legend.tsx';
import { type Point, useDragged } from '#components/widgets/kit/dragged.ts';
import type { Widget } from '#components/widgets/kit/use-widget.ts';
import { type Context, goTo } from './actions.ts';
import { isDoneAt, stepIndexAt } from './duel.ts';
import type { FlowExplorerProps } from './FlowExplorer.tsx';
import { Sequence, Silhouettes, StepTable, Timeline, Topology, TurnedLane } from './later.ts';
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
  const { view } = widget.situation.state;
  const { duel, lead, width, wide, documentedOnly } = scene;
  const lane = duel.lanes[lead];
  const cursor = scene.column < 0 ? undefined : scene.column;
  const own = scene.column < 0 ? undefined : stepIndexAt(duel, lead, scene.column);
  if (lane === undefined) return <p>No lane to show.</p>;
  if (view === 'timeline') {
    return (
      <Timeline lanes={duel.lanes} width={width} cursor={cursor} documentedOnly={documentedOnly} />
    );
  }
  if (view === 'topology') return <Machines widget={widget} scene={scene} />;
  if (view === 'sequence' || view === 'steps') {
    return (
      <>
        <LeadPicker widget={widget} scene={scene} />
        {view === 'sequence' ? (
          <Sequence lane={lane} width={width} cursor={own} documentedOnly={documentedOnly} />
        ) : (
          <div class="table">
            <StepTable lane={lane} cursor={own} documentedOnly={documentedOnly} />
          </div>
        )}
      </>
    );
  }
  return wide ? (
    <Waveform widget={widget} scene={scene} figure={figure} cursor={cursor} />
  ) : (
    <Turned widget={widget} scene={scene} cursor={cursor} />
  );
}

interface WaveformProps extends Props {
  readonly cursor: number | undefined;
}

/** The lying waveform; a finger or a mouse on it moves the cursor. */
function Waveform({ widget, scene, figure, cursor }: WaveformProps): JSX.Element {
  const { duel, width, lead } = scene;
  const area = useRef<HTMLDivElement>(null);
  // Worked out when the picture is first touched: most readers press buttons.
  const ruler = useMemo(() => onceAsked(() => rulerOf(duel, width)), [duel, width]);
  const legends = useMemo(
    () => [
      <DomainLegend lanes={duel.lanes} />,
      <MechanismLegend lanes={duel.lanes} columns={duel.columns} width={width} />,
    ],
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
          lanes={duel.lanes}
          columns={duel.columns}
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

/** Every lane's machine, each at its step. */
function Machines({ widget, scene }: Omit<Props, 'figure'>): JSX.Element {
  const { duel, width, column, lead } = scene;
  const lanes = duel.lanes.map((_, lane) => lane);
  const at = column < 0 ? undefined : lanes.map((lane) => stepIndexAt(duel, lane, column));
  return (
    <>
      <DomainLegend lanes={duel.lanes} />
      <Topology
        lanes={duel.lanes}
        width={width}
        at={at}
        done={lanes.map((lane) => isDoneAt(duel, lane, column))}
        selected={lanes.length > 1 ? lead : undefined}
        onSelect={
          lanes.length > 1
            ? (lane: number) => widget.set({ ...widget.situation.state, lead: lane })
            : undefined
        }
      />
    </>
  );
}

function onceAsked<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** The standing waveform: silhouettes are the tabs, the chosen lane is the list of its steps. */
function Turned({ widget, scene, cursor }: Omit<WaveformProps, 'figure'>): JSX.Element {
  const { duel, lead, width, documentedOnly } = scene;
  const lane = duel.lanes[lead];
  return (
    <>
      <DomainLegend lanes={duel.lanes} />
      <Silhouettes
        lanes={duel.lanes}
        columns={duel.columns}
        width={width}
        selected={lead}
        cursor={cursor}
        documentedOnly={documentedOnly}
        onSelect={(index: number) => widget.set({ ...widget.situation.state, lead: index })}
      />
      {lane && (
        <TurnedLane
          lane={lane}
          width={width}
          cursor={cursor === undefined ? undefined : stepIndexAt(duel, lead, cursor)}
          documentedOnly={documentedOnly}
        />
      )}
      <MechanismLegend lanes={duel.lanes} />
    </>
  );
}

/** Which lane a view of one lane shows. */
function LeadPicker({ widget, scene }: Omit<Props, 'figure'>): JSX.Element | null {
  if (scene.duel.lanes.length < 2) return null;
  return (
    <div class="leads" role="group" aria-label="Lane">
      {scene.duel.lanes.map((lane, index) => (
        <button
          key={index}
          type="button"
          class="button"
          aria-pressed={scene.lead === index}
          onClick={() => widget.set({ ...widget.situation.state, lead: index })}
        >
          {nameOf(lane)}
        </button>
      ))}
    </div>
  );
}
