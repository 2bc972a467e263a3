/** Where a cursor stands in a lane: which steps are passed, which is the latest, which are to come. */
import type { Step } from '#engine/index.ts';
import { type Alignment, stepAt } from './columns.ts';

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

/** The state of one of some aligned lanes under a cursor; without one everything is passed. */
export function laneCursor(duel: Alignment, order: number, cursor: number | undefined): LaneCursor {
  const lane = duel.lanes[order];
  if (cursor === undefined || lane === undefined) return everything;
  const at = stepAt(duel, order, cursor);
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
