/** Where a cursor stands in a lane: which steps are passed, which is the latest, which are to come. */
import type { Step } from '#engine/index.ts';
import { type Column, columnOfSteps, type Lane, stepAt } from './lanes.ts';

export interface LaneCursor {
  /** Place in `lane.path` of the latest step; -1 before the first; undefined without a cursor. */
  readonly at: number | undefined;
  /** Whether a place of the path is passed; everything is, without a cursor. */
  readonly passed: (index: number) => boolean;
  /** Whether a step of the run is passed, on the path or beside it. */
  readonly passedStep: (step: Step) => boolean;
}

const everything: LaneCursor = { at: undefined, passed: () => true, passedStep: () => true };

/** How a step is drawn: fully, faint because it is still to come, or faint because no source documents it. */
export type Look = 'full' | 'coming' | 'dim';

/** Whether a step is faint for a reader who wants to see what sources state. */
export const isDim = ({ evidence }: Step, documentedOnly: boolean | undefined): boolean =>
  documentedOnly === true && evidence !== 'documented';

/** The class that draws a step's strokes and glyphs as it looks; none where it is full. */
export const lookClass = (look: Look): string => (look === 'full' ? '' : ` bg-${look}`);

/** The state of a lane under a cursor; without one everything is passed. */
export function laneCursor(
  lane: Lane,
  columns: readonly Column[],
  cursor: number | undefined,
): LaneCursor {
  if (cursor === undefined) return everything;
  const at = stepAt(lane, columns, cursor);
  const now = Math.max(-1, ...lane.path.slice(0, at + 1).map(({ atNs }) => atNs));
  const places = new Map(lane.path.map((step, index) => [step.key, index]));
  const done = at === lane.path.length - 1;
  return {
    at,
    passed: (index) => index <= at,
    passedStep: (step) => {
      const index = places.get(step.key);
      return index === undefined ? done || step.atNs <= now : index <= at;
    },
  };
}

/** The lane that has a step exactly at a column, and that step's place in its path. */
export function leadingLane(
  lanes: readonly Lane[],
  columns: readonly Column[],
  cursor: number,
): { readonly lane: number; readonly index: number } | undefined {
  for (const [order, lane] of lanes.entries()) {
    const index = columnOfSteps(lane, columns).indexOf(cursor);
    if (index !== -1) return { lane: order, index };
  }
  return undefined;
}
