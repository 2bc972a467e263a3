/** The chosen view of the runs, with the cursor in it. */
import type { JSX } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import { nameOf } from '#views/language/domains.ts';
import { Duel } from '#views/duel/Duel.tsx';
import { DomainLegend, MechanismLegend } from '#views/language/Legend.tsx';
import { goTo } from './commands.ts';
import { isDoneAt, stepIndexAt } from './duel.ts';
import type { FlowExplorerProps } from './FlowExplorer.tsx';
import { Sequence, Silhouettes, StepTable, Timeline, Topology, TurnedLane } from './later.tsx';
import { columnAtX, laneAtY, rulerOf } from './scrub.ts';
import { numberAt, sentenceAt } from './saying.ts';
import type { Scene } from './Stage.tsx';
import { useDrag } from './use-drag.ts';
import type { Explorer } from './use-explorer.ts';

interface Props {
  readonly explorer: Explorer;
  readonly scene: Scene;
  readonly figure: Pick<FlowExplorerProps, 'id'>;
}

export function Picture({ explorer, scene, figure }: Props): JSX.Element {
  const { view } = explorer.context.state;
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
  if (view === 'topology') return <Machines explorer={explorer} scene={scene} />;
  if (view === 'sequence' || view === 'steps') {
    return (
      <>
        <LeadPicker explorer={explorer} scene={scene} />
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
    <Waveform explorer={explorer} scene={scene} figure={figure} cursor={cursor} />
  ) : (
    <Turned explorer={explorer} scene={scene} cursor={cursor} />
  );
}

interface WaveformProps extends Props {
  readonly cursor: number | undefined;
}

/** The lying waveform; a finger or a mouse on it moves the cursor. */
function Waveform({ explorer, scene, figure, cursor }: WaveformProps): JSX.Element {
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
  const point = (event: PointerEvent, lane: boolean): void => {
    const box = area.current?.querySelector('svg')?.getBoundingClientRect();
    if (box === undefined || explorer.context.duel === null) return;
    const scale = ruler().width / box.width;
    const state = goTo(explorer.context, columnAtX(ruler(), (event.clientX - box.left) * scale));
    const nearest = lane ? laneAtY(ruler(), (event.clientY - box.top) * scale) : state.lead;
    explorer.set({ ...state, lead: nearest, playing: false });
  };
  const drag = useDrag(area, point);
  return (
    <>
      {legends[0]}
      <div
        class="scrubbed"
        ref={area}
        tabIndex={0}
        role="slider"
        aria-labelledby={`${figure.id}-wide-title`}
        aria-describedby={`${figure.id}-wide-desc`}
        aria-valuemin={0}
        aria-valuemax={duel.lanes[lead]?.path.length ?? 0}
        aria-valuenow={numberAt(scene)}
        aria-valuetext={cursor === undefined ? 'the whole picture' : sentenceAt(scene)}
        {...drag}
      >
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
function Machines({ explorer, scene }: Omit<Props, 'figure'>): JSX.Element {
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
            ? (lane: number) => explorer.set({ ...explorer.context.state, lead: lane })
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
function Turned({ explorer, scene, cursor }: Omit<WaveformProps, 'figure'>): JSX.Element {
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
        onSelect={(index: number) => explorer.set({ ...explorer.context.state, lead: index })}
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
function LeadPicker({ explorer, scene }: Omit<Props, 'figure'>): JSX.Element | null {
  if (scene.duel.lanes.length < 2) return null;
  return (
    <div class="leads" role="group" aria-label="Lane">
      {scene.duel.lanes.map((lane, index) => (
        <button
          key={index}
          type="button"
          class="button"
          aria-pressed={scene.lead === index}
          onClick={() => explorer.set({ ...explorer.context.state, lead: index })}
        >
          {nameOf(lane)}
        </button>
      ))}
    </div>
  );
}
