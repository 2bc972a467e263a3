/** A handle with a number in a picture: the area around it is dragged, and has the keys (dragged.ts). */
import type { JSX } from 'preact';

interface PillProps {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

/** Wide enough for its text, and for a finger: the hit area is 44 wide. */
export function Pill({ x, y, text }: PillProps): JSX.Element {
  const half = Math.max(14, text.length * 3.6 + 7);
  return (
    <g class="pill" transform={`translate(${x} ${y})`}>
      <rect class="pill-hit" x={-22} y={-22} width={44} height={44} />
      <rect class="bg-pill" x={-half} y={-10} width={2 * half} height={20} rx={10} />
      <text class="bg-pill-text" y={4.5}>
        {text}
      </text>
    </g>
  );
}
