/** The parts of a machine and the last steps as one way through them, as numbers. */
import type { Lane } from '../lane/lane.ts';
import {
  type MachineMetrics,
  type Machine,
  layoutMachine,
  type Point,
  trailOf,
} from './machine.ts';

/** Width of the small figure that stands beside a step. */
export const smallWidth = 300;
const small = { guest: 112, gap: 7, user: 38, kernel: 40, below: 30, hardware: 28 } as const;
/** Where the figure stands for itself there is more room in its boxes. */
const large = { gap: 9, user: 48, kernel: 50, below: 34, hardware: 32 } as const;

const metricsFor = (width: number): MachineMetrics =>
  width <= smallWidth ? { ...small, width } : { ...large, width, guest: Math.round(width * 0.37) };

/** The machine's parts in a figure of a width. */
export const machineOf = ({ run }: Lane, width: number): Machine =>
  layoutMachine(run.world.domains, metricsFor(width));

/** A place on the trail, with the first step of the stay there as a place in `lane.path`. */
export interface TrailPoint extends Point {
  readonly from: number;
  readonly domain: string;
}

const trailLength = 5;

/** The way through the last steps up to one of a lane's path. */
export function trailAt(lane: Lane, at: number, width: number): TrailPoint[] {
  const first = Math.max(0, at - trailLength + 1);
  const stays = lane.path.slice(first, at + 1).flatMap(({ domain }, order) => {
    const goesOn = order > 0 && lane.path[first + order - 1]?.domain === domain;
    return goesOn ? [] : [{ domain, from: first + order }];
  });
  const { boxes } = machineOf(lane, width);
  const drawn = stays.filter((stay) => boxes.some(({ domain }) => domain.id === stay.domain));
  const points = trailOf(
    boxes,
    drawn.map(({ domain }) => domain),
  );
  return drawn.flatMap((stay, order) => {
    const point = points[order];
    return point === undefined ? [] : [{ ...stay, ...point }];
  });
}
