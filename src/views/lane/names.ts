/** What lanes and the domains in them are called. */
import { type DomainColour, domainOf } from '#engine/index.ts';
import type { Lane } from './lane.ts';

/** A lane's name in two parts. */
export interface LaneTitle {
  readonly title: string;
  readonly device: string;
}

/** What a lane is called: its architecture with the class of its device, and the device. */
export const titleOf = ({ run }: Lane): LaneTitle => {
  const { architecture, device } = run.world;
  const kind = architecture.hasHypervisor ? ` ${device.called}` : '';
  return { title: `${architecture.title}${kind}`, device: device.title };
};

/** A lane's name in one line of text. */
export const nameOf = (lane: Lane): string => {
  const { title, device } = titleOf(lane);
  return `${title}, ${device}`;
};

/** The domains of some lanes, by colour, with the labels that each colour has in them. */
export function labelsByColour(
  lanes: readonly Lane[],
): ReadonlyMap<DomainColour, readonly string[]> {
  const labels = new Map<DomainColour, string[]>();
  for (const { run, steps } of lanes) {
    for (const { domain: id } of steps) {
      const { colour, label } = domainOf(run.world, id);
      const known = labels.get(colour) ?? [];
      if (!known.includes(label)) labels.set(colour, [...known, label]);
    }
  }
  return labels;
}

/** The one colour of the domains from which physical hardware is driven, if it is one in all these lanes. */
export function driversLiveIn(lanes: readonly Lane[]): DomainColour | undefined {
  const colours = lanes
    .filter(({ run }) => run.world.architecture.hasHypervisor)
    .flatMap(({ run, steps }) => {
      const byKey = new Map(steps.map((step) => [step.key, step]));
      return steps.flatMap(({ band, cause }) => {
        const before = cause === null ? undefined : byKey.get(cause);
        if (band !== 'hardware' || before === undefined || before.band === 'hardware') return [];
        return [domainOf(run.world, before.domain).colour];
      });
    });
  return new Set(colours).size === 1 ? colours[0] : undefined;
}
