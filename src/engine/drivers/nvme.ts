/**
 * The Linux NVMe driver (drivers/nvme/host: pci.c, core.c; Linux 6.1). Models: a queue pair for each processor,
 * commands with both page pointers or a page list, the tail doorbell after the last command of a batch or when the
 * ring would be full without it (nvme_write_sq_db), all completions with the right phase taken in one
 * interrupt, one head doorbell for them and none when there were none, completions handed on after it.
 * MSI-X, MSI and pin, in that order of preference, have the same handler: it reads no register and masks nothing.
 * Where the controller has shadow doorbells: the value goes into memory first, and the doorbell is spared
 * unless it passes the controller's event index (nvme_dbbuf_update_and_check_event). A queue that is polled
 * (poll_queues) is created without interrupts and does the same work when it is looked at (nvme_poll).
 * Simplified: several queues share their tags, of which there are no more than a command's number can name.
 * Leaves out: scatter-gather lists (Linux keeps them for segments of 32 KiB on average), threaded
 * interrupts (an option that is off), identification, errors.
 * Checked against: tests/engine/devices/nvme.
 */
import type { GuestMemory } from '../memory/guest-memory.ts';
import {
  adminOpcode,
  blockBytes,
  completion,
  doorbellStride,
  enabled,
  eventIndexes,
  ioDoorbells,
  listEntry,
  mostQueues,
  namespace,
  opcode,
  pageBytes,
  queueEntries,
  queueFlags,
  registers,
  shadowDoorbells,
  submission,
  withShadowDoorbells,
} from '../memory/nvme.ts';
import { needsEvent } from '../memory/virtqueue.ts';
import type { Activity } from '../vocabulary/trace.ts';
import {
  type BlockCommand,
  type BlockLimits,
  type Driver,
  driverWork,
  type GuestKernel,
  type GuestSize,
  ringEntry,
  type StorageDriver,
  type StorageDriverEntry,
} from './driver.ts';

/**
 * The queue has room for 1,023 commands, but a disk with one hardware queue gets a scheduler, and that has
 * 256 requests (nr_requests: twice the smaller of queue depth and 128): so many can be out.
 */
export const limits: BlockLimits = { maxSectors: 1024, maxSegments: 127, queueDepth: 256 };

/**
 * Space for a page list of each command: 126 entries at most, since the first page has its own pointer. Linux
 * takes lists from pools of 256 and 4,096 bytes.
 */
const listBytes = 1024;
/** The upper bits of a command's number count how often its tag has been used (nvme_cid). */
const tagBits = 12;
const tagMask = (1 << tagBits) - 1;

const source = 'linux-nvme';
const activities = {
  fill: {
    sentence: 'The driver copies the command into the submission queue',
    evidence: 'documented',
    source,
    prices: driverWork,
  },
  shadow: {
    sentence: 'The driver writes the doorbell’s value into memory',
    evidence: 'documented',
    source,
    prices: ringEntry,
  },
  hold: {
    sentence: 'The controller’s event index lies elsewhere: no doorbell',
    evidence: 'documented',
    source,
    prices: [],
  },
  consume: {
    sentence: 'The driver reads the completion queue as far as the phase bit says',
    evidence: 'documented',
    source,
    prices: ringEntry,
  },
  reap: {
    sentence: 'The driver hands the finished command to the block layer',
    evidence: 'documented',
    source,
    prices: driverWork,
  },
} as const satisfies Record<string, Activity>;

/** Where the values of a doorbell stand in the pages of shadows and event indexes. */
const shared = {
  tail: { shadow: shadowDoorbells.tail, event: eventIndexes.tail },
  head: { shadow: shadowDoorbells.head, event: eventIndexes.head },
} as const;

/** The rings of one I/O queue pair and how far the driver has come in them. */
class QueuePair {
  readonly number: number;
  readonly submissions: number;
  readonly completions: number;
  /** Names of the rings in the trace. */
  readonly names: { readonly tail: string; readonly head: string };
  private readonly memory: GuestMemory;
  tail = 0;
  /** The tail that the device was told last. */
  rung = 0;
  head = 0;
  /** Commands that the device has. */
  out = 0;
  private phase = 1;

  constructor(memory: GuestMemory, number: number) {
    const suffix = number === 1 ? '' : ` ${number}`;
    const { io } = queueEntries;
    this.memory = memory;
    this.number = number;
    this.names = { tail: `submission queue${suffix}`, head: `completion queue${suffix}` };
    this.submissions = memory.layOut(submission, this.names.tail, io, pageBytes);
    this.completions = memory.layOut(completion, this.names.head, io, pageBytes);
  }

  get hasCompletion(): boolean {
    const at = this.completions + completion.bytes * this.head;
    return (this.memory.read16(at + completion.status) & 1) === this.phase;
  }

