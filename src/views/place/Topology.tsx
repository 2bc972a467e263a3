/** All lanes as machines: the parts of each, and the request that travels between them. */
import type { JSX } from 'preact';
import { colourClass } from '../language/domains.ts';
import { listed } from '../language/format.ts';
import { nameOf, titleOf } from '../lane/names.ts';
import type { Lane } from '../lane/lane.ts';
import { visitedBy, WhereNow } from './WhereNow.tsx';

export interface TopologyProps {
  readonly lanes: readonly Lane[];
  /** Width of the content in pixels. */
  readonly width: number;
  /** For each lane the place in `lane.path` of its latest step, -1 before the first; undefined without a cursor. */
  readonly at?: readonly number[] | undefined;
  /** For each lane whether it came to its end before the cursor. */
  readonly done?: readonly boolean[] | undefined;
  readonly selected?: number | undefined;
  /** Without it titles are not controls. */
  readonly onSelect?: ((lane: number) => void) | undefined;
}

const gap = 40;
const widest = 560;
/** From here two machines stand side by side. */
const besideFrom = 720;

const isBeside = (width: number, lanes: number): boolean => width >= besideFrom && lanes > 1;

/** Width of each machine, where so many share a width. */
export const machineWidth = (width: number, lanes: number): number =>
  Math.min(widest, isBeside(width, lanes) ? Math.floor((width - gap) / 2) : width) - 2;

export function Topology(props: TopologyProps): JSX.Element {
  const { lanes, width, at, done } = props;
  const beside = isBeside(width, lanes.length);
  const own = machineWidth(width, lanes.length);
  return (
    <div class={beside ? 'bg-topology bg-topology-beside' : 'bg-topology'}>
      {lanes.map((lane, order) => {
        return (
          <section key={order} class="bg-machine" aria-label={nameOf(lane)} data-lane={order}>
            <Title {...props} order={order} lane={lane} />
            <WhereNow lane={lane} at={at?.[order]} width={own} />
            <Sentence lane={lane} at={at?.[order]} done={done?.[order] ?? false} />
          </section>
        );
      })}
    </div>
  );
}

/** A machine's name; choosing it makes its lane the one that is followed. */
function Title(props: TopologyProps & { readonly order: number; readonly lane: Lane }) {
  const { order, selected, onSelect } = props;
  const { title, device } = titleOf(props.lane);
  const words = (
    <>
      <strong>{title}</strong> {device}
    </>
  );
  return onSelect === undefined ? (
    <p class="bg-machine-title">{words}</p>
  ) : (
    <button
      type="button"
      class="bg-machine-title"
      aria-pressed={order === selected}
      onClick={() => onSelect(order)}
    >
      {words}
    </button>
  );
}

interface SentenceProps {
  readonly lane: Lane;
  readonly at: number | undefined;
  readonly done: boolean;
}

/** What happens in a lane; without a cursor, where its request goes. */
function Sentence({ lane, at, done }: SentenceProps): JSX.Element {
  if (at === undefined) {
    return <p class="bg-machine-now bg-machine-aside">Visits {listed(visitedBy(lane))}.</p>;
  }
  const step = lane.path[at];
  if (step === undefined) return <p class="bg-machine-now bg-machine-aside">Has not begun.</p>;
  const domain = lane.run.world.domains.find(({ id }) => id === step.domain);
  const said = done
    ? `Done after ${lane.path.length} steps: the guest goes on.`
    : `${step.sentence}.`;
  return (
    <p class={`bg-machine-now ${colourClass(domain?.colour ?? 'guest')}`}>
      <i class="bg-machine-key" />
      <span key={said} class={done ? 'bg-machine-aside' : undefined}>
        {said}
      </span>
    </p>
  );
}
