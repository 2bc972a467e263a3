/**
 * The guest's network stack as a driver sees it: a queue of frames in front of the driver, and requests that are done
 * when their last frame has left or arrived. Leaves out: sockets, protocols and their time.
 */
import type { Driver, GuestFrame, NetworkDriver } from '../drivers/driver.ts';
import type { Requests } from '../host/requests.ts';
import type { Operation } from '../scenario.ts';
import type { Flow } from '../tracer.ts';
import type { Guest, UpperHalf } from './guest.ts';

/** Frames that an application hands over at once. */
interface Message {
  readonly frames: readonly GuestFrame[];
  /** Whether the driver learns that more follow (a list of frames), or gets them one by one. */
  readonly listed: boolean;
}

export class NetworkStack implements UpperHalf {
  private readonly guest: Guest;
  private readonly driver: NetworkDriver;
  private readonly requests: Requests;
  private readonly operation: Operation;
  private readonly queue: Message[] = [];
  /** Frames of a request that are still under way, where it has several. */
  private readonly framesLeft = new Map<number, number>();
  private sending = false;

  constructor(guest: Guest, driver: NetworkDriver, requests: Requests, operation: Operation) {
    this.guest = guest;
    this.driver = driver;
    this.requests = requests;
    this.operation = operation;
  }

  /** Sends the frames of some requests; `listed` tells the driver which of them another one follows at once. */
  send(frames: readonly GuestFrame[], listed: boolean): void {
    this.queue.push({ frames, listed });
    if (this.sending) return;
    this.sending = true;
    const flow: Flow = { request: frames[0]!.payload, phase: 'submit', cause: -1 };
    this.guest.start(this.drain(flow), flow);
  }

  /** A request has several frames. */
  expect(request: number, frames: number): void {
    if (frames > 1) this.framesLeft.set(request, frames);
  }

  private *drain(flow: Flow): Driver {
    for (let message = this.queue.shift(); message !== undefined; message = this.queue.shift()) {
      const { frames, listed } = message;
      for (const [index, frame] of frames.entries()) {
        while (!this.driver.hasRoom()) yield this.guest.wait();
        if (flow.request !== frame.payload) {
          flow.request = frame.payload;
          if (index === 0) flow.cause = -1;
        }
        this.begin(frame, frames[index - 1], flow);
        yield* this.driver.transmit(frame, listed && index + 1 < frames.length);
        this.requests.submittedBy(frame.payload, { ...flow });
      }
    }
    this.sending = false;
  }

  private begin(frame: GuestFrame, before: GuestFrame | undefined, flow: Flow): void {
    if (before?.payload === frame.payload) return;
    this.guest.tracer.request({ ...flow, phase: 'submit' }, 'submitted', 'guest');
    this.requests.submittedBy(frame.payload, flow);
  }

  transmitted(payload: number): void {
    if (this.operation !== 'echo') this.frameDone(payload);
  }

  received(payload: number): void {
    this.frameDone(payload);
  }

  completed(): void {
    throw new Error('a network driver completes no block commands');
  }

  settled(): void {}

  private frameDone(request: number): void {
    const left = (this.framesLeft.get(request) ?? 1) - 1;
    if (left > 0) {
      this.framesLeft.set(request, left);
      return;
    }
    this.framesLeft.delete(request);
    this.guest.finish(request);
  }
}