  /** Takes the next completion and returns its tag. */
  take(): number {
    const at = this.completions + completion.bytes * this.head;
    const tag = this.memory.read16(at + completion.command) & tagMask;
    this.head = following(this.head);
    if (this.head === 0) this.phase ^= 1;
    this.out--;
    return tag;
  }
}

/** How the I/O queues are set up. */
export interface QueueSetup {
  readonly queues: number;
  /** Commands that they hold together. */
  readonly depth: number;
  /** Whether they are polled. */
  readonly polled: boolean;
}

export class LinuxNvme implements StorageDriver {
  private readonly kernel: GuestKernel;
  private readonly memory: GuestMemory;
  private readonly queues: QueuePair[] = [];
  private readonly lists: number;
  private readonly polled: boolean;
  private readonly shadows: number;
  private readonly events: number;
  private readonly generations: Uint8Array;
  /** Tags of one interrupt, between the queue and the block layer. */
  private readonly done = new Uint16Array(queueEntries.io);

  constructor(kernel: GuestKernel, { queues, depth, polled }: QueueSetup) {
    this.kernel = kernel;
    this.memory = kernel.memory;
    this.polled = polled;
    this.generations = new Uint8Array(depth);
    const { memory } = kernel;
    this.queues.push(new QueuePair(memory, 1));
    this.lists = memory.allocate(listBytes * depth, listBytes);
    memory.declare(listEntry, 'page lists', this.lists, (listBytes * depth) / listEntry.bytes);
    const shares = kernel.variant === withShadowDoorbells;
    this.shadows = shares ? memory.layOut(shadowDoorbells, 'shadow doorbells', 1, pageBytes) : 0;
    this.events = shares ? memory.layOut(eventIndexes, 'event indexes', 1, pageBytes) : 0;
    for (let number = 2; number <= queues; number++)
      this.queues.push(new QueuePair(memory, number));
  }

  *open(): Driver {
    const { kernel, memory } = this;
    const entries = queueEntries.admin;
    const commands = memory.layOut(submission, 'admin submission queue', entries, pageBytes);
    const answers = memory.layOut(completion, 'admin completion queue', entries, pageBytes);
    yield kernel.write(registers.adminSizes, ((entries - 1) << 16) | (entries - 1));
    yield kernel.write(registers.adminSubmissions, commands);
    yield kernel.write(registers.adminCompletions, answers);
    yield kernel.write(registers.configuration, enabled);
    let next = 0;
    for (const queue of this.queues) {
      this.createPair(queue, commands, next);
      next = yield* this.announceAdmin(next + 2);
    }
    if (this.shadows === 0) return;
    this.shareDoorbells(commands + next * submission.bytes);
    yield* this.announceAdmin(next + 1);
  }

  /** Tells the controller of admin commands, which it has obeyed when the write returns. */
  private *announceAdmin(tail: number): Driver<number> {
    const next = tail % queueEntries.admin;
    yield this.kernel.write(registers.adminTail, next);
    yield this.kernel.write(registers.adminHead, next);
    return next;
  }

  private createPair(queue: QueuePair, commands: number, next: number): void {
    const { contiguous, interrupts, mediumPriority } = queueFlags;
    // Vector 0 belongs to the admin queue; the pin has only that number.
    const vector = this.kernel.interrupts === 'intx' ? 0 : queue.number;
    const completionFlags = this.polled ? contiguous : (vector << 16) | contiguous | interrupts;
    const submissionFlags = (queue.number << 16) | contiguous | mediumPriority;
    const at = commands + next * submission.bytes;
    const { createCompletions, createSubmissions } = adminOpcode;
    this.create(at, createCompletions, queue.number, queue.completions, completionFlags);
    const behind = at + submission.bytes;
    this.create(behind, createSubmissions, queue.number, queue.submissions, submissionFlags);
  }

  /** Linux shares the doorbells when all queues are there (nvme_dbbuf_set). */
  private shareDoorbells(at: number): void {
    const { memory } = this;
    memory.write8(at + submission.opcode, adminOpcode.shareDoorbells);
    memory.write16(at + submission.command, adminOpcode.shareDoorbells);
    memory.write64(at + submission.page1, this.shadows);
    memory.write64(at + submission.page2, this.events);
  }

  /** A queue is longer than its share of the tags, but more of them may come to it. */
  hasRoom(): boolean {
    for (const { out } of this.queues) if (out === queueEntries.io - 1) return false;
    return true;
  }

