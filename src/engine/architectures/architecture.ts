/**
 * What an architecture is: domains, the crossings between them, and a placement that says for each role
 * in which domain it lives and whether it runs inside the access or in a worker. Nothing here knows a
 * device or a driver; nothing in a device or driver knows this.
 */
import type { DeviceEntry, DeviceOptions, TransferKind } from '../devices/device.ts';
import type { Overrides, ParameterId } from '../parameters/index.ts';
import type { Domain, DomainKind } from '../vocabulary/domain.ts';
import type { DropPlace } from '../vocabulary/results.ts';
import type { Role } from '../vocabulary/role.ts';
import type { Part } from './parts.ts';
import type {
  Activity,
  CrossingKind,
  DomainId,
  Grounds,
  Price,
  RingId,
} from '../vocabulary/trace.ts';

/** Why a crossing is made. */
export type Purpose =
  | 'access' // a trapped register access goes to the device model
  | 'resume' // its answer goes back to the guest
  | 'signal' // the guest announces ring work without a register
  | 'signal-return' // the guest goes on after that
  | 'hand-over' // a request goes on to the next role
  | 'hand-back' // the role that handed over goes on
  | 'device-interrupt' // the physical device interrupts its driver
  | 'inject' // the device model interrupts the guest through a pin or message
  | 'inject-event' // the device model interrupts the guest through a ring's event
  | 'inject-direct' // the guest's own hardware interrupts it
  | 'end-of-interrupt' // the guest's acknowledgement is trapped
  | 'end-of-interrupt-return'
  | 'end-of-interrupt-message'; // and the device model's side is told

/** One way from a domain to a neighbour. Without `for` it serves every purpose that has none of its own. */
export interface Crossing extends Activity {
  readonly from: DomainId;
  readonly to: DomainId;
  readonly kind: CrossingKind;
  readonly for?: readonly Purpose[];
}

/** What a sort of crossing costs, where a role that was moved needs one that the product does not have. */
export interface KindPrice {
  readonly crossing: CrossingKind;
  /** Kinds of the domains that it joins; any where absent. */
  readonly from?: DomainKind;
  readonly to?: DomainKind;
  readonly prices: readonly Price[];
}

/** What a role does: serve an access, or pass on a frame (transmit, receive), a block command (submit) or its end. */
export type Stage = 'access' | 'transmit' | 'submit' | 'complete' | 'receive';

interface Does {
  readonly activity: Activity;
  /** The transfers it is done for, where it is not done for all of its stage. */
  readonly for?: readonly TransferKind[];
  /** Done only for payloads of more than so many bytes. */
  readonly over?: number;
  /** Done once for all that one wake-up finds, rather than for each transfer. */
  readonly batched?: boolean;
  /** What each further transfer of the batch adds to that. */
  readonly joins?: Activity;
  /** Done for so many pages of the guest at a time: as often as it takes, and not at all where there are none. */
  readonly pagesAtOnce?: number;
  /** Pages that it is priced for, where those are not the ones of the transfer. */
  readonly pages?: number;
  /** The first or second call on a page that lists segments; done for transfers with so many such calls. */
  readonly listCall?: 1 | 2;
}

/**
 * One thing a role does: compute, move payload, touch a ring in shared memory, wake a thread of its own domain that
 * goes on, or call another domain and return.
 */
export type Doing =
  | (Does & { readonly kind: 'work' | 'copy' | 'wake' })
  | (Does & { readonly kind: 'publish' | 'consume'; readonly ring: RingId })
  | (Does & { readonly kind: 'crossing'; readonly crossing: CrossingKind; readonly to: DomainId });

export interface Place {
  readonly domain: DomainId;
  /** The actor that runs it, in words for tables. */
  readonly actor: string;
  readonly does: Readonly<Partial<Record<Stage, readonly Doing[]>>>;
}

/**
 * How the device model's ring work is run. Inside: the access waits for it. Woken: a context of its own is
 * woken and takes all there is. Posted: a write to memory does not even wait for the register (real hardware).
 */
export type Runs = 'inside' | 'woken' | 'posted';

/** A queue of received frames in front of a device model. */
export interface ReceiveQueue extends DropPlace {
  /** The parameter that ends it. */
  readonly size: ParameterId;
  readonly in: 'frames' | 'bytes';
  /**
   * Frames stay in it while the guest offers no buffer, if the device hears of new ones; else a frame that is taken
   * from it and finds no buffer is dropped.
   */
  readonly waits: boolean;
}

