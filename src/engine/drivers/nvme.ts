/**
 * The Linux NVMe driver (drivers/nvme/host: pci.c, core.c; Linux 6.1), one I/O queue pair. Models: commands
 * with both page pointers or a page list, the tail doorbell after the last command of a batch or when the
 * ring would be full without it (nvme_write_sq_db), all completions with the right phase taken in one
 * interrupt, one head doorbell for them and none when there were none, completions handed on after it.
 * MSI-X, MSI and pin, in that order of preference, have the same handler: it reads no register and masks nothing.
 * Where the controller has shadow doorbells: the value goes into memory first, and the doorbell is spared
 * unless it passes the controller's event index (nvme_dbbuf_update_and_check_event). A queue that is polled
 * (poll_queues) is created without interrupts and does the same work when it is looked at (nvme_poll).
 * Leaves out: scatter-gather lists (Linux keeps them for segments of 32 KiB on average), threaded
 * interrupts (an option that is off), identification, several queue pairs, errors.
 * Checked against: tests/engine/devices/nvme.
 */
import type { GuestMemory } from '../memory/guest-memory.ts';
import {
  adminOpcode,
  blockBytes,
  completion,
  enabled,
  eventIndexes,
  ioQueue,
  listEntry,
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

/** The doorbells of the I/O queue, and where their values stand in the pages of shadows and event indexes. */
const doorbells = {
  tail: {
    register: registers.submissionTail,
    ring: 'submission queue',
    shadow: shadowDoorbells.tail,
    event: eventIndexes.tail,
  },
  head: {
    register: registers.completionHead,
    ring: 'completion queue',
    shadow: shadowDoorbells.head,
    event: eventIndexes.head,
  },
} as const;

/** How the I/O queue is set up: commands that it may hold, and whether it is polled. */
export interface QueueSetup {
  readonly depth: number;
  readonly polled: boolean;
}

export class LinuxNvme implements StorageDriver {
  private readonly kernel: GuestKernel;
  private readonly memory: GuestMemory;
  private readonly submissions: number;
  private readonly completions: number;
  private readonly lists: number;
  private readonly polled: boolean;
  private readonly shadows: number;
  private readonly events: number;
  private readonly generations: Uint8Array;
  /** Tags of one interrupt, between the queue and the block layer. */
  private readonly done = new Uint16Array(queueEntries.io);
  private tail = 0;
  /** The tail that the device was told last. */
  private rung = 0;
  private head = 0;
  private phase = 1;

  constructor(kernel: GuestKernel, { depth, polled }: QueueSetup) {
    this.kernel = kernel;
    this.memory = kernel.memory;
    this.polled = polled;
    this.generations = new Uint8Array(depth);
    const { memory } = kernel;
    const { io } = queueEntries;
    this.submissions = memory.layOut(submission, 'submission queue', io, pageBytes);
    this.completions = memory.layOut(completion, 'completion queue', io, pageBytes);
    this.lists = memory.allocate(listBytes * depth, listBytes);
    memory.declare(listEntry, 'page lists', this.lists, (listBytes * depth) / listEntry.bytes);
    const shares = kernel.variant === withShadowDoorbells;
    this.shadows = shares ? memory.layOut(shadowDoorbells, 'shadow doorbells', 1, pageBytes) : 0;
    this.events = shares ? memory.layOut(eventIndexes, 'event indexes', 1, pageBytes) : 0;
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
    const { contiguous, interrupts, mediumPriority } = queueFlags;
    // Vector 0 belongs to the admin queue; the pin has only that number.
    const vector = kernel.interrupts === 'intx' ? 0 : 1;
    const completionFlags = this.polled ? contiguous : (vector << 16) | contiguous | interrupts;
    const submissionFlags = (ioQueue << 16) | contiguous | mediumPriority;
    this.create(commands, adminOpcode.createCompletions, this.completions, completionFlags);
    this.create(
      commands + submission.bytes,
      adminOpcode.createSubmissions,
      this.submissions,
      submissionFlags,
    );
    yield kernel.write(registers.adminTail, 2);
    yield kernel.write(registers.adminHead, 2);
    if (this.shadows !== 0) yield* this.shareDoorbells(commands + 2 * submission.bytes);
  }

  /** Linux shares the doorbells when all queues are there (nvme_dbbuf_set). */
  private *shareDoorbells(at: number): Driver {
    const { kernel, memory } = this;
    memory.write8(at + submission.opcode, adminOpcode.shareDoorbells);
    memory.write16(at + submission.command, adminOpcode.shareDoorbells);
    memory.write64(at + submission.page1, this.shadows);
    memory.write64(at + submission.page2, this.events);
    yield kernel.write(registers.adminTail, 3);
    yield kernel.write(registers.adminHead, 3);
  }

  /** The queue is longer than the number of tags. */
  hasRoom(): boolean {
    return true;
  }

  *submit(command: BlockCommand, last: boolean): Driver {
    yield this.kernel.work(activities.fill);
    this.fill(command);
    this.tail = following(this.tail);
    if (!last && following(this.tail) !== this.rung) return;
    this.rung = this.tail;
    yield* this.ring('tail', this.tail);
  }

  *interrupt(): Driver {
    yield* this.takeCompletions();
  }

  /** nvme_poll_cq, which handler and poll have in common. */
  protected *takeCompletions(): Driver {
    const { kernel } = this;
    if (!this.hasCompletion) return;
    yield kernel.consume('completion queue', activities.consume);
    let found = 0;
    for (; this.hasCompletion; found++) this.done[found] = this.takeCompletion();
    yield* this.ring('head', this.head);
    for (let index = 0; index < found; index++) {
      yield kernel.work(activities.reap);
      kernel.completed(this.done[index]!);
    }
  }

  /** Rings a doorbell; one with a shadow only when the value passes the controller's event index. */
  private *ring(which: 'tail' | 'head', value: number): Driver {
    const { kernel, memory, shadows, events } = this;
    const { register, ring, shadow, event } = doorbells[which];
    if (shadows !== 0) {
      const old = memory.read32(shadows + shadow);
      memory.write32(shadows + shadow, value);
      yield kernel.publish(ring, activities.shadow);
      if (!needsEvent(memory.read32(events + event), value, old))
        return void (yield kernel.hold(ring, activities.hold));
    }
    yield kernel.write(register, value);
  }

  private get hasCompletion(): boolean {
    const at = this.completions + completion.bytes * this.head;
    return (this.memory.read16(at + completion.status) & 1) === this.phase;
  }

  private takeCompletion(): number {
    const at = this.completions + completion.bytes * this.head;
    const tag = this.memory.read16(at + completion.command) & tagMask;
    this.head = following(this.head);
    if (this.head === 0) this.phase ^= 1;
    return tag;
  }

  private fill(command: BlockCommand): void {
    const { memory } = this;
    const { tag, pages } = command;
    const at = this.submissions + submission.bytes * this.tail;
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

  /** An admin command that creates the I/O queue. */
  private create(at: number, code: number, queue: number, flags: number): void {
    this.memory.write8(at + submission.opcode, code);
    this.memory.write16(at + submission.command, code);
    this.memory.write64(at + submission.page1, queue);
    this.memory.write32(at + submission.dword10, ((queueEntries.io - 1) << 16) | ioQueue);
    this.memory.write32(at + submission.dword11, flags);
  }
}

const following = (index: number): number => (index + 1) % queueEntries.io;

export const nvme: StorageDriverEntry = {
  id: 'linux-nvme',
  title: 'Linux nvme',
  device: 'nvme',
  kind: 'storage',
  limits,
  create: (kernel) => new LinuxNvme(kernel, { depth: limits.queueDepth, polled: false }),
};
