/**
 * Everything below and beside the guest: carries a trapped access to the device model wherever it is
 * placed, takes frames from it through switch, physical driver and card, and brings completions,
 * received frames and interrupts back. It knows roles and domains, never a product.
 */
import type {
  Architecture,
  Crossing,
  Doing,
  MonitorPage,
  Place,
  Placement,
  Purpose,
  Role,
  Stage,
} from './architectures/architecture.ts';
import { route } from './architectures/architecture.ts';
import { Server } from './des/server.ts';
import type { Simulation } from './des/simulation.ts';
import type { DeviceHost, DeviceModel, IncomingFrame, Transfer } from './devices/device.ts';
import type { GuestMemory } from './memory/guest-memory.ts';
import type { Trigger } from './memory/interrupt.ts';
import type { Register } from './memory/register.ts';
import type { Amounts, PriceList } from './parameters/index.ts';
import type { DomainId, Phase, Price } from './trace.ts';
import { type Flow, fork, type Leg, type Tracer } from './tracer.ts';
import { type Duration, duration } from './units.ts';

/** The guest's processor, as the host sees it. */
export interface InterruptTarget {
  /** An interrupt has come as far as the edge of the guest; `last` is the crossing into it. */
  interrupt(flow: Flow, vector: number, last: Crossing): void;
}

/** Number of the level-triggered pin; edges use their own vector numbers. */
const pin = 0;

interface Vector {
  raised: boolean;
  /** On its way to the guest, or waiting to be taken. */
  pending: boolean;
  inService: boolean;
}

export class Host implements DeviceHost {
  readonly memory: GuestMemory;
  /** How far the guest's own submission of each payload has come, for frames taken in a batch. */
  readonly submissions = new Map<number, Flow>();
  private readonly architecture: Architecture;
  private readonly placement: Placement;
  private readonly simulation: Simulation;
  private readonly tracer: Tracer;
  private readonly prices: PriceList;
  private readonly trigger: Trigger;
  /** What occupies the wire, for each byte of a frame. */
  private readonly wirePrices: readonly Price[];
  private readonly worker = new Server();
  private readonly card = new Server();
  private readonly driverContext = new Server();
  private readonly modelContext = new Server();
  private readonly routes = new Map<string, readonly Crossing[]>();
  private readonly vectors = new Map<number, Vector>();
  private wanted: number[] = [];
  private scheduled = false;
  private looking = false;
  private device!: DeviceModel;
  private guest!: InterruptTarget;
  /** The flow that device code runs under at this moment; none during set-up. */
  private current: Flow | undefined;

  constructor(parts: {
    architecture: Architecture;
    placement: Placement;
    simulation: Simulation;
    tracer: Tracer;
    prices: PriceList;
    memory: GuestMemory;
    trigger: Trigger;
  }) {
    this.architecture = parts.architecture;
    this.placement = parts.placement;
    this.simulation = parts.simulation;
    this.tracer = parts.tracer;
    this.prices = parts.prices;
    this.memory = parts.memory;
    this.trigger = parts.trigger;
    this.wirePrices = (this.place('network-card')?.does.transmit ?? []).flatMap(({ activity }) =>
      activity.prices.filter(({ per }) => per === 'byte'),
    );
  }

  connect(device: DeviceModel, guest: InterruptTarget): void {
    this.device = device;
    this.guest = guest;
  }

  get model(): Place {
    return this.place('device-model')!;
  }

  // --- the device's verbs ---------------------------------------------------------------------------

  setInterruptLine(raised: boolean): void {
    const vector = this.vector(pin);
    if (vector.raised === raised) return;
    vector.raised = raised;
    this.markVector(pin, raised);
    if (raised) this.want(pin);
  }

  fire(vector: number): void {
    if (this.trigger === 'event') this.notified(true);
    this.markVector(vector, true);
    this.want(vector);
  }

  hold(): void {
    this.notified(false);
  }

  schedule(): void {
    this.scheduled = true;
  }

  defer(): void {
    throw new Error('an access cannot be kept open yet');
  }
  answer(): void {
    this.defer();
  }
  after(nanoseconds: number, action: () => void): void {
    this.simulation.in(duration(nanoseconds), action);
  }

  // --- accesses -------------------------------------------------------------------------------------

  /** A register access during set-up: no time, no trace. */
  setUp(register: Register, op: 'read' | 'write', value: number): number {
    const answer = this.touch(register, op, value);
    this.scheduled = false;
    this.wanted = [];
    return answer;
  }