export interface Placement {
  readonly places: Readonly<Partial<Record<Role, Place>>>;
  readonly runs: Runs;
  /** Who serves registers other than doorbells, where it is not the device model's place. */
  readonly registers?: Place;
  /** What it takes to wake the worker, where there is one to wake within its own domain. */
  readonly wake?: Crossing;
  /** How the device's side looks at its rings unasked, where it may be told nothing of what is in them. */
  readonly looks?: Activity;
  /** The doorbell threshold that the device sets for its driver; one where there is none. */
  readonly doorbellThreshold?: ParameterId;
  /** The guest announces ring work through the monitor page of the architecture, not by a call. */
  readonly monitored?: true;
  /**
   * Transfers under way from which on the device does not ask to be told of new ones, and looks for itself at each
   * that ends; where absent, it asks whenever it finds its ring empty.
   */
  readonly quietFrom?: number;
  /** Where received frames wait for the device model; without it the physical driver's context goes on with them. */
  readonly receiveQueue?: ReceiveQueue;
  /**
   * Time for which the device’s side looks at a ring that it has drained, before it asks to be told of what comes and
   * sleeps. Only with `looks`.
   */
  readonly pollsFor?: ParameterId;
  /** How the host holds back the device's interrupts. */
  readonly coalescing?: Coalescing;
  /** A frame counts as sent as soon as the physical driver has it; else when the card has sent it. */
  readonly sentWhen?: 'handed-over';
  /**
   * The device's side gathers: it takes up to so many of the transfers or frames that wait, and tells the guest of all
   * together. Without it, it serves and announces each as it comes.
   */
  readonly gathers?: number;
  /** Purpose of the crossings that interrupt the guest, where it is not the usual one of the trigger. */
  readonly injects?: 'inject-direct';
}

/**
 * Interrupts that are held back: by rate, those of a vector are on average a gap apart, and only so many go out at once
 * after a pause; by number, one goes out for so many, or when the first has waited for the longest time.
 */
export type Coalescing =
  | { readonly by: 'rate'; readonly gap: ParameterId; readonly atOnce: ParameterId }
  | { readonly by: 'number'; readonly number: ParameterId; readonly longest: ParameterId };

/** What happens when the guest acknowledges an interrupt, by how it was triggered. */
export type EndOfInterrupt = 'trapped' | 'without-exit' | 'automatic';

/** Memory in which a guest leaves a bit that the hypervisor finds when it next looks: no exit, a delay. */
export interface MonitorPage {
  readonly domain: DomainId;
  readonly sets: Activity;
  readonly finds: Activity;
}

/**
 * One way of a host, and what it rests on that a host does it so. It changes the architecture's own rows: devices and
 * drivers know of no policy.
 */
export interface PolicyChoice extends Grounds {
  readonly id: string;
  /** What the host does, as a sentence. */
  readonly title: string;
  /** What it changes that can be counted or measured, as a sentence. */
  readonly consequence: string;
  /** The architecture when the host does so; as its table has it where absent. */
  change?(known: Architecture): Architecture;
  /** Values that belong to it; those that a scenario sets count before them. */
  readonly parameters?: Overrides;
}

/** A question that the host answers as it likes. */
export interface Policy {
  /** What people type: unique within its architecture. */
  readonly id: string;
  /** What is chosen, as a noun phrase. */
  readonly title: string;
  /** Devices whose numbers hang on it. */
  readonly devices: readonly string[];
  /** A parameter of earlier editions that said the same, and what its values stood for: addresses still carry it. */
  readonly formerly?: { readonly parameter: string; readonly choices: readonly string[] };
  /** Chip variants that stand for its choices, in their order: both ends have agreed, so asking for one chooses. */
  readonly variants?: readonly string[];
  /** The default first. */
  readonly choices: readonly [PolicyChoice, ...PolicyChoice[]];
}

