/** The views beside the lying waveform: loaded when a reader asks for one, or has little room. */
import type { JSX } from 'preact';
import { nameOf } from '#views/lane/names.ts';
import { DomainLegend, MechanismLegend } from '#views/duel/Legends.tsx';
import { isDoneAt, stepIndexAt } from './duel.ts';
import { Sequence, Silhouettes, StepTable, Timeline, Topology, TurnedLane } from './later.ts';
import type { Scene } from './Stage.tsx';
import type { View } from './state.ts';

interface LanesProps {
  readonly scene: Scene;
  /** Makes a lane the lead. */
  readonly choose: (lane: number) => void;
}

interface OtherViewProps extends LanesProps {
  readonly view: View;
}

export function OtherView({ view, ...props }: OtherViewProps): JSX.Element {
  const { duel, width, column, documentedOnly } = props.scene;
  switch (view) {
    case 'waveform':
      return <Turned {...props} />;
    case 'topology':
      return <Machines {...props} />;
    case 'timeline':
      return (
        <Timeline
          duel={duel}
          width={width}
          cursor={column < 0 ? undefined : column}
          documentedOnly={documentedOnly}
        />
      );
    case 'sequence':
    case 'steps':
      return <OneLane view={view} {...props} />;
  }
}

/** The lead alone. */
function OneLane({ view, ...props }: OtherViewProps): JSX.Element {
  const { duel, lead, width, column, documentedOnly } = props.scene;
  const lane = duel.lanes[lead];
  const cursor = column < 0 ? undefined : stepIndexAt(duel, lead, column);
  if (lane === undefined) return <p>No lane to show.</p>;
  return (
    <>
      <LeadPicker {...props} />
      {view === 'sequence' ? (
        <Sequence lane={lane} width={width} cursor={cursor} documentedOnly={documentedOnly} />
      ) : (
        <div class="table">
          <StepTable lane={lane} cursor={cursor} documentedOnly={documentedOnly} />
        </div>
      )}
    </>
  );
}

/** Every lane's machine, each at its step. */
function Machines({ scene, choose }: LanesProps): JSX.Element {
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
        onSelect={lanes.length > 1 ? choose : undefined}
      />
    </>
  );
}

/** The standing waveform: silhouettes are the tabs, the chosen lane is the list of its steps. */
function Turned({ scene, choose }: LanesProps): JSX.Element {
  const { duel, lead, width, column, documentedOnly } = scene;
  const lane = duel.lanes[lead];
  const cursor = column < 0 ? undefined : column;
  return (
    <>
      <DomainLegend lanes={duel.lanes} />
      <Silhouettes
        duel={duel}
        width={width}
        selected={lead}
        cursor={cursor}
        documentedOnly={documentedOnly}
        onSelect={choose}
      />
      {lane && (
        <TurnedLane
          lane={lane}
          width={width}
          cursor={cursor === undefined ? undefined : stepIndexAt(duel, lead, cursor)}
          documentedOnly={documentedOnly}
        />
      )}
      <MechanismLegend duel={duel} />
    </>
  );
}

/** Which lane a view of one lane shows. */
function LeadPicker({ scene, choose }: LanesProps): JSX.Element | null {
  if (scene.duel.lanes.length < 2) return null;
  return (
    <div class="leads" role="group" aria-label="Lane">
      {scene.duel.lanes.map((lane, index) => (
        <button
          key={index}
          type="button"
          class="button"
          aria-pressed={scene.lead === index}
          onClick={() => choose(index)}
        >
          {nameOf(lane)}
        </button>
      ))}
    </div>
  );
}
