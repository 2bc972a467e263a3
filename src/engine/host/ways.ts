/**
 * The ways through one placement, worked out from the tables of its architecture when they are first walked. All
 * virtual machines with that placement share them.
 */
import type {
  Architecture,
  Crossing,
  Doing,
  Place,
  Placement,
  Purpose,
  Stage,
} from '../architectures/architecture.ts';
import { route } from '../architectures/architecture.ts';
import type { Counts } from './counts.ts';
import type { TransferKind } from '../devices/device.ts';
import { driverActivities } from '../drivers/driver.ts';
import { pageBytes } from '../memory/block.ts';
import type { Trigger } from '../memory/interrupt.ts';
import type { RegisterSpace } from '../memory/register.ts';
import type { Role } from '../vocabulary/role.ts';
import type { DomainId, Phase } from '../vocabulary/trace.ts';
import type { Leg, Way } from './way.ts';

/** A way and the domain in which it ends. */
interface Stretch {
  readonly way: Way;
  readonly last: DomainId;
}

/** The way of a transfer out to the hardware, and what follows where it ends. */
export interface Outward extends Stretch {
  /** Back to the device model's own work. */
  handBack(): Way;
  /** On to the card or disk. */
  hardware(): Way;
}

/** The way of a transfer or frame in from the hardware. */
export interface Inward {
  /** As far as the same context goes: the device model's own part included, where that is. */
  readonly way: Way;
  readonly isThere: boolean;
  /** Into the device model's own context, where it is another one, and its part there. */
  handOver(): Way;
  modelPart(): Way;
}

const isStorage = (kind: TransferKind): boolean => kind !== 'send';
const hardwareOf = (kind: TransferKind): Role => (isStorage(kind) ? 'disk' : 'network-card');

export class Ways {
  readonly architecture: Architecture;
  readonly placement: Placement;
  readonly model: Place;
  private readonly counts: Counts;
  private readonly largeOver: number;
  private readonly countsPages: boolean;

  constructor(architecture: Architecture, placement: Placement, counts: Counts) {
    this.architecture = architecture;
    this.placement = placement;
    this.counts = counts;
    this.model = placement.places['device-model']!;
    this.largeOver = threshold(placement);
    this.countsPages = rowsOf(placement).some(({ pagesAtOnce }) => pagesAtOnce !== undefined);
  }

  place(role: Role): Place | undefined {
    return this.placement.places[role];
  }

  // --- accesses and signals -------------------------------------------------------------------------

  /** From the guest to whoever serves the access: the device model, or who has its registers; by their space. */
  readonly access: Readonly<Record<RegisterSpace, (doorbell: boolean) => Way>> = {
    memory: this.byDoorbell((place) => this.accessTo(place, 'memory')),
    ports: this.byDoorbell((place) => this.accessTo(place, 'ports')),
  };

  private accessTo(place: Place, space: RegisterSpace): Way {
    const there = this.crossings('access', 'guest', place.domain);
    const serves = (place.does.access ?? []).flatMap((doing) => legsOf(place, doing));
    return this.counts.way(
      [...there, ...serves].map((leg, index) => (index === 0 ? leg : { ...leg, crossed: true })),
      space,
    );
  }

  /** From there back to the guest. */
  readonly resume = this.byDoorbell(({ domain }) => this.way('resume', domain, 'guest'));

  /** One for doorbells, and one for other registers, where these are served elsewhere. */
  private byDoorbell(make: (place: Place) => Way): (doorbell: boolean) => Way {
    const rung = lazily(() => make(this.model));
    const other = lazily(() => make(this.placement.registers!));
    return (doorbell) => (doorbell || this.placement.registers === undefined ? rung() : other());
  }

  /** The guest's call that announces ring work, and where it goes. */
  readonly signal = lazily((): Stretch => {
    const [call] = this.crossings('signal', 'guest', this.model.domain);
    return { way: this.counts.way([call!]), last: call!.domain };
  });

  /** From there on to the device model's side, in the phase of the flow. */
  readonly signalled = lazily(() =>
    this.counts.way([
      ...this.crossings('signal', 'guest', this.model.domain).slice(1),
      ...this.wakes(),
    ]),
  );

  readonly signalReturn = lazily(() => this.way('signal-return', this.signal().last, 'guest'));

