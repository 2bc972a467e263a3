/** All stops on one line, to be dragged along; marks say where phases begin and landmarks lie. */
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { stopNumber, type Walk } from './stepping.ts';

/** Numbers of stops, from 1, that are marked on the line. */
export interface ScrubMarks {
  /** Where a part begins: long marks. */
  readonly parts: readonly number[];
  /** What readers jump between: short marks. */
  readonly landmarks: readonly number[];
}

interface ScrubProps {
  readonly walk: Walk;
  readonly where: string;
  readonly sentence: string;
  readonly marks?: ScrubMarks | undefined;
  readonly goTo: (place: number | null) => void;
}

export function Scrub({ walk, where, sentence, marks, goTo }: ScrubProps): JSX.Element {
  const { stops } = walk;
  const number = stopNumber(walk);
  const ticks = useMemo(() => ticksOf(marks, stops.length), [marks, stops.length]);
  return (
    <span class="scrub">
      <input
        type="range"
        min={0}
        max={stops.length}
        step={1}
        value={number}
        aria-label="Step"
        aria-valuetext={number === 0 ? 'the whole picture' : `${where}: ${sentence}`}
        onInput={({ currentTarget }) => goTo(stops[Number(currentTarget.value) - 1] ?? null)}
      />
      {ticks !== '' && (
        <svg class="marks" viewBox="0 0 1000 8" preserveAspectRatio="none" aria-hidden="true">
          <path d={ticks} />
        </svg>
      )}
    </span>
  );
}

/** More marks than this would be a grey bar. */
const mostMarks = 120;

function ticksOf(marks: ScrubMarks | undefined, count: number): string {
  if (marks === undefined || count === 0) return '';
  const at = (number: number): string => ((number / count) * 1000).toFixed(1);
  const long = marks.parts.map((number) => `M${at(number)} 0V8`);
  const short = marks.landmarks.map((number) => `M${at(number)} 0V4`);
  if (long.length > mostMarks) return '';
  return [...long, ...(short.length > mostMarks ? [] : short)].join('');
}
