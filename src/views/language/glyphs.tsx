/** The mechanisms as drawings in ink: one function each, used by every figure and its legend. */
import type { JSX } from 'preact';
import type { Mechanism } from '#engine/index.ts';
import { round, stepWidths } from './geometry.ts';
import { shapeOf } from './mechanisms.ts';

/** A way between two heights at one x; `y2` is where it arrives. `edge` is the line, where it passes it. */
export interface Way {
  readonly x: number;
  readonly y1: number;
  readonly y2: number;
  readonly edge?: number | undefined;
  /** Whether there is room for heads, diamonds and zigzags. */
  readonly full?: boolean;
  /** Whether there is room for small ones. */
  readonly narrow?: boolean;
}

interface Ends {
  readonly x: number;
  readonly from: number;
  readonly to: number;
  readonly down: 1 | -1;
  /** Half the width of a head. */
  readonly half: number;
}

/** A way starts at the rim of one plateau and ends just before the next. */
function endsOf({ x, y1, y2, narrow }: Way): Ends {
  const down = y2 > y1 ? 1 : -1;
  return {
    x,
    from: round(y1 + down * 2.5),
    to: round(y2 - down * 3.5),
    down,
    half: narrow ? 2.4 : 3.2,
  };
}

const line = (x: number, y1: number, y2: number, name: string): JSX.Element => (
  <path class={name} d={`M${x} ${y1}V${y2}`} />
);

const head = ({ x, to, down, half }: Ends): JSX.Element => (
  <path
    class="bg-head"
    d={`M${round(x - half)} ${round(to - down * 4.5)}L${x} ${to}L${round(x + half)} ${round(to - down * 4.5)}`}
  />
);

/** A call: a line with an open head; within a band a chevron is cut through the plateau. */
export function Call(way: Way): JSX.Element {
  if (way.y1 === way.y2) {
    const { x, y1: y } = way;
    return (
      <path
        class="bg-cut"
        d={`M${round(x - 2.5)} ${y - 4}L${round(x + 2.5)} ${y}L${round(x - 2.5)} ${y + 4}`}
      />
    );
  }
  const ends = endsOf(way);
  return (
    <>
      {line(ends.x, ends.from, ends.to, 'bg-call')}
      {head(ends)}
    </>
  );
}

/** A VM exit: a zigzag of five half waves, of three where it is narrow; of more where it has a long way. */
export function Zigzag(way: Way): JSX.Element {
  const { x, from, to } = endsOf(way);
  const length = Math.abs(to - from);
  const [usual, wide] = way.narrow ? [3, 3] : [5, 4];
  const count = length > 70 ? Math.round(length / 16) * 2 + 1 : usual;
  const wave = (to - from) / count;
  const turns = Array.from({ length: count }, (_, turn) => turn).map((turn) => {
    const side = turn % 2 === 0 ? wide : -wide;
    return `L${round(x + side)} ${round(from + wave * (turn + 0.5))}`;
  });
  return <path class="bg-zigzag" d={`M${x} ${from}${turns.join('')}L${x} ${to}`} />;
}

/** A VM entry or a return: a thin line without a head. */
export function Plain(way: Way): JSX.Element {
  const { x, from, to } = endsOf(way);
  return way.y1 === way.y2 ? seam(x, way.y1) : line(x, from, to, 'bg-entry');
}

const seam = (x: number, y: number): JSX.Element => (
  <path class="bg-seam" d={`M${x} ${y - 3.5}V${y + 3.5}`} />
);

/** A hypercall: a line with a filled diamond exactly on the edge of the hypervisor. */
export function Hypercall(way: Way): JSX.Element {
  const ends = endsOf(way);
  return (
    <>
      {way.y1 !== way.y2 && line(ends.x, ends.from, ends.to, 'bg-call')}
      <Diamond x={way.x} y={way.edge ?? (way.y1 + way.y2) / 2} />
    </>
  );
}

/** The filled diamond of a hypercall. */
export const Diamond = ({ x, y }: { readonly x: number; readonly y: number }): JSX.Element => (
  <path class="bg-diamond" d={`M${round(x - 5.5)} ${y}l5.5-5.5 5.5 5.5-5.5 5.5z`} />
);