  /**
   * Carries an access to the device model and its answer back; `then` gets the value when the guest goes
   * on. The flow ends where the guest resumes.
   */
  access(
    flow: Flow,
    register: Register,
    op: 'read' | 'write',
    value: number,
    then: (value: number) => void,
  ): void {
    const { domain } = this.model;
    const there = this.crossings(flow, 'access', 'guest', domain).map((leg, hop): Leg =>
      flow.phase === 'notify' && hop > 0 ? { ...leg, phase: 'cross' } : leg,
    );
    const named = { register: register.label, op: op === 'read' ? 'read of' : 'write to' };
    const answers = this.doing('device-model', 'access', {}).map((leg) => ({
      ...leg,
      arguments: named,
    }));
    const inGuestTime = this.placement.runs === 'posted' && op === 'write' ? fork(flow) : flow;
    const phase: Phase = flow.phase === 'notify' ? 'cross' : flow.phase;
    const legs = [...there, ...answers.map((leg) => ({ ...leg, phase }))];
    if (inGuestTime !== flow) this.simulation.in(duration(0), () => then(value));
    this.tracer.walk(inGuestTime, legs, () => {
      const answer = this.run(inGuestTime, () => this.touch(register, op, value));
      this.serve(inGuestTime, () => {
        if (inGuestTime !== flow) return;
        this.tracer.walk(flow, this.crossings(flow, 'resume', domain, 'guest'), () => then(answer));
      });
    });
  }

  /** The guest announces ring work by hypercall, or leaves a bit for the hypervisor to find. */
  signal(flow: Flow, then: () => void): void {
    const { monitorPage } = this.architecture;
    if (monitorPage !== undefined && this.prices.value('hyper-v.monitored-channel') > 0) {
      return this.leaveBit(flow, monitorPage, then);
    }
    const [call, ...wake] = this.crossings(flow, 'signal', 'guest', this.model.domain) as [
      Leg,
      ...Leg[],
    ];
    this.tracer.walk(flow, [call], () => {
      this.wakeBackEnd(fork(flow, 'cross'), wake);
      this.tracer.walk(flow, this.crossings(flow, 'signal-return', call.domain, 'guest'), then);
    });
  }

  /** The monitor page: the guest goes on at once, and the hypervisor finds the bit when it looks. */
  private leaveBit(flow: Flow, page: MonitorPage, then: () => void): void {
    const sets: Leg = {
      body: { kind: 'ring', ring: 'monitor page', op: 'publish' },
      domain: 'guest',
      actor: 'guest',
      activity: page.sets,
    };
    const finds: Leg = {
      body: { kind: 'work' },
      domain: page.domain,
      actor: page.domain,
      activity: page.finds,
    };
    this.tracer.walk(flow, [sets], () => {
      const found = fork(flow, 'cross');
      this.tracer.walk(found, [finds], () =>
        this.wakeBackEnd(found, this.crossings(found, 'signal', page.domain, this.model.domain)),
      );
      then();
    });
  }

  /** Ring work that was not announced: the device's side finds it when it next looks, if it looks at all. */
  unannounced(flow: Flow): void {
    const { looks } = this.placement;
    if (looks === undefined || this.looking) return;
    this.looking = true;
    const found = fork(flow, flow.phase === 'interrupt' ? 'interrupt' : 'cross');
    const look: Leg = {
      body: { kind: 'work' },
      domain: this.model.domain,
      actor: this.model.actor,
      activity: looks,
    };
    this.tracer.walk(found, [look], () => {
      this.looking = false;
      this.wakeBackEnd(found, []);
    });
  }

  private wakeBackEnd(flow: Flow, wake: readonly Leg[]): void {
    const inPhase = wake.map((each) => ({ ...each, phase: flow.phase }));
    this.worker.post(
      (done) => this.takeAll(flow, done),
      (awake) => this.tracer.walk(flow, inPhase, awake),
    );
  }

  /** Whether the guest's acknowledgement leaves the guest. */
  get trapsEndOfInterrupt(): boolean {
    return this.architecture.endOfInterrupt[this.trigger] === 'trapped';
  }

