/** How domains are named in figures. Colours are classes; `figures.css` gives them their tokens. */
import { type Domain, type DomainColour, domainOf, type World } from '#engine/index.ts';
import type { Lane } from '../duel/lanes.ts';

/** The class that sets a domain's colour, fill and text colour for what is inside it. */
export const colourClass = (colour: DomainColour): string => `bg-d-${colour}`;

/** Whether drivers of the physical devices may live in domains of this colour: drawn hollow without colour. */
export const isHollow = (colour: DomainColour): boolean => colour === 'kernel';

/** What a lane is called: its architecture with the class of its device, and the device. */
export const titleOf = ({ run }: Lane): { readonly title: string; readonly device: string } => {
  const { architecture, device } = run.world;
  const kind = architecture.hasHypervisor ? ` ${device.called}` : '';
  return { title: `${architecture.title}${kind}`, device: device.title };
};

/** A lane's name in one line of text. */
export const nameOf = (lane: Lane): string => {
  const { title, device } = titleOf(lane);
  return `${title}, ${device}`;
};

/** The domain that the guest's own code runs in. */
export const guestOf = (world: World): Domain | undefined =>
  world.domains.find(({ colour }) => colour === 'guest');

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