/** A message, interrupt or wake-up: a dashed line with an open head; within a band two cuts. */
export function Signal(way: Way): JSX.Element {
  const { x, y1: y } = way;
  if (way.y1 === way.y2) {
    return (
      <path class="bg-cut" d={`M${round(x - 1.75)} ${y - 4}v8M${round(x + 1.75)} ${y - 4}v8`} />
    );
  }
  const ends = endsOf(way);
  return (
    <>
      {line(ends.x, ends.from, ends.to, 'bg-signal')}
      {head(ends)}
    </>
  );
}

/** The posts of a gate in the line, through which a driver reaches its own device. */
export const GatePosts = ({
  x,
  y,
  half = 6,
}: {
  readonly x: number;
  readonly y: number;
  readonly half?: number;
}): JSX.Element => (
  <path class="bg-post" d={`M${round(x - half)} ${y - 4}v8M${round(x + half)} ${y - 4}v8`} />
);

/** What a glyph on a plateau needs to know: its middle, the plateau's height and which way is away. */
export interface OnPlateau {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly far: -1 | 1;
}

/** Below this width of a plateau its glyph is drawn in small. */
const small = stepWidths.full - 0.2;

/** Two strokes off the plateau: a ring in shared memory. */
export function SharedMemory({ x, y, width, far }: OnPlateau): JSX.Element {
  const half = Math.min(width - (width < small ? 2 : 4), 22) / 2;
  const near = y + far * 7;
  return (
    <path
      class="bg-shared"
      d={`M${round(x - half)} ${near}h${round(half * 2)}M${round(x - half)} ${near + far * 3.5}h${round(half * 2)}`}
    />
  );
}

/** Two sheets off the plateau: a copy. */
export function Copy({ x, y, width, far }: OnPlateau): JSX.Element {
  const at = y + far * 11;
  if (width < small) {
    return (
      <>
        <path class="bg-copy" d={`M${round(x - 1.5)} ${round(at - 6)}h5v8h-5z`} />
        <path class="bg-copy" d={`M${round(x - 3.5)} ${round(at - 3.5)}h5v8h-5z`} />
      </>
    );
  }
  return (
    <>
      <path class="bg-copy" d={`M${round(x - 3)} ${round(at - 7)}h9v11h-9z`} />
      <path class="bg-copy" d={`M${round(x - 6)} ${round(at - 4)}h9v11h-9z`} />
    </>
  );
}

/** A stub that does not reach the line, with a hollow diamond: a signal left out. */
export function SuppressedSignal({ x, y, width, far }: OnPlateau): JSX.Element {
  const toward = -far;
  const from = y + toward * 3.5;
  const tip = from + toward * 5;
  const half = width < small ? 3.5 : 4.5;
  return (
    <>
      <path class="bg-call" d={`M${x} ${from}V${tip}`} />
      <path
        class="bg-hollow"
        d={`M${x} ${tip}l${half} ${toward * half}-${half} ${toward * half}-${half} ${-toward * half}z`}
      />
    </>
  );
}

/** Where the path goes on elsewhere without a crossing of its own: a dotted hairline. */
const Jump = ({ x, from, to }: Ends): JSX.Element => line(x, from, to, 'bg-jump');

/** A transition in the shape of its mechanism; without room, its line alone. */
export function Transition({
  mechanism,
  ...way
}: Way & { readonly mechanism: Mechanism }): JSX.Element | null {
  const flat = way.y1 === way.y2;
  if (way.full === false && !way.narrow) {
    const { x, from, to } = endsOf(way);
    return flat ? null : line(x, from, to, 'bg-thin');
  }
  switch (shapeOf(mechanism)) {
    case 'zigzag':
      return Zigzag(way);
    case 'plain':
      return Plain(way);
    case 'hypercall':
      return Hypercall(way);
    case 'signal':
      return Signal(way);
    case 'call':
    case 'gate':
      return Call(way);
    default:
      return flat ? seam(way.x, way.y1) : Jump(endsOf(way));
  }
}
