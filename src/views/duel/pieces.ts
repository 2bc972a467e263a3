/** Stays in parts that look alike, so that a part is one bar. */
import type { Look } from '../lane/cursor.ts';
import type { Plateau, Stay } from './duel-lane.ts';
import type { Stretch } from '../language/geometry.ts';

/** A stay, or a part of it, in one look. */
export interface Piece extends Stretch {
  readonly first: Plateau;
  readonly look: Look;
}

export function piecesOf(stay: Stay, look: (index: number) => Look): Piece[] {
  const pieces: Piece[] = [];
  for (const plateau of stay.plateaus) {
    const last = pieces.at(-1);
    const own = look(plateau.index);
    if (last?.look === own) pieces[pieces.length - 1] = { ...last, x2: plateau.x2 };
    else pieces.push({ first: plateau, x1: plateau.x1, x2: plateau.x2, look: own });
  }
  return pieces;
}