  /** The guest leaves a bit in a page, and whoever looks at the page finds it. */
  readonly leavesBit = lazily(() => {
    const { sets } = this.architecture.monitorPage!;
    return this.counts.way([
      {
        body: { kind: 'ring', ring: 'monitor page', op: 'publish' },
        domain: 'guest',
        actor: 'guest',
        activity: sets,
      },
    ]);
  });

  readonly findsBit = lazily(() => {
    const { domain, finds } = this.architecture.monitorPage!;
    return this.counts.way([
      { body: { kind: 'work' }, domain, actor: domain, activity: finds },
      ...this.crossings('signal', domain, this.model.domain),
    ]);
  });

  /** The device's side looks at its rings unasked. */
  readonly looks = lazily(() =>
    this.counts.way([
      {
        body: { kind: 'work' },
        domain: this.model.domain,
        actor: this.model.actor,
        activity: this.placement.looks!,
      },
    ]),
  );

  /** The worker within the model's own domain wakes. */
  readonly wake = lazily(() => this.counts.way(inPhase('cross', this.wakes())));

  private wakes(): Leg[] {
    const { wake } = this.placement;
    return wake === undefined ? [] : [crosses(wake)];
  }

  readonly nothing = lazily(() => this.counts.way([]));

  // --- interrupts -----------------------------------------------------------------------------------

  /** As far as the edge of the guest. */
  readonly inject = this.byTrigger((trigger) =>
    this.counts.way(this.injection(trigger).slice(0, -1).map(crosses)),
  );

  /** Into the guest, whose handler starts. */
  readonly intoGuest = this.byTrigger((trigger) => this.counts.way(this.entering(trigger)));

  /** The same into a guest that runs, which first has to be brought out where only that lets it be interrupted. */
  readonly intoRunningGuest = this.byTrigger((trigger) => {
    const { kick } = this.architecture;
    if (kick === undefined) return this.intoGuest[trigger]();
    return this.counts.way([crosses(kick), ...this.entering(trigger)], 'kick');
  });

  private entering(trigger: Trigger): Leg[] {
    return [
      crosses(this.injection(trigger).at(-1)!),
      {
        body: { kind: 'work' },
        domain: 'guest',
        actor: 'guest',
        activity: driverActivities.handler,
      },
    ];
  }

  private injection(trigger: Trigger): readonly Crossing[] {
    const usual: Purpose = trigger === 'event' ? 'inject-event' : 'inject';
    return this.route(this.placement.injects ?? usual, this.model.domain, 'guest');
  }

  private byTrigger<T>(make: (trigger: Trigger) => T): Readonly<Record<Trigger, () => T>> {
    return {
      level: lazily(() => make('level')),
      edge: lazily(() => make('edge')),
      event: lazily(() => make('event')),
    };
  }

  /** Where the guest's acknowledgement is trapped to. */
  readonly acknowledgement = lazily((): Stretch => {
    const edge = this.architecture.crossings.find((crossing) =>
      crossing.for?.includes('end-of-interrupt'),
    )!.to;
    const legs = this.crossings('end-of-interrupt', 'guest', edge);
    return { way: this.counts.way(legs, 'end-of-interrupt'), last: edge };
  });

  /** The device model's side learns of it, where it does. */
  readonly acknowledged = lazily(() => {
    const edge = this.acknowledgement().last;
    const told = this.architecture.crossings.some(
      (crossing) => crossing.from === edge && crossing.for?.includes('end-of-interrupt-message'),
    );
    if (!told) return this.nothing();
    return this.way('end-of-interrupt-message', edge, this.model.domain);
  });

  readonly acknowledgeReturn = lazily(() =>
    this.way('end-of-interrupt-return', this.acknowledgement().last, 'guest'),
  );

  // --- transfers and frames -------------------------------------------------------------------------

  /** The device model takes a transfer, which goes through the roles behind it as far as the hardware. */
  readonly out = this.byTransfer((met): Outward => {
    const { kind } = met;
    const stage: Stage = isStorage(kind) ? 'submit' : 'transmit';
    const behind: Role[] = [
      isStorage(kind) ? 'storage-stack' : 'virtual-switch',
      'physical-driver',
    ];
    const taken = this.doings('device-model', stage, met);
    const { legs, last } = this.along(behind, stage, this.model.domain, met);
    return {
      way: this.counts.way([...inPhase('process', taken), ...inPhase('drive', legs)]),
      last,
      handBack: lazily(() => this.way('hand-back', last, this.model.domain)),
      hardware: lazily(() => this.hardware(met, last)),
    };
  });