  /** The guest acknowledges an interrupt; a level that is still raised comes again. */
  endOfInterrupt(flow: Flow, vector: number, then: () => void): void {
    const state = this.vector(vector);
    state.inService = false;
    const raiseAgain = (from: Flow): void => {
      if (this.trigger === 'level' && state.raised) this.want(vector);
      this.inject(from);
    };
    if (!this.trapsEndOfInterrupt) {
      raiseAgain(fork(flow));
      return then();
    }
    const edge = this.architecture.crossings.find((crossing) =>
      crossing.for?.includes('end-of-interrupt'),
    )!.to;
    this.tracer.walk(flow, this.crossings(flow, 'end-of-interrupt', 'guest', edge), () => {
      const told = fork(flow);
      const tells = this.isTold(edge)
        ? this.crossings(told, 'end-of-interrupt-message', edge, this.model.domain)
        : [];
      this.tracer.walk(told, tells, () => raiseAgain(told));
      this.tracer.walk(flow, this.crossings(flow, 'end-of-interrupt-return', edge, 'guest'), then);
    });
  }

  /** Whether the device model's side learns of the end of an interrupt. */
  private isTold(edge: DomainId): boolean {
    return this.architecture.crossings.some(
      (crossing) => crossing.from === edge && crossing.for?.includes('end-of-interrupt-message'),
    );
  }

  /** The guest has taken a vector. */
  accepted(flow: Flow, vector: number): void {
    const state = this.vector(vector);
    state.pending = false;
    state.inService = this.trigger === 'level';
    if (this.trigger === 'level') return;
    this.tracer.mark(flow, { kind: 'interrupt-line', vector, raised: false }, this.model.domain);
  }

  // --- frames from the wire -------------------------------------------------------------------------

  /** A frame arrives for the guest; `lost` is called when the guest has no buffer for it. */
  arrive(frame: IncomingFrame, lost: (flow: Flow) => void): void {
    const flow: Flow = { request: frame.payload, phase: 'device', cause: -1 };
    const amounts = { bytes: frame.bytes };
    this.card.post((done) => {
      this.simulation.in(this.wireTime(frame.bytes), done);
      const legs = this.doing('network-card', 'receive', amounts);
      this.tracer.walk(flow, legs, () => this.received(flow, frame, amounts, lost));
    }, immediately);
  }

  private received(
    flow: Flow,
    frame: IncomingFrame,
    amounts: Amounts,
    lost: (flow: Flow) => void,
  ): void {
    const { domain } = this.model;
    const deliver = (done: () => void): void => {
      const legs = this.inPhase(flow, 'process', this.doing('device-model', 'receive', amounts));
      this.tracer.walk(flow, legs, () => {
        if (this.run(flow, () => this.device.deliver!(frame))) this.served(flow);
        else lost(flow);
        this.serve(flow, done);
      });
    };
    const driver = this.place('physical-driver');
    if (driver === undefined) return deliver(() => undefined);
    const through: Role[] = ['physical-driver', 'virtual-switch'];
    this.driverContext.post(
      (done) => {
        const { legs, last } = this.passage(flow, through, 'receive', driver.domain, amounts);
        this.tracer.walk(flow, this.inPhase(flow, 'drive', legs), () => {
          if (last === domain) return deliver(done);
          this.handOver(flow, last, domain, deliver);
          done();
        });
      },
      (awake) => this.tracer.walk(flow, this.hostInterrupt(flow, 'drive', driver), awake),
    );
  }

  // --- frames from the guest ------------------------------------------------------------------------

  /** Takes every frame the device model finds, one after the other, as far as the card's ring. */
  private takeAll(flow: Flow, done: () => void): void {
    const frame = this.run(flow, () => this.device.take());
    if (frame === undefined) return this.inject(flow, done);
    const own = this.flowOf(frame, flow);
    const amounts = { bytes: frame.bytes };
    const start = this.model.domain;
    const { legs, last } = this.passage(
      own,
      ['virtual-switch', 'physical-driver'],
      'transmit',
      start,
      amounts,
    );
    const processed = this.inPhase(own, 'process', this.doing('device-model', 'transmit', amounts));
    this.tracer.walk(own, [...processed, ...this.inPhase(own, 'drive', legs)], () => {
      flow.cause = own.cause;
      const goOn = (): void =>
        this.tracer.walk(flow, this.crossings(flow, 'hand-back', last, start), () =>
          this.takeAll(flow, done),
        );
      const card = this.place('network-card');
      if (card === undefined) return this.sent(fork(own), frame, goOn);
      this.send(fork(own, 'device'), frame, last, card);
      goOn();
    });
  }

