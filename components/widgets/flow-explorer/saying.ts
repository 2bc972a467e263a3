/** What the dock says: the step's number on the path of the leading lane, and its sentence. Pure. */
import { leadingLane } from '#views/lane/columns.ts';
import { nameOf } from '#views/lane/names.ts';
import { counted, grouped } from '#views/language/format.ts';
import { type Duel, stepIndexAt } from './duel.ts';

export interface Place {
  readonly duel: Duel;
  /** Column of the cursor; -1 without one. */
  readonly column: number;
  readonly lead: number;
}

/** How many steps of the leading lane's path have come: one numbering in all views. */
export const numberAt = ({ duel, column, lead }: Place): number =>
  column < 0 ? 0 : stepIndexAt(duel, lead, column) + 1;

export function whereAt(place: Place): string {
  const count = place.duel.lanes[place.lead]?.path.length ?? 0;
  if (place.column < 0) return counted(count, 'step');
  const number = numberAt(place);
  return number === 0 ? 'before step 1' : `step ${grouped(number)} of ${grouped(count)}`;
}

/** What happens at the cursor; where the leading lane rests, the lane that moves is named. */
export function sentenceAt({ duel, column, lead }: Place): string {
  const own = duel.lanes[lead];
  if (column < 0 || own === undefined) return '';
  if (duel.columnsOfSteps[lead]?.includes(column)) return said(duel, lead, column);
  const other = leadingLane(duel, column)?.lane;
  const lane = other === undefined ? undefined : duel.lanes[other];
  if (other === undefined || lane === undefined) return said(duel, lead, column);
  return `${nameOf(lane)}: ${said(duel, other, column)}`;
}

function said(duel: Duel, lane: number, column: number): string {
  const step = duel.lanes[lane]?.path[stepIndexAt(duel, lane, column)];
  return step === undefined ? '' : `${step.sentence}.`;
}
