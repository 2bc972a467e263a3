/**
 * The way of frames and blocks: from the device model through switch or storage stack and the physical driver to card
 * or disk, and back; and of frames that come in from the wire.
 *
 * Three moments end a request, by one word each everywhere: the hardware is *done* with a transfer, the device model
 * has *served* it (its status, or the frame, is in the guest's memory), and the guest has *completed* the request.
 */
import type { DeviceModel, IncomingFrame, Transfer } from '../devices/device.ts';
import type { Server } from '../des/server.ts';
import { begin, enter, type Flow, fork, rejoin } from './flow.ts';
import type { Tracer } from './tracer.ts';
import type { Action } from '../des/simulation.ts';
import { wireBytesOf } from '../memory/segmentation.ts';
import { Arrivals, type Lost } from './arrivals.ts';
import { Batch } from './batch.ts';
import type { Bay } from './bay.ts';
import type { Machine } from './machine.ts';
import { ModelContext } from './model-context.ts';
import type { Requests } from './requests.ts';
import type { Way } from './way.ts';
import { pagesIn, type Ways } from './ways.ts';

/** What the wire at the other end learns. */
export interface Peer {
  /** A frame has left the host. */
  sent?(request: number, flow: Flow): void;
}

export class Pipeline {
  private readonly context: ModelContext;
  private readonly arrivals: Arrivals;
  private readonly machine: Machine;
  private readonly ways: Ways;
  private readonly tracer: Tracer;
  private readonly bay: Bay;
  private readonly requests: Requests;
  private peer!: Peer;
  private readonly hasCard: boolean;
  private readonly hasDisk: boolean;
  private readonly hasDriver: boolean;
  /** Transfers that the physical driver has to end. */
  private readonly ending: Batch;
  /** Transfers that the device's side takes at once. */
  private readonly most: number;
  /** Who last found the back end taking nothing. */
  private waiting: Flow | undefined;

  constructor(parts: {
    machine: Machine;
    ways: Ways;
    tracer: Tracer;
    bay: Bay;
    requests: Requests;
    missedCounter: string | undefined;
    name: string;
  }) {
    this.machine = parts.machine;
    this.ways = parts.ways;
    this.tracer = parts.tracer;
    this.bay = parts.bay;
    this.requests = parts.requests;
    this.hasCard = this.ways.place('network-card') !== undefined;
    this.hasDisk = this.ways.place('disk') !== undefined;
    this.hasDriver = this.ways.place('physical-driver') !== undefined;
    this.context = new ModelContext(parts);
    const { gathers } = this.ways.placement;
    this.ending = new Batch(gathers);
    this.most = gathers ?? Infinity;
    const served = this.count.bind(this);
    this.arrivals = new Arrivals({ ...parts, context: this.context, served });
  }

  /** The actors of the device model's side. */
  get servers(): readonly Server[] {
    return [this.context.server];
  }

  connect(peer: Peer): void {
    this.peer = peer;
  }

  // --- faults ---------------------------------------------------------------------------------------

  stop(): void {
    this.arrivals.state = 'stopped';
  }

  hold(): void {
    if (this.arrivals.state === 'runs') this.arrivals.state = 'holds';
  }

  /** Ends a hold; returns the flow that waited meanwhile, if one did, and how many frames were dropped. */
  resume(): { waiting: Flow | undefined; dropped: number } {
    const { waiting } = this;
    const { dropped, state } = this.arrivals;
    this.waiting = undefined;
    if (state === 'holds') this.arrivals.resume();
    return { waiting, dropped };
  }

  // --- from the guest -------------------------------------------------------------------------------

  /** Takes every transfer the device model finds, one after the other, as far as the hardware's ring. */
  takeAll(flow: Flow, done: Action): void {
    this.retry();
    this.takeNext(flow, flow.cause, 0, 0, done);
  }

  /**
   * Takes the next transfer; `woken` is what the batch follows from, `before` the request that was taken before,
   * `found` how many of the batch were.
   */
  private takeNext(flow: Flow, woken: number, before: number, found: number, done: Action): void {
    if (this.arrivals.state !== 'runs') {
      this.waiting = fork(flow);
      return this.bay.interrupts.inject(flow, done);
    }
    const transfer = this.bay.run(flow, take, undefined);
    if (transfer === undefined) return this.bay.interrupts.inject(flow, done);
    const own = this.flowOf(transfer.payload, flow, woken, before);
    const { kind, bytes, entries = 1, maps = pagesIn(bytes), listCalls = 0 } = transfer;
    const out = this.ways.out(kind, found === 0, bytes, maps, listCalls);
    enter(own, 'drive');
    this.tracer.carry(own, out.way, bytes, entries, maps, () => {
      rejoin(flow, own);
      if (this.arrivals.state === 'stopped') return done();
      const goOn = (): void =>
        this.tracer.walk(flow, out.handBack(), 0, () =>
          this.takeNext(flow, woken, own.request, (found + 1) % this.most, done),
        );
      if (kind === 'send' ? !this.hasCard : !this.hasDisk)
        return this.hardwareDone(fork(own), transfer, goOn);
      this.toHardware(fork(own, 'device'), transfer, out.hardware());
      goOn();
    });
  }

