/**
 * The guest's block layer (Linux blk-mq) as a driver sees it: requests split at the driver's limits, a tag for each
 * command, submission in the order of asking while tags last, and several at once where they were asked for at once.
 * Leaves out: merging (the workload's blocks are apart), schedulers' reordering, the time of file systems.
 */
import { Queue } from '../des/queue.ts';
import {
  type BlockCommand,
  type BlockLimits,
  type Driver,
  mostBytes,
  type StorageDriver,
} from '../drivers/driver.ts';
import { pageBytes, sectorBytes } from '../memory/block.ts';
import type { Requests } from '../host/requests.ts';
import type { Activity } from '../vocabulary/trace.ts';
import { begin, type Flow, takeUp } from '../host/flow.ts';
import type { Guest, UpperHalf } from './guest.ts';

/** A request of the workload, or a part of one: a command that gets its tag when it is submitted. */
export type BlockRequest = Omit<BlockCommand, 'tag'> & { tag: number };

/**
 * A plug collects commands before they go on: so many (BLK_MAX_REQUEST_COUNT), or up to one of so many bytes
 * (BLK_PLUG_FLUSH_SIZE). Linux finds that out when the next command comes (blk_add_rq_to_plug).
 */
const plugLimit = 32;
const plugFlushBytes = 128 * 1024;
/** Requests that io_submit takes without a plug around them (AIO_PLUG_THRESHOLD). */
const plugThreshold = 2;

const takes: Activity = {
  sentence: 'The guest’s block layer prepares the request',
  evidence: 'documented',
  source: 'linux-source',
  prices: [{ parameter: 'guest-block-layer', per: 'once' }],
};

/** A command that waits for a tag: the first of its request or not, and the last of those announced together or not. */
interface Waiting {
  readonly command: BlockRequest;
  readonly begins: boolean;
  ends: boolean;
}

export class BlockLayer implements UpperHalf {
  private readonly guest: Guest;
  private readonly driver: StorageDriver;
  private readonly limits: BlockLimits;
  private readonly requests: Requests;
  private readonly waiting = new Queue<Waiting>();
  private readonly freeTags: number[];
  /** Request of the command that holds a tag. */
  private readonly byTag: number[] = [];
  /** Commands of a request that are not done, where it has several. */
  private readonly commandsLeft = new Map<number, number>();
  /** The flow of the task that submits, or of the last one. */
  private flow: Flow = begin(0, 'submit');
  private dispatching = false;
  private stopped = false;
  /** The command collected last, and how many have been since the last time they went on. */
  private newest: Waiting | undefined;
  private collected = 0;

  constructor(guest: Guest, driver: StorageDriver, limits: BlockLimits, requests: Requests) {
    this.guest = guest;
    this.driver = driver;
    this.limits = limits;
    this.requests = requests;
    this.freeTags = Array.from(
      { length: limits.queueDepth },
      (_, tag) => limits.queueDepth - 1 - tag,
    );
  }

  /**
   * Takes requests that are asked for at once. One plug is around more than two; a write has its own otherwise
   * (blkdev_write_iter), and a read has none: its commands wait together for the worker that runs the queue.
   */
  submit(all: readonly BlockRequest[]): void {
    const shared = all.length > plugThreshold;
    for (const request of all) {
      this.add(request, shared || request.kind === 'write');
      if (!shared) this.unplug();
    }
    this.unplug();
    this.dispatch(-1);
  }

  private add(request: BlockRequest, plugged: boolean): void {
    this.guest.tracer.request(begin(request.payload, 'submit'), 'submitted', 'guest');
    if (request.bytes <= mostBytes(this.limits)) {
      this.collect(request, true, plugged);
      return;
    }
    const commands = split(request, this.limits);
    this.commandsLeft.set(request.payload, commands.length);
    for (const [part, command] of commands.entries()) this.collect(command, part === 0, plugged);
  }

  private collect(command: BlockRequest, begins: boolean, plugged: boolean): void {
    const { newest } = this;
    if (plugged && newest !== undefined) {
      const full = this.collected === plugLimit || newest.command.bytes >= plugFlushBytes;
      if (full) this.unplug();
    }
    // A flush goes its own way, past the plug (blk_insert_flush).
    this.newest = { command, begins, ends: command.kind === 'flush' };
    this.collected++;
    this.waiting.push(this.newest);
  }

  /** What was collected goes on. */
  private unplug(): void {
    if (this.newest !== undefined) this.newest.ends = true;
    this.newest = undefined;
    this.collected = 0;
  }

  private dispatch(cause: number): void {
    const first = this.waiting.peek();
    if (first === undefined || this.dispatching || !this.goesOn()) return;
    this.dispatching = true;
    this.flow = begin(first.command.payload, 'submit', cause);
    this.guest.start(this.flow, this.next);
  }

  /** Whether the first command that waits can go on: else all wait until it can. */
  private goesOn(): boolean {
    const runs = this.canTake();
    if (runs === this.stopped) this.guest.queue(runs);
    this.stopped = !runs;
    return runs;
  }

  private canTake(): boolean {
    return this.freeTags.length > 0 && this.driver.hasRoom();
  }

  /** The code that submits the next command; nothing when there is none or it has to wait. */
  private readonly next = (): Driver | undefined => {
    const { flow } = this;
    this.requests.submitted(flow.request, flow.cause);
    if (this.waiting.length === 0 || !this.goesOn()) {
      this.dispatching = false;
      return undefined;
    }
    const next = this.waiting.shift()!;
    takeUp(flow, next.command.payload, flow.cause);
    this.requests.submittedBy(flow.request, flow);
    return this.submitting(next);
  };

  private *submitting({ command, begins, ends }: Waiting): Driver {
    command.tag = this.freeTags.pop()!;
    this.byTag[command.tag] = command.payload;
    if (begins) yield this.guest.work(takes);
    const last = ends || this.waiting.length === 0 || !this.canTake();
    yield* this.driver.submit(command, last);
  }

  completed(tag: number): void {
    this.freeTags.push(tag);
    const request = this.byTag[tag]!;
    const left = (this.commandsLeft.get(request) ?? 1) - 1;
    if (left > 0) {
      this.commandsLeft.set(request, left);
      return;
    }
    this.commandsLeft.delete(request);
    this.guest.complete(request);
  }

  /** Commands that waited for a tag go on when the guest has left its interrupt work; then a polled queue is polled. */
  settled(): void {
    this.dispatch(this.guest.follows);
    if (this.driver.pollQueue === undefined || this.dispatching) return;
    if (this.freeTags.length < this.limits.queueDepth) this.guest.spin();
  }
}

/** The commands of a request, none larger than the limits allow. */
export function split(request: BlockRequest, limits: BlockLimits): BlockRequest[] {
  const most = mostBytes(limits);
  const commands: BlockRequest[] = [];
  for (let done = 0; done < request.bytes; done += most) {
    const bytes = Math.min(most, request.bytes - done);
    const pages = request.pages.slice(done / pageBytes, Math.ceil((done + bytes) / pageBytes));
    commands.push({ ...request, sector: request.sector + done / sectorBytes, bytes, pages });
  }
  return commands;
}