export interface Architecture {
  readonly id: string;
  readonly title: string;
  /** What it calls a paravirtual device. */
  readonly paravirtualName: string;
  /** Whether there is a hypervisor, and so an edge of it. */
  readonly hasHypervisor: boolean;
  readonly domains: readonly Domain[];
  readonly crossings: readonly Crossing[];
  /** Prices of crossings that only moved roles need; for a sort without a row the bare processor's count. */
  readonly pricesByKind?: readonly KindPrice[];
  /** Parts that can crash and have a name or a source here; others follow from roles and domains. */
  readonly parts?: readonly Part[];
  /** Placements by name; a device has the one of its class, unless its offer names another. */
  readonly placement: Readonly<Record<string, Placement>>;
  readonly endOfInterrupt: Readonly<Record<'level' | 'edge' | 'event', EndOfInterrupt>>;
  /** What brings a virtual processor out of the guest to be interrupted, where no interrupt reaches it there. */
  readonly kick?: Crossing;
  readonly monitorPage?: MonitorPage;
  /** Schedulers that run virtual processors, the default first; each with the crossings that differ under it. */
  readonly schedulers?: Readonly<Record<string, readonly Crossing[]>>;
  /** What the host is free to choose. */
  readonly policies?: readonly Policy[];
  /** Devices it offers. */
  readonly devices: Readonly<Record<string, Offer>>;
}

/** How an architecture offers a device. */
export interface Offer {
  /** Chip variant, where it differs from the device's default. */
  readonly variant?: string;
  /** How it interrupts, where that differs from the device's default. */
  readonly interrupts?: DeviceOptions['interrupts'];
  /** Name of the placement, where it is not the one of the device's class. */
  readonly placement?: string;
  /** Names of placements by variant of the device, where what serves it cannot serve them all. */
  readonly placementOfVariant?: Readonly<Record<string, string>>;
  /** Virtual machine generations that have it, where not all do. */
  readonly generations?: readonly Generation[];
  /**
   * What the guest finds where its integration services (the drivers for paravirtual devices) are missing: the
   * emulated device that answers instead, if the virtual machine's generation has it; null where nothing answers.
   */
  readonly withoutServices?: string | null;
  /** The device as which the guest drives it instead where it has those drivers; whose kernel does, and a source. */
  readonly leftTo?: { readonly device: string; readonly says: string; readonly source: string };
}

export type Generation = 1 | 2;

/**
 * Where a device that an architecture offers is served, in its usual variant unless another is named. Throws where its
 * table has no such placement.
 */
export function placementOf(
  { id, devices, placement }: Architecture,
  device: Pick<DeviceEntry, 'id' | 'class'>,
  variant?: string,
): Placement {
  const offer = devices[device.id];
  const name = offer?.placementOfVariant?.[variant ?? ''] ?? offer?.placement ?? device.class;
  const found = placement[name];
  if (found === undefined)
    throw new RangeError(`${id} has no placement '${name}' for ${device.id}`);
  return found;
}

/**
 * The architecture with another scheduler: its crossings take the place of those between the same
 * domains for the same purpose.
 */
export function scheduledBy(architecture: Architecture, scheduler: string): Architecture {
  const own = architecture.schedulers?.[scheduler] ?? [];
  const replaced = (crossing: Crossing): boolean =>
    own.some(
      (other) =>
        other.from === crossing.from &&
        other.to === crossing.to &&
        String(other.for) === String(crossing.for),
    );
  const kept = architecture.crossings.filter((crossing) => !replaced(crossing));
  return { ...architecture, crossings: [...own, ...kept] };
}

/**
 * The crossings from one domain to another for a purpose: the shortest way, and for each pair of
 * neighbours the crossing made for that purpose, else the general one. A way begins or ends in the
 * guest or in hardware, and never leads through them. Throws when there is no way.
 */
export function route(
  architecture: Architecture,
  purpose: Purpose,
  from: DomainId,
  to: DomainId,
): Crossing[] {
  const reached = new Map<DomainId, Crossing[]>([[from, []]]);
  for (const [domain, path] of reached) {
    if (domain === to) return path;
    if (domain !== from && isEnd(architecture, domain)) continue;
    for (const crossing of neighbours(architecture, purpose, domain)) {
      if (!reached.has(crossing.to)) reached.set(crossing.to, [...path, crossing]);
    }
  }
  throw new Error(`${architecture.id} has no way from ${from} to ${to} for '${purpose}'`);
}

function isEnd({ domains }: Architecture, id: DomainId): boolean {
  const kind = domains.find((domain) => domain.id === id)?.kind;
  return kind === 'guest-kernel' || kind === 'guest-user' || kind === 'hardware';
}

function neighbours(architecture: Architecture, purpose: Purpose, from: DomainId): Crossing[] {
  const leaving = architecture.crossings.filter((crossing) => crossing.from === from);
  const own = leaving.filter((crossing) => crossing.for?.includes(purpose));
  const general = leaving.filter(
    (crossing) => crossing.for === undefined && !own.some((other) => other.to === crossing.to),
  );
  return [...own, ...general];
}