  /**
   * The flow of one transfer of a batch: that of the batch as long as it is woken for that request, else its own
   * submission.
   */
  private flowOf(request: number, batch: Flow, woken: number, before: number): Flow {
    const isOfBatch = request === 0 || request === batch.request;
    if (isOfBatch && (before === 0 || before === batch.request)) return batch;
    const { phase } = batch;
    if (isOfBatch) return begin(batch.request, phase, woken);
    return begin(request, phase, this.tracer.begun(this.requests.submission(request)));
  }

  private toHardware(flow: Flow, transfer: Transfer, way: Way): void {
    const { kind, bytes } = transfer;
    const { sentWhen } = this.ways.placement;
    if (kind !== 'send') {
      const { disk } = this.machine;
      const slept = disk.post((free) => {
        this.tracer.walk(flow, way, bytes, () => {
          free();
          this.hardwareDone(flow, transfer, nothing);
        });
      });
      if (slept) disk.awake();
      return;
    }
    if (sentWhen === 'handed-over') this.serve(fork(flow), transfer, true, nothing);
    const { card } = this.machine;
    const slept = card.post((free) => {
      this.machine.simulation.in(this.machine.wireTime(this.ways.placement, bytes), free);
      this.tracer.walk(flow, way, wireBytesOf(bytes), () => {
        this.peer.sent?.(transfer.payload, flow);
        if (sentWhen !== 'handed-over') this.hardwareDone(flow, transfer, nothing);
      });
    });
    if (slept) card.awake();
  }

  /** The hardware is done with a transfer; `heard` is called when the device model knows, where it can know at once. */
  private hardwareDone(flow: Flow, transfer: Transfer, heard: Action): void {
    const { kind, bytes, entries = 1, unmaps = pagesIn(bytes) } = transfer;
    if (kind === 'send' && !this.hasCard) this.peer.sent?.(transfer.payload, flow);
    if (this.arrivals.state === 'stopped') return heard();
    if (!this.hasDriver) return this.serve(flow, transfer, true, heard);
    const { driverContext } = this.machine;
    this.ending.waiting++;
    const slept: boolean = driverContext.post((done) => {
      if (this.arrivals.state === 'stopped') return done();
      const first = this.ending.take(slept);
      const more = this.ending.goesOn;
      const back = this.ways.back(kind, first, bytes, unmaps, 0);
      enter(flow, 'complete');
      this.tracer.carry(flow, back.way, bytes, entries, unmaps, () => {
        if (back.isThere) return this.served(flow, transfer, more, done);
        this.context.handOver(flow, back, done, (end) =>
          this.tracer.carry(flow, back.modelPart(), bytes, entries, unmaps, () =>
            this.served(flow, transfer, more, end),
          ),
        );
      });
    });
    if (slept)
      this.tracer.walk(
        flow,
        this.ways.hardwareInterrupt(kind, true, bytes, unmaps, 0),
        0,
        driverContext.awake,
      );
  }

  /** The device model serves a transfer: it does its part, once the hardware is done. */
  private serve(flow: Flow, transfer: Transfer, first: boolean, done: Action): void {
    if (this.arrivals.state === 'stopped') return done();
    const { kind, bytes, entries = 1, unmaps = pagesIn(bytes) } = transfer;
    enter(flow, 'complete');
    this.tracer.carry(
      flow,
      this.ways.serves(kind, first, bytes, unmaps, 0),
      bytes,
      entries,
      unmaps,
      () => this.served(flow, transfer, false, done),
    );
  }

  /**
   * The device model has done that: it writes the status back and interrupts the guest, if it has to; `more` ends may
   * follow at once.
   */
  private served(flow: Flow, transfer: Transfer, more: boolean, done: Action): void {
    if (this.arrivals.state === 'stopped') return done();
    this.count(flow, transfer.payload === 0 ? flow.request : transfer.payload, transfer.bytes);
    this.bay.run(flow, more ? writeBack : writeBackLast, transfer);
    this.bay.carryOut(flow, done);
  }

  /** So many bytes of a request are served. */
  private count(flow: Flow, request: number, bytes: number): void {
    if (this.requests.served(request, bytes))
      this.tracer.request(flow, 'served', this.ways.model.domain);
  }

  // --- from the wire --------------------------------------------------------------------------------

  /** A frame arrives for the guest; `lost` is called when nobody takes it. */
  arrive(frame: IncomingFrame, flow: Flow, lost: Lost): void {
    this.arrivals.arrive({ frame, flow, lost });
  }

  /** The guest may have offered buffers for frames. */
  retry(): void {
    this.arrivals.retry();
  }
}

// What the pipeline asks of the device.
const take = (device: DeviceModel): Transfer | undefined => device.take();
const writeBack = (device: DeviceModel, transfer: Transfer): void =>
  device.finished(transfer, true);
const writeBackLast = (device: DeviceModel, transfer: Transfer): void =>
  device.finished(transfer, false);

const nothing = (): void => {};