  /** From the last driver to the card or disk, which does its part. */
  private hardware(met: Met, from: DomainId): Way {
    const { kind } = met;
    const role = hardwareOf(kind);
    const there = this.crossings('hand-over', from, this.place(role)!.domain);
    const stage: Stage = isStorage(kind) ? 'submit' : 'transmit';
    return this.counts.way([...there, ...this.doings(role, stage, met)]);
  }

  /** The hardware interrupts its driver, because a transfer is done. */
  readonly hardwareInterrupt = this.byTransfer(({ kind }) =>
    this.interruptFrom(hardwareOf(kind), 'complete'),
  );

  /** The driver and what stands on it learn that a transfer is done. */
  readonly back = this.byTransfer((met): Inward => {
    const { kind } = met;
    const stack: Role[] = isStorage(kind) ? ['storage-stack'] : [];
    const from = this.place('physical-driver')!.domain;
    const roles: Role[] = ['physical-driver', ...stack];
    const { legs, last } = this.along(roles, 'complete', from, met);
    return this.inward(inPhase('complete', legs), last, 'complete', this.serving(met));
  });

  /** The device model serves a transfer that the hardware is done with. */
  readonly serves = this.byTransfer((met) => this.counts.way(this.serving(met)));

  /** A frame comes in from the wire. */
  readonly cardReceives = lazily(() => this.counts.way(this.doings('network-card', 'receive')));

  readonly receiveInterrupt = lazily(() => this.interruptFrom('network-card', 'drive'));

  /** The physical driver and the switch pass a frame on as far as the device model. */
  readonly received = this.byTransfer((met): Inward => {
    const from = this.place('physical-driver')!.domain;
    const roles: Role[] = ['physical-driver', 'virtual-switch'];
    const { legs, last } = this.along(roles, 'receive', from, met);
    return this.inward(inPhase('drive', legs), last, 'cross', []);
  });

  /** The device model puts a frame into the guest's buffers. */
  readonly delivers = this.byTransfer((met) =>
    this.counts.way(inPhase('process', this.doings('device-model', 'receive', met))),
  );

  private serving(met: Met): Leg[] {
    return inPhase('complete', this.doings('device-model', 'complete', met));
  }

  private interruptFrom(role: Role, phase: Phase): Way {
    const driver = this.place('physical-driver')!;
    const legs = this.crossings('device-interrupt', this.place(role)!.domain, driver.domain);
    return this.counts.way(inPhase(phase, legs));
  }

  private inward(
    legs: readonly Leg[],
    last: DomainId,
    over: Phase,
    modelPart: readonly Leg[],
  ): Inward {
    const isThere = last === this.model.domain;
    return {
      way: this.counts.way(isThere ? [...legs, ...modelPart] : legs),
      isThere,
      handOver: lazily(() =>
        this.counts.way(inPhase(over, this.crossings('hand-over', last, this.model.domain))),
      ),
      modelPart: lazily(() => this.counts.way(modelPart)),
    };
  }

  // --- legs -----------------------------------------------------------------------------------------

  private way(purpose: Purpose, from: DomainId, to: DomainId): Way {
    return this.counts.way(this.crossings(purpose, from, to));
  }

  private crossings(purpose: Purpose, from: DomainId, to: DomainId): Leg[] {
    return this.route(purpose, from, to).map(crosses);
  }

  private route(purpose: Purpose, from: DomainId, to: DomainId): readonly Crossing[] {
    return route(this.architecture, purpose, from, to);
  }

  /**
   * One for each kind of transfer, for the first that a wake-up finds and for the others, for large ones and small, and
   * for each number of pages where rows depend on it.
   */
  private byTransfer<T>(make: (met: Met) => T) {
    const made: (T | undefined)[] = [];
    return (
      kind: TransferKind,
      first: boolean,
      bytes: number,
      pages: number,
      listCalls: number,
    ): T => {
      const large = bytes > this.largeOver;
      const counted = this.countsPages ? 3 * pages + listCalls : 0;
      const number = kindNumber[kind] + 2 * Number(large) + Number(first) + 16 * counted;
      return (made[number] ??= make({ kind, first, large, pages, listCalls }));
    };
  }

