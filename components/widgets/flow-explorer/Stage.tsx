/** The picture, what happens at the cursor, and what can be taken away: everything below the controls. */
import type { JSX } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import { Dock } from '#components/widgets/kit/Dock.tsx';
import { PrintedAddress } from '#components/widgets/kit/page/PrintedAddress.tsx';
import type { Widget } from '#components/widgets/kit/use-widget.ts';
import { LatencyBars } from '#views/time/Latency.tsx';
import { type Context, crossings, goTo, stepper } from './actions.ts';
import { columnAt, type Duel } from './duel.ts';
import type { FlowExplorerProps } from './FlowExplorer.tsx';
import { Notes, Tables } from './first-picture.tsx';
import { Sharing, StepTable } from './later.ts';
import { Panel } from './Panel.tsx';
import { Picture } from './Picture.tsx';
import { sentenceAt, whereAt } from './saying.ts';
import type { State } from './state.ts';
import { useFit } from './use-fit.ts';
import { useFollow } from './use-follow.ts';
import { useMotion } from './use-motion.ts';

/** Where the cursor is, for every part of the stage. */
export interface Scene {
  readonly duel: Duel;
  /** Column of the cursor; -1 without one. */
  readonly column: number;
  readonly lead: number;
  readonly width: number;
  readonly wide: boolean;
  /** Whether what no source documents is drawn faint. */
  readonly documentedOnly: boolean;
}

interface Surface {
  readonly width: number;
  readonly wide: boolean;
  readonly printing: boolean;
}

/** A state as it is drawn; the duel is perhaps still of the setup before. */
export function sceneOf(duel: Duel, state: State, { width, wide, printing }: Surface): Scene {
  const lead = Math.min(state.lead, duel.lanes.length - 1);
  const column = printing ? -1 : columnAt(duel, state.cursor);
  return { duel, column, lead, width, wide, documentedOnly: state.documentedOnly };
}

interface Props {
  readonly figure: FlowExplorerProps;
  readonly widget: Widget<Context, State>;
  readonly scene: Scene;
  readonly printing: boolean;
  readonly say: (sentence: string) => void;
  readonly said: string;
}

export function Stage(props: Props): JSX.Element {
  const { figure, widget, printing } = props;
  const { state, duel: current } = widget.situation;
  const { duel, width: room, documentedOnly } = props.scene;
  const { view } = state;
  const stage = useRef<HTMLDivElement>(null);
  const width = useFit(stage, duel, room, view);
  const scene = { ...props.scene, width };
  const noted = view === 'waveform' || view === 'timeline' ? view : 'other';
  // Parts that do not follow the cursor are the same objects from step to step, so they are not compared.
  const still = useMemo(
    () => ({
      notes: <Notes lanes={duel.lanes} view={noted} />,
      tables: (
        <Tables
          lanes={duel.lanes}
          table={StepTable}
          documentedOnly={documentedOnly}
          all={printing}
        />
      ),
    }),
    [duel, documentedOnly, printing, noted],
  );
  const latency = useMemo(
    () => <LatencyBars lanes={duel.lanes} width={Math.min(440, room)} />,
    [duel, room],
  );
  const marks = useMemo(() => marksOf(widget.situation), [duel, state.lead, view, room]);
  useMotion(stage, scene, widget.change);
  useFollow(stage, scene, widget.change);
  const choose = (lead: number): void => widget.set({ ...state, lead });
  return (
    <div
      ref={stage}
      class={`stage${current === null ? ' waiting' : ''}`}
      aria-busy={current === null}
    >
      <div>
        <Picture widget={widget} scene={scene} figure={figure} />
      </div>
      {still.notes}
      <Dock
        widget={widget}
        through="the flow"
        walk={stepper.walk(widget.situation)}
        where={whereAt(scene)}
        sentence={sentenceAt(scene)}
        marks={marks}
        goTo={(place) => widget.set({ ...goTo(widget.situation, place), playing: false })}
      />
      <Panel scene={scene} view={view} choose={choose} latency={latency} />
      {printing && <PrintedAddress />}
      <Sharing figure={figure} link={widget.link} scene={scene} say={props.say} said={props.said} />
      {still.tables}
    </div>
  );
}

/** Stops at which a phase begins, and those at which the edge of the hypervisor is crossed. */
function marksOf(context: Context) {
  const { stops } = stepper.walk(context);
  const number = (column: number): number => stops.indexOf(column) + 1;
  const phases = stops.filter((column, index) => {
    const [here, before] = [
      context.duel?.columns[column],
      context.duel?.columns[stops[index - 1] ?? -1],
    ];
    return here?.phase !== before?.phase || here?.request !== before?.request;
  });
  return {
    parts: phases.map(number),
    landmarks: crossings(context)
      .map(number)
      .filter((each) => each > 0),
  };
}