  /** The last of several commands rings for all queues that they went to, each the last of its own. */
  *submit(command: BlockCommand, last: boolean): Driver {
    yield this.kernel.work(activities.fill);
    const own = this.queues[command.cpu % this.queues.length]!;
    this.fill(own, command);
    own.tail = following(own.tail);
    own.out++;
    if (!last) {
      if (following(own.tail) === own.rung) yield* this.ringTail(own);
      return;
    }
    for (const queue of this.queues) if (queue.tail !== queue.rung) yield* this.ringTail(queue);
  }

  private *ringTail(queue: QueuePair): Driver {
    queue.rung = queue.tail;
    yield* this.ring(queue, 'tail');
  }

  *interrupt(vector: number): Driver {
    const { queues } = this;
    yield* this.takeCompletions(queues.length === 1 ? queues[0]! : queues[vector - 1]!);
  }

  /** nvme_poll_cq, which handler and poll have in common. */
  protected *takeCompletions(queue = this.queues[0]!): Driver {
    const { kernel } = this;
    if (!queue.hasCompletion) return;
    yield kernel.consume(queue.names.head, activities.consume);
    let found = 0;
    for (; queue.hasCompletion; found++) this.done[found] = queue.take();
    yield* this.ring(queue, 'head');
    for (let index = 0; index < found; index++) {
      yield kernel.work(activities.reap);
      kernel.completed(this.done[index]!);
    }
  }

  /** Rings a doorbell; one with a shadow only when the value passes the controller's event index. */
  private *ring(queue: QueuePair, which: 'tail' | 'head'): Driver {
    const { kernel, memory, shadows, events } = this;
    const index = queue.number - 1;
    const value = queue[which];
    if (shadows !== 0) {
      const { shadow, event } = shared[which];
      const behind = doorbellStride * index;
      const old = memory.read32(shadows + shadow + behind);
      memory.write32(shadows + shadow + behind, value);
      yield kernel.publish(queue.names[which], activities.shadow);
      if (!needsEvent(memory.read32(events + event + behind), value, old))
        return void (yield kernel.hold(queue.names[which], activities.hold));
    }
    yield kernel.write(ioDoorbells[index]![which], value);
  }

  private fill(queue: QueuePair, command: BlockCommand): void {
    const { memory } = this;
    const { tag, pages } = command;
    const at = queue.submissions + submission.bytes * queue.tail;
    for (let offset = 0; offset < submission.bytes; offset += 4) memory.write32(at + offset, 0);
    this.generations[tag] = (this.generations[tag]! + 1) & 0xf;
    memory.write8(at + submission.opcode, opcode[command.kind]);
    memory.write16(at + submission.command, (this.generations[tag] << tagBits) | tag);
    memory.write32(at + submission.namespace, namespace);
    memory.putPayload(at, command.payload);
    if (command.kind === 'flush') return;
    memory.write64(at + submission.page1, pages[0]!);
    memory.write64(at + submission.page2, this.secondPointer(pages, tag));
    memory.write64(at + submission.dword10, command.sector);
    memory.write16(at + submission.dword12, command.bytes / blockBytes - 1);
  }

  /** The second page itself, or a list of all pages after the first (NVMe 1.4, 4.3). */
  private secondPointer(pages: readonly number[], tag: number): number {
    if (pages.length <= 2) return pages[1] ?? 0;
    const list = this.lists + listBytes * tag;
    for (let index = 1; index < pages.length; index++)
      this.memory.write64(list + listEntry.bytes * (index - 1), pages[index]!);
    return list;
  }

  /** An admin command that creates a queue of an I/O pair. */
  private create(at: number, code: number, number: number, queue: number, flags: number): void {
    this.memory.write8(at + submission.opcode, code);
    this.memory.write16(at + submission.command, code);
    this.memory.write64(at + submission.page1, queue);
    this.memory.write32(at + submission.dword10, ((queueEntries.io - 1) << 16) | number);
    this.memory.write32(at + submission.dword11, flags);
  }
}

/** A queue pair for each processor where there is a vector for each; the pin has but one (nvme_setup_io_queues). */
const queuesOf = ({ processors, interrupts }: GuestSize): number =>
  interrupts === 'intx' ? 1 : Math.min(processors, mostQueues);

/** Several hardware queues have no scheduler, so each holds what its ring holds; here they share their tags. */
function depthOf(guest: GuestSize): number {
  const queues = queuesOf(guest);
  return queues === 1 ? limits.queueDepth : Math.min(queues * (queueEntries.io - 1), tagMask);
}

const following = (index: number): number => (index + 1) % queueEntries.io;

export const nvme: StorageDriverEntry = {
  id: 'linux-nvme',
  title: 'Linux nvme',
  device: 'nvme',
  kind: 'storage',
  limits,
  depthFor: depthOf,
  create: (kernel) => {
    const setup = { queues: queuesOf(kernel), depth: depthOf(kernel), polled: false };
    return new LinuxNvme(kernel, setup);
  },
};
