/** Where each part of some architectures lives, drawn from their placement tables. */
import { architectures } from '#engine/execute.ts';
import type { Architecture } from '#engine/index.ts';
import { PlacementFigure as Stacks } from '#views/place/Placement.tsx';
import type { Figure, FigureKind, Room } from '../figure.ts';

export interface PlacementFigure extends Figure {
  readonly kind: 'placement';
  readonly architectures: readonly string[];
}

/** Widths in which stacks stand beside or below one another; more than two take a little more of a page. */
const widthFor = (room: Room, stacks: number): number =>
  ({ broad: stacks > 2 ? 980 : 932, middle: 740, slim: 340 })[room];

const architecturesOf = ({ architectures: names }: PlacementFigure): Architecture[] =>
  names.map((name) => {
    const found = architectures.find(({ id }) => id === name);
    if (found !== undefined) return found;
    const known = architectures.map(({ id }) => id).join(', ');
    throw new RangeError(`unknown architecture '${name}': use ${known}`);
  });

export default {
  shown: {
    by: 'picture',
    Picture: ({ figure, room }) => {
      const shown = architecturesOf(figure);
      return <Stacks architectures={shown} width={widthFor(room, shown.length)} />;
    },
  },
  check: (figure) => void architecturesOf(figure),
} satisfies FigureKind<PlacementFigure>;