  /** The flow of one frame of a batch: its own submission, unless the batch was woken for it. */
  private flowOf(frame: Transfer, batch: Flow): Flow {
    if (batch.request === frame.payload) return batch;
    const submitted = this.submissions.get(frame.payload)?.cause ?? batch.cause;
    return { ...batch, request: frame.payload, cause: this.tracer.begun(submitted) };
  }

  private send(flow: Flow, frame: Transfer, from: DomainId, card: Place): void {
    this.card.post((done) => {
      this.simulation.in(this.wireTime(frame.bytes), done);
      const there = this.crossings(flow, 'hand-over', from, card.domain);
      const sends = this.doing('network-card', 'transmit', { bytes: frame.bytes });
      this.tracer.walk(flow, [...there, ...sends], () => this.sent(flow, frame, () => undefined));
    }, immediately);
  }

  /** A frame has left; `done` is called when the device model has heard of it, where it can hear at once. */
  private sent(flow: Flow, frame: Transfer, heard: () => void): void {
    const { domain } = this.model;
    const complete = (done: () => void): void => {
      const legs = this.inPhase(flow, 'complete', this.doing('device-model', 'complete', {}));
      this.tracer.walk(flow, legs, () => {
        this.served(flow);
        this.run(flow, () => this.device.finished(frame));
        this.serve(flow, done);
      });
    };
    const driver = this.place('physical-driver');
    if (driver === undefined) return complete(heard);
    this.driverContext.post(
      (done) => {
        const { legs, last } = this.passage(
          flow,
          ['physical-driver'],
          'complete',
          driver.domain,
          {},
        );
        this.tracer.walk(flow, this.inPhase(flow, 'complete', legs), () => {
          if (last === domain) return complete(done);
          this.handOver(flow, last, domain, complete);
          done();
        });
      },
      (awake) => this.tracer.walk(flow, this.hostInterrupt(flow, 'complete', driver), awake),
    );
  }

  // --- after device code has run --------------------------------------------------------------------

  /** What device code asked for while it ran: ring work first, then interrupts; then `done`. */
  private serve(flow: Flow, done: () => void): void {
    const scheduled = this.scheduled;
    this.scheduled = false;
    if (!scheduled) return this.inject(flow, done);
    if (this.placement.runs === 'inside') return this.inject(flow, () => this.takeAll(flow, done));
    const { wake } = this.placement;
    const own = fork(flow, flow.phase === 'notify' ? 'cross' : flow.phase);
    const wakes =
      wake === undefined
        ? []
        : [this.crossing(wake, own.phase === 'interrupt' ? 'interrupt' : 'cross')];
    this.worker.post(
      (free) => this.takeAll(own, free),
      (awake) => this.tracer.walk(own, wakes, awake),
    );
    this.inject(flow, done);
  }

  /** Sends wanted interrupts towards the guest, as the same actor, then goes on. */
  private inject(flow: Flow, done: () => void = () => undefined): void {
    const wanted = this.wanted;
    this.wanted = [];
    const vector = wanted.find((candidate) => !this.busy(candidate));
    if (vector === undefined) return done();
    this.vector(vector).pending = true;
    const purpose: Purpose = this.trigger === 'event' ? 'inject-event' : 'inject';
    const ways = this.ways(purpose, this.model.domain, 'guest');
    const carrier = fork(flow, flow.phase === 'interrupt' ? 'interrupt' : 'complete');
    const legs = ways.slice(0, -1).map((crossing) => this.crossing(crossing, carrier.phase));
    this.tracer.walk(carrier, legs, () => {
      this.guest.interrupt(fork(carrier, 'interrupt'), vector, ways.at(-1)!);
      flow.cause = legs.length > 0 ? carrier.cause : flow.cause;
      done();
    });
  }

  private busy(vector: number): boolean {
    const state = this.vector(vector);
    return state.pending || state.inService;
  }

  private want(vector: number): void {
    if (!this.wanted.includes(vector)) this.wanted.push(vector);
  }

  private run<T>(flow: Flow, code: () => T): T {
    this.current = flow;
    const result = code();
    this.current = undefined;
    return result;
  }

  private touch(register: Register, op: 'read' | 'write', value: number): number {
    if (op === 'read') return this.device.read(register) >>> 0;
    this.device.write(register, value >>> 0);
    return value;
  }

