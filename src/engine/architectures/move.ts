/**
 * A role in another domain than the product has it in. Models: the way to the role and from it, by the crossings of
 * the product where it has them and by the kinds of domains where it has none; what the role does stays as it is.
 * Leaves out: the copies that a process or another kernel would need to see the data, and what a new place saves.
 * Checked against: tests/engine/architectures/move, which runs every move of every product that is not refused.
 */
import { withArticle } from '../vocabulary/domain.ts';
import type { Move, Role } from '../vocabulary/role.ts';
import type { Activity, DomainId } from '../vocabulary/trace.ts';
import {
  type Architecture,
  type Crossing,
  type Doing,
  type Place,
  type Placement,
  type Purpose,
  route,
  type Stage,
} from './architecture.ts';
import { domainIn, wayByKinds } from './kinds.ts';

/** Roles that are software and so have a place. */
export const movable: readonly Role[] = [
  'device-model',
  'virtual-switch',
  'storage-stack',
  'physical-driver',
  'controlling-function',
  'vcpu-scheduler',
];

/** What a moved role does, without the name of where the product does it. */
const sentences: Readonly<Partial<Record<Role, Readonly<Partial<Record<Stage, string>>>>>> = {
  'device-model': {
    access: 'the device model serves the {op} {register}',
    transmit: 'the device model takes the frame',
    submit: 'the device model takes the command',
    complete: 'the device model reports it as done',
    receive: 'the device model passes the frame to the guest',
  },
  'virtual-switch': {
    transmit: 'the virtual switch forwards the frame',
    receive: 'the virtual switch forwards the frame',
  },
  'storage-stack': {
    submit: 'the storage stack finds the blocks on the physical disk',
    complete: 'the storage stack completes the command',
  },
  'physical-driver': {
    transmit: 'the physical driver posts the frame to the network card',
    submit: 'the physical driver starts the command',
    complete: 'the physical driver reaps the completion',
    receive: 'the physical driver takes the frame from its ring',
  },
};

/** The architecture with roles in other domains, and with crossings to reach them there. */
export function withMoved(architecture: Architecture, moves: readonly Move[]): Architecture {
  if (moves.length === 0) return architecture;
  const placement = Object.fromEntries(
    Object.entries(architecture.placement).map(([name, known]) => [
      name,
      moves.reduce((each, move) => moved(architecture, each, move), known),
    ]),
  );
  const crossings = Object.values(placement).reduce(
    (known, each) => [...known, ...missing({ ...architecture, crossings: known }, each)],
    architecture.crossings,
  );
  return { ...architecture, placement, crossings };
}

/** A device that is hardware has no device model to move. */
function moved(architecture: Architecture, placement: Placement, { role, to }: Move): Placement {
  const place = placement.places[role];
  if (place === undefined || place.domain === to) return placement;
  if (domainIn(architecture, place.domain).kind === 'hardware') return placement;
  const label = withArticle(domainIn(architecture, to));
  const there: Place = { domain: to, actor: `${role} in ${label}`, does: renamed(role, place) };
  const places = { ...placement.places, [role]: there };
  if (role !== 'device-model') return { ...placement, places };
  const { registers: _, ...whole } = placement;
  return { ...whole, places, ...attention(placement, to, label) };
}

/** How a moved device model learns of work in its rings. */
function attention(
  { wake, looks }: Placement,
  to: DomainId,
  label: string,
): Pick<Placement, 'wake' | 'looks'> {
  const unasked = 'The device model looks at the ring unasked';
  return {
    ...(wake && { wake: { ...wake, from: to, to, ...assumed(`A worker in ${label} wakes`) } }),
    ...(looks && { looks: { ...looks, ...assumed(unasked) } }),
  };
}

const assumed = (sentence: string): Pick<Activity, 'sentence' | 'evidence'> => ({
  sentence,
  evidence: 'assumed',
});

const guessed = ({ sentence, prices }: Activity, said = sentence): Activity => ({
  ...assumed(said),
  prices,
});

function renamed(role: Role, { does }: Place): Place['does'] {
  return Object.fromEntries(
    Object.entries(does).map(([stage, doings]) => [
      stage,
      doings.map((doing, index) => {
        const isMain = doings.findIndex(({ kind }) => kind === 'work') === index;
        const said = isMain ? sentences[role]?.[stage as Stage] : beside[doing.kind];
        const { joins } = doing;
        return {
          ...doing,
          activity: guessed(doing.activity, said),
          ...(joins && { joins: guessed(joins) }),
        };
      }),
    ]),
  );
}

