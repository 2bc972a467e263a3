/**
 * The guest's network stack as a driver sees it: a queue of frames in front of the driver, and requests that are
 * completed when their last frame has left or arrived. Sending takes time where the scenario gives it a price. Leaves
 * out: sockets and protocols, and the time that receiving takes, of which no figure is published.
 */
import { Queue } from '../des/queue.ts';
import type { Driver, GuestFrame, NetworkDriver } from '../drivers/driver.ts';
import type { Requests } from '../host/requests.ts';
import type { DropPlace } from '../vocabulary/results.ts';
import type { Activity, Price } from '../vocabulary/trace.ts';
import type { Operation } from '../vocabulary/scenario.ts';
import { begin, type Flow, takeUp } from '../host/flow.ts';
import type { Guest, UpperHalf } from './guest.ts';

/** The queue of frames in front of the guest's own driver. */
export const guestQueue: DropPlace = {
  place: 'guest’s queue in front of its driver',
  counter: 'dropped (tc -s qdisc)',
  evidence: 'documented',
  source: 'linux-source',
};

/** What the stack pays to send a frame. */
export const sendPrices: readonly Price[] = [
  { parameter: 'guest-network-send', per: 'once' },
  { parameter: 'guest-network-send-byte', per: 'byte' },
];

const sends: Activity = {
  sentence: 'The guest’s network stack sends {bytes} bytes',
  evidence: 'inferred',
  source: 'mana-gso-2025',
  prices: sendPrices,
};

/** A frame that waits for the driver. */
interface Queued {
  readonly frame: GuestFrame;
  /** Whether it is the first frame of its request. */
  readonly begins: boolean;
  /** Whether the driver learns that another one follows at once. */
  readonly more: boolean;
  /** Whether it follows the frame before it in one call of the application. */
  readonly follows: boolean;
}

export class NetworkStack implements UpperHalf {
  private readonly guest: Guest;
  private readonly driver: NetworkDriver;
  private readonly requests: Requests;
  private readonly operation: Operation;
  private readonly takesTime: boolean;
  private readonly queue = new Queue<Queued>();
  /** Frames of a request that are still under way, where it has several. */
  private readonly framesLeft = new Map<number, number>();
  /** The flow of the task that sends, or of the last one. */
  private flow: Flow = begin(0, 'submit');
  private sending = false;
  private stopped = false;
  /** The frame that the driver got last is followed by others of its list. */
  private more = false;

  constructor(parts: {
    guest: Guest;
    driver: NetworkDriver;
    requests: Requests;
    operation: Operation;
    /** Whether sending a frame takes time before the driver has it. */
    takesTime: boolean;
  }) {
    this.guest = parts.guest;
    this.driver = parts.driver;
    this.requests = parts.requests;
    this.operation = parts.operation;
    this.takesTime = parts.takesTime;
  }

  /** Puts a frame into the queue in front of the driver. */
  add(frame: Queued): void {
    this.queue.push(frame);
  }

  /** Frames that wait for the driver. */
  get queued(): number {
    return this.queue.length;
  }

  /** Sends what is in the queue, as far as the driver takes it. */
  send(): void {
    if (this.sending || !this.goesOn()) return;
    const first = this.queue.peek();
    if (first === undefined) return;
    this.sending = true;
    this.flow = begin(first.frame.payload, 'submit', this.flow.cause);
    this.guest.start(this.flow, this.next, this.inList);
  }

  /** Whether the driver takes another frame: else the queue is stopped until it does. */
  private goesOn(): boolean {
    const runs = this.driver.hasRoom();
    if (runs === this.stopped) this.guest.queue(runs);
    this.stopped = !runs;
    return runs;
  }

  /** A request has several frames. */
  expect(request: number, frames: number): void {
    if (frames > 1) this.framesLeft.set(request, frames);
  }

  /** A frame of the request is lost, so the others do not make it whole. */
  forget(request: number): void {
    this.framesLeft.set(request, Infinity);
  }

  /** The driver's code for the next frame; nothing when there is none or the driver has no room. */
  private readonly next = (): Driver | undefined => {
    const { flow } = this;
    this.requests.submitted(flow.request, flow.cause);
    if (!this.goesOn() || this.queue.length === 0) {
      this.sending = false;
      return undefined;
    }
    const { frame, begins, more, follows } = this.queue.shift()!;
    this.more = more;
    takeUp(flow, frame.payload, follows ? flow.cause : -1);
    if (begins) this.guest.tracer.request(flow, 'submitted', 'guest');
    this.requests.submittedBy(frame.payload, flow);
    return this.takesTime ? this.through(frame, more) : this.driver.transmit(frame, more);
  };

  private *through(frame: GuestFrame, more: boolean): Driver {
    yield this.guest.work(sends, 1, frame.bytes);
    yield* this.driver.transmit(frame, more);
  }

  /** A list is sent with bottom halves off as a whole (dev_hard_start_xmit), unless the queue stops in it. */
  private readonly inList = (): boolean => this.more && this.queue.length > 0 && this.goesOn();

  transmitted(payload: number): void {
    if (this.operation !== 'echo') this.frameDone(payload);
  }

  received(payload: number): void {
    this.frameDone(payload);
  }

  /** A queue that had to wait for room goes on. */
  settled(): void {
    this.send();
  }

  private frameDone(request: number): void {
    const left = (this.framesLeft.get(request) ?? 1) - 1;
    if (left > 0) {
      this.framesLeft.set(request, left);
      return;
    }
    this.framesLeft.delete(request);
    this.guest.complete(request);
  }
}