  private vector(number: number): Vector {
    const known = this.vectors.get(number);
    if (known !== undefined) return known;
    const fresh: Vector = { raised: false, pending: false, inService: false };
    this.vectors.set(number, fresh);
    return fresh;
  }

  private markVector(vector: number, raised: boolean): void {
    if (this.current === undefined) return;
    this.tracer.mark(this.current, { kind: 'interrupt-line', vector, raised }, this.model.domain);
  }

  private served(flow: Flow): void {
    this.tracer.mark(flow, { kind: 'request', state: 'served' }, this.model.domain);
  }

  private notified(sent: boolean): void {
    if (this.current === undefined) return;
    this.tracer.mark(
      this.current,
      { kind: 'notification', ring: 'to guest', sent },
      this.model.domain,
    );
  }

  // --- legs -----------------------------------------------------------------------------------------

  private place(role: Role): Place | undefined {
    return this.placement.places[role];
  }

  /** Routes are worked out once a run. */
  private ways(purpose: Purpose, from: DomainId, to: DomainId): readonly Crossing[] {
    const name = `${purpose} ${from} ${to}`;
    const known = this.routes.get(name);
    if (known !== undefined) return known;
    const fresh = route(this.architecture, purpose, from, to);
    this.routes.set(name, fresh);
    return fresh;
  }

  private crossing(crossing: Crossing, phase: Phase): Leg {
    return {
      body: { kind: 'crossing', crossing: crossing.kind, from: crossing.from },
      domain: crossing.to,
      actor: crossing.to,
      activity: crossing,
      phase,
    };
  }

  private crossings(flow: Flow, purpose: Purpose, from: DomainId, to: DomainId): Leg[] {
    return this.ways(purpose, from, to).map((crossing) => this.crossing(crossing, flow.phase));
  }

  private hostInterrupt(flow: Flow, phase: Phase, driver: Place): Leg[] {
    const card = this.place('network-card')!;
    return this.crossings(fork(flow, phase), 'device-interrupt', card.domain, driver.domain);
  }

  private doing(role: Role, stage: Stage, amounts: Amounts): Leg[] {
    const place = this.place(role);
    return (place?.does[stage] ?? []).map((doing) => leg(place!, doing, amounts));
  }

  /** The way through roles that follow each other, from a domain: crossings and what each role does. */
  private passage(
    flow: Flow,
    roles: readonly Role[],
    stage: Stage,
    from: DomainId,
    amounts: Amounts,
  ): { legs: Leg[]; last: DomainId } {
    const legs: Leg[] = [];
    let last = from;
    for (const role of roles) {
      const place = this.place(role);
      if (place === undefined) continue;
      legs.push(...this.crossings(flow, 'hand-over', last, place.domain));
      legs.push(...this.doing(role, stage, amounts));
      last = place.domain;
    }
    return { legs, last };
  }

  /** Gives a frame to the device model's own context in another domain. */
  private handOver(
    flow: Flow,
    from: DomainId,
    to: DomainId,
    job: (done: () => void) => void,
  ): void {
    const phase: Phase = flow.phase === 'complete' ? 'complete' : 'cross';
    this.modelContext.post(job, (awake) =>
      this.tracer.walk(flow, this.crossings(fork(flow, phase), 'hand-over', from, to), awake),
    );
  }

  private inPhase(flow: Flow, phase: Phase, legs: readonly Leg[]): Leg[] {
    if (flow.phase === 'interrupt') return [...legs];
    flow.phase = phase;
    return legs.map((each) => ({ ...each, phase }));
  }

  private wireTime(bytes: number): Duration {
    const onWire = bytes + this.prices.value('wire-overhead');
    return this.prices.bill(this.wirePrices, { bytes: onWire }).takes;
  }
}

const immediately = (awake: () => void): void => awake();

function leg(place: Place, doing: Doing, amounts: Amounts): Leg {
  const common = { domain: place.domain, actor: place.actor, activity: doing.activity, amounts };
  switch (doing.kind) {
    case 'work':
      return { ...common, body: { kind: 'work' } };
    case 'copy':
      return {
        ...common,
        body: { kind: 'copy', bytes: amounts.bytes ?? 0 },
        arguments: { bytes: amounts.bytes ?? 0 },
      };
    case 'publish':
    case 'consume':
      return { ...common, body: { kind: 'ring', ring: doing.ring, op: doing.kind } };
  }
}