/** What else a device model does, beside the work that its stage is named after. */
const beside: Readonly<Partial<Record<Doing['kind'], string>>> = {
  copy: 'A processor copies {bytes} bytes',
  publish: 'The device model writes an entry of the shared ring',
  consume: 'The device model reads an entry of the shared ring',
};

// --- crossings ------------------------------------------------------------------------------------------

/** A way that a request takes. */
interface Leg {
  readonly purpose: Purpose;
  readonly from: DomainId;
  readonly to: DomainId;
}

/** Crossings by kinds for the ways of a placement that the architecture does not have. */
function missing(architecture: Architecture, placement: Placement): Crossing[] {
  return legsOf(architecture, placement).reduce<Crossing[]>((added, leg) => {
    const known = { ...architecture, crossings: [...architecture.crossings, ...added] };
    return [...added, ...additions(known, leg)];
  }, []);
}

/** Every way that a run on this placement may take. */
function legsOf(architecture: Architecture, { places, injects }: Placement): Leg[] {
  const model = places['device-model']!.domain;
  const driver = places['physical-driver'];
  if (driver === undefined) return [];
  const behind = domainsOf(places['virtual-switch'], places['storage-stack']);
  const hardware = domainsOf(places['network-card'], places.disk);
  const has = (purpose: Purpose): boolean =>
    architecture.crossings.some((crossing) => crossing.for?.includes(purpose));
  const guest: readonly Leg[] = [
    { purpose: 'access', from: 'guest', to: model },
    { purpose: 'resume', from: model, to: 'guest' },
    { purpose: 'signal', from: 'guest', to: model },
    { purpose: injects ?? 'inject', from: model, to: 'guest' },
    { purpose: 'inject-event', from: model, to: 'guest' },
  ];
  const told = architecture.crossings.find((crossing) =>
    crossing.for?.includes('end-of-interrupt-message'),
  );
  return [
    ...guest.filter(({ purpose }) => has(purpose)),
    ...(told === undefined
      ? []
      : [{ purpose: 'end-of-interrupt-message', from: told.from, to: model } as const]),
    ...behind.flatMap((stack): Leg[] => [
      { purpose: 'hand-over', from: model, to: stack },
      { purpose: 'hand-over', from: stack, to: driver.domain },
      { purpose: 'hand-over', from: driver.domain, to: stack },
      { purpose: 'hand-over', from: stack, to: model },
    ]),
    ...hardware.flatMap((device): Leg[] => [
      { purpose: 'hand-over', from: driver.domain, to: device },
      { purpose: 'device-interrupt', from: device, to: driver.domain },
    ]),
    { purpose: 'hand-over', from: driver.domain, to: model },
    { purpose: 'hand-back', from: driver.domain, to: model },
  ];
}

const domainsOf = (...places: readonly (Place | undefined)[]): DomainId[] => [
  ...new Set(places.flatMap((place) => (place === undefined ? [] : [place.domain]))),
];

/** A driver reaches its device itself; every other way is the product's own where it has one. */
function additions(architecture: Architecture, { purpose, from, to }: Leg): Crossing[] {
  const direct = domainIn(architecture, to).kind === 'hardware';
  const known = wayOf(architecture, purpose, from, to);
  if (known !== undefined && !(direct && known.length > 1)) return [];
  const { crossings } = architecture;
  const serves = ({ for: purposes }: Crossing): boolean => purposes?.includes(purpose) ?? true;
  const isHardware = (id: DomainId): boolean => domainIn(architecture, id).kind === 'hardware';
  const own = crossings.filter(
    (crossing) => serves(crossing) && !isHardware(crossing.from) && !isHardware(crossing.to),
  );
  const enters = own.find((crossing) => crossing.from === from);
  const leaves = own.find((crossing) => crossing.to === to);
  const start = from === 'guest' ? enters!.to : from;
  const end = to === 'guest' ? leaves!.from : to;
  const found = wayByKinds(architecture, purpose, start, end);
  return found.filter(
    (hop) =>
      !crossings.some((each) => each.from === hop.from && each.to === hop.to && serves(each)),
  );
}

function wayOf(
  architecture: Architecture,
  purpose: Purpose,
  from: DomainId,
  to: DomainId,
): Crossing[] | undefined {
  try {
    return route(architecture, purpose, from, to);
  } catch {
    return undefined;
  }
}
