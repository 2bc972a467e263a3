/** A ring as a tape: cells that are not read yet are filled in the producer's colour, indexes stand as flags. */
import type { JSX } from 'preact';
import type { DomainColour } from '#engine/index.ts';
import { colourClass } from '../language/domains.ts';
import { middleOf } from '../language/geometry.ts';
import { layoutTape, rowY, type Tape, type TapeCell, type TapeFlag, tapeMetrics } from './tape.ts';

export interface TapeViewProps {
  readonly tape: Tape;
  readonly width: number;
  /** Who writes the ring and who reads it, by the colours of their domains. */
  readonly producer: DomainColour;
  readonly consumer: DomainColour;
  /** What the ring is called, for who hears it. */
  readonly name: string;
}

export function TapeView({ tape, width, producer, consumer, name }: TapeViewProps): JSX.Element {
  const { cells, flags, height } = layoutTape(tape, width);
  const unread = cells.filter((cell) => cell.unread).length;
  const said = flags.map(({ text }) => text).join(', ');
  return (
    <svg
      class="bg-figure bg-tape"
      role="img"
      aria-label={`${name}: ${unread} of ${cells.length} cells not read yet, ${said}.`}
      viewBox={`-1 0 ${width + 2} ${height}`}
      width={width + 2}
      height={height}
    >
      <g class={colourClass(producer)}>
        {cells.map((cell) => (
          <Cell key={`${cell.row} ${cell.x1}`} cell={cell} />
        ))}
      </g>
      {flags.map((flag) => (
        <g key={flag.index} class={colourClass(flag.index === 'write' ? producer : consumer)}>
          <Flag flag={flag} />
        </g>
      ))}
    </svg>
  );
}

function Cell({ cell }: { readonly cell: TapeCell }): JSX.Element {
  const { x1, x2, row, label, unread } = cell;
  const y = rowY(row);
  return (
    <>
      <rect
        class={unread ? 'bg-cell bg-cell-unread' : 'bg-cell'}
        x={x1}
        y={y}
        width={x2 - x1}
        height={tapeMetrics.cell}
      />
      {unread && <path class="bg-cell-bar" d={`M${x1} ${y + 1.5}H${x2}`} />}
      {label !== '' && (
        <text
          class={unread ? 'bg-cell-text bg-cell-text-unread' : 'bg-cell-text'}
          x={middleOf(cell)}
          y={y + 18}
          text-anchor="middle"
        >
          {label}
        </text>
      )}
    </>
  );
}

/** A triangle at the boundary of cells, pointing at the tape. */
function Flag({ flag }: { readonly flag: TapeFlag }): JSX.Element {
  const { index, x, row, text, textX, anchor } = flag;
  const above = index === 'write';
  const edge = above ? rowY(row) - 2 : rowY(row) + tapeMetrics.cell + 2;
  const away = above ? -7 : 7;
  return (
    <>
      <path class="bg-flag" d={`M${x} ${edge}l-4.5 ${away}h9z`} />
      <text class="bg-flag-text" x={textX} y={above ? edge - 2 : edge + 10} text-anchor={anchor}>
        {text}
      </text>
    </>
  );
}