  private doings(role: Role, stage: Stage, met?: Met): Leg[] {
    const place = this.place(role);
    return (place?.does[stage] ?? [])
      .filter((doing) => met === undefined || (doing.for?.includes(met.kind) ?? true))
      .filter((doing) => met?.large !== false || doing.over === undefined)
      .filter((doing) => (met?.listCalls ?? 0) >= (doing.listCall ?? 0))
      .flatMap((doing) => legsMet(place!, doing, met));
  }

  /** From a domain through those of some roles, as far as there are any, each with what it does. */
  private along(
    roles: readonly Role[],
    stage: Stage,
    from: DomainId,
    met: Met,
  ): { legs: Leg[]; last: DomainId } {
    const legs: Leg[] = [];
    let last = from;
    for (const role of roles) {
      const place = this.place(role);
      if (place === undefined) continue;
      legs.push(...this.crossings('hand-over', last, place.domain));
      legs.push(...this.doings(role, stage, met));
      last = place.domain;
    }
    return { legs, last };
  }
}

function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

const kindNumber: Readonly<Record<TransferKind, number>> = {
  send: 0,
  read: 4,
  write: 8,
  flush: 12,
};

/** Which rows of a stage a transfer meets: those of its kind, of the first that a wake-up finds, of large payloads. */
interface Met {
  readonly kind: TransferKind;
  readonly first: boolean;
  readonly large: boolean;
  readonly pages: number;
  readonly listCalls: number;
}

const rowsOf = ({ places }: Placement): readonly Doing[] =>
  Object.values(places).flatMap(({ does }) => Object.values(does).flat());

/** The size above which rows are met that are for large payloads only. */
const threshold = (placement: Placement): number =>
  Math.min(Infinity, ...rowsOf(placement).flatMap(({ over }) => over ?? []));

/** Pages of the guest that so many bytes fill. */
export const pagesIn = (bytes: number): number => Math.ceil(bytes / pageBytes);

/** What becomes of a row for a transfer: once, once a batch, or as often as its pages ask for. */
function legsMet(place: Place, doing: Doing, met: Met | undefined): Leg[] {
  const { batched, joins, pages, pagesAtOnce } = doing;
  const priced = (each: Doing, amount: number | undefined): Leg[] =>
    legsOf(place, each).map((leg) => (amount === undefined ? leg : { ...leg, pages: amount }));
  if (met?.first === false && batched === true)
    return joins === undefined ? [] : priced({ kind: 'work', activity: joins }, pages);
  if (met === undefined || pagesAtOnce === undefined) return priced(doing, pages);
  return sharesOf(met.pages, pagesAtOnce).flatMap((amount) => priced(doing, amount));
}

/** A number of pages in parts of at most so many. */
function sharesOf(pages: number, most: number): number[] {
  if (pages === 0) return [];
  return pages <= most ? [pages] : [most, ...sharesOf(pages - most, most)];
}

const inPhase = (phase: Phase, legs: readonly Leg[]): Leg[] =>
  legs.map((leg) => ({ ...leg, phase }));

const crosses = (crossing: Crossing): Leg => ({
  body: { kind: 'crossing', crossing: crossing.kind, from: crossing.from },
  domain: crossing.to,
  actor: crossing.to,
  activity: crossing,
});

function legsOf(place: Place, doing: Doing): Leg[] {
  const { activity } = doing;
  const here = { domain: place.domain, actor: place.actor, activity };
  switch (doing.kind) {
    case 'work':
      return [{ ...here, body: { kind: 'work' } }];
    case 'copy':
      return [{ ...here, body: { kind: 'copy', bytes: 0 } }];
    case 'publish':
    case 'consume':
      return [{ ...here, body: { kind: 'ring', ring: doing.ring, op: doing.kind } }];
    case 'wake':
      return [{ ...here, body: { kind: 'crossing', crossing: 'wake-up', from: place.domain } }];
    case 'crossing': {
      const { crossing, to } = doing;
      const back = { ...activity, sentence: 'it returns', prices: [] };
      return [
        {
          body: { kind: 'crossing', crossing, from: place.domain },
          domain: to,
          actor: to,
          activity,
        },
        { ...here, body: { kind: 'crossing', crossing: 'return', from: to }, activity: back },
      ];
    }
  }
}
