/**
 * The Linux NVMe driver (drivers/nvme/host: pci.c, core.c; Linux 6.1), one I/O queue pair. Models: commands
 * with both page pointers or a page list, the tail doorbell after the last command of a batch or when the
 * ring would be full without it (nvme_write_sq_db), all completions with the right phase taken in one
 * interrupt, one head doorbell for them and none when there were none, completions handed on after it.
 * MSI-X, MSI and pin, in that order of preference, have the same handler: it reads no register and masks nothing.
 * Leaves out: scatter-gather lists (Linux keeps them for segments of 32 KiB on average), polling, threaded
 * interrupts (an option that is off), identification, several queue pairs, errors, shadow doorbells: with them,
 * which QEMU offers, a doorbell is spared while the controller has not yet taken what was rung before.
 * Checked against: tests/engine/devices/nvme.
 */
import type { GuestMemory } from '../memory/guest-memory.ts';
import {
  adminOpcode,
  blockBytes,
  completion,
  enabled,
  ioQueue,
  listEntry,
  namespace,
  opcode,
  pageBytes,
  queueEntries,
  queueFlags,
  registers,
  submission,
} from '../memory/nvme.ts';
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
const limits: BlockLimits = { maxSectors: 1024, maxSegments: 127, queueDepth: 256 };

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

class LinuxNvme implements StorageDriver {
  private readonly kernel: GuestKernel;
  private readonly memory: GuestMemory;
  private readonly submissions: number;
  private readonly completions: number;
  private readonly lists: number;
  private readonly generations = new Uint8Array(limits.queueDepth);
  /** Tags of one interrupt, between the queue and the block layer. */
  private readonly done = new Uint16Array(queueEntries.io);
  private tail = 0;
  /** The tail that the device was told last. */
  private rung = 0;
  private head = 0;
  private phase = 1;

  constructor(kernel: GuestKernel) {
    this.kernel = kernel;
    this.memory = kernel.memory;
    const { memory } = kernel;
    const { io } = queueEntries;
    this.submissions = memory.layOut(submission, 'submission queue', io, pageBytes);
    this.completions = memory.layOut(completion, 'completion queue', io, pageBytes);
    this.lists = memory.allocate(listBytes * limits.queueDepth, listBytes);
    const entries = (listBytes * limits.queueDepth) / listEntry.bytes;
    memory.declare(listEntry, 'page lists', this.lists, entries);
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
    const completionFlags = (vector << 16) | contiguous | interrupts;
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
    yield this.kernel.write(registers.submissionTail, this.tail);
  }

  *interrupt(): Driver {
    const { kernel } = this;
    if (!this.hasCompletion) return;
    yield kernel.consume('completion queue', activities.consume);
    let found = 0;
    for (; this.hasCompletion; found++) this.done[found] = this.takeCompletion();
    yield kernel.write(registers.completionHead, this.head);
    for (let index = 0; index < found; index++) {
      yield kernel.work(activities.reap);
      kernel.completed(this.done[index]!);
    }
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
  create: (kernel) => new LinuxNvme(kernel),
};
