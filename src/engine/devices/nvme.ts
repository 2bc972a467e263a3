/**
 * An NVMe controller with one namespace, as QEMU's model shows it to a guest. Models: admin queue with
 * the commands that create up to 64 I/O queue pairs, submission and completion queue with doorbells, heads and
 * phase bit; a vector of MSI-X for every completion, a message of MSI when completions begin to wait for the
 * guest and again when it leaves some waiting, or the pin while they wait; no interrupt for a queue that was
 * created without them. That MSI and pin follow one status bit is the specification's rule (NVMe 1.4, 7.5.1);
 * when a message is repeated is inferred, so that none is missed.
 *
 * Its variant with shadow doorbells reads the tail in memory before each command, and tells by event indexes
 * what it wants to hear of: after each command that the tail goes on from where it saw it last, before each
 * completion the same of the head (QEMU hw/nvme/ctrl.c, nvme_process_sq and nvme_post_cqes). By MSI and pin,
 * whose status bit hangs on the head, it asks at each head for the next one, which is inferred too.
 *
 * Leaves out: namespaces and identification, arbitration between queues (each is read to its end), interrupt
 * coalescing and masks (INTMS, INTMC), errors, metadata, the look into page lists (where data goes
 * changes nothing), interrupts of the admin queue, a full completion queue (it is longer than any
 * number of commands a guest can have out).
 * Checked against: tests/engine/devices/nvme.
 */
import type { GuestMemory } from '../memory/guest-memory.ts';
import type { InterruptMode } from '../memory/interrupt.ts';
import {
  adminOpcode,
  blockBytes,
  completion,
  doorbellStride,
  eventIndexes,
  ioDoorbells,
  opcode,
  queueFlags,
  registers,
  shadowDoorbells,
  submission,
  withShadowDoorbells,
} from '../memory/nvme.ts';
import type { Register } from '../memory/register.ts';
import type { DeviceEntry, DeviceHost, DeviceModel, Transfer, TransferKind } from './device.ts';

/** A token is the queue, from 0, and the driver's number of the command, which has 16 bits. */
const commandNumbers = 1 << 16;

/** A submission queue and the completion queue that belongs to it. */
class QueuePair {
  private readonly memory: GuestMemory;
  readonly number: number;
  submissions = 0;
  completions = 0;
  submissionEntries = 0;
  completionEntries = 0;
  vector = 0;
  interrupts = true;
  /** Addresses of the pages with shadow doorbells and event indexes; 0 without them. */
  shadows = 0;
  events = 0;
  /** Doorbells of the guest. */
  tail = 0;
  acknowledged = 0;
  private head = 0;
  /** A command was taken when the queue was last looked at. */
  private fetching = false;
  private next = 0;
  private phase = 1;
  /** Completions have been posted that the guest has not been told of, and whether others waited before. */
  posted = false;
  waited = false;

  constructor(memory: GuestMemory, number: number) {
    this.memory = memory;
    this.number = number;
  }

  /** Address of the next command, or undefined. */
  fetch(): number | undefined {
    if (this.shadows !== 0) this.readTail();
    this.fetching = this.head !== this.tail;
    if (!this.fetching) return undefined;
    const at = this.submissions + submission.bytes * this.head;
    this.head = (this.head + 1) % this.submissionEntries;
    return at;
  }

  /** After each command, the doorbell is wanted when the tail goes on from where it was last seen. */
  private readTail(): void {
    const { memory } = this;
    if (this.fetching) memory.write32(this.events + eventIndexes.tail, this.tail);
    this.tail = memory.read32(this.shadows + shadowDoorbells.tail);
  }

  /** Before a completion is posted: the doorbell is wanted when the head goes on from where it was last seen. */
  private readHead(): void {
    this.wantHead();
    this.acknowledged = this.memory.read32(this.shadows + shadowDoorbells.head);
  }

  wantHead(): void {
    if (this.shadows !== 0) this.memory.write32(this.events + eventIndexes.head, this.acknowledged);
  }

  /** Posts the completion of a command; the phase bit makes it visible and is written last. */
  post(command: number): void {
    if (this.shadows !== 0) this.readHead();
    if (!this.posted) this.waited = this.waiting;
    this.posted = true;
    const at = this.completions + completion.bytes * this.next;
    this.memory.write32(at, 0);
    this.memory.write16(at + completion.submissionHead, this.head);
    this.memory.write16(at + completion.submissionQueue, this.number);
    this.memory.write16(at + completion.command, command);
    this.memory.write16(at + completion.status, this.phase);
    this.next = (this.next + 1) % this.completionEntries;
    if (this.next === 0) this.phase ^= 1;
  }

  /** Whether completions wait that the guest has not acknowledged. */
  get waiting(): boolean {
    return this.next !== this.acknowledged;
  }
}

class Nvme implements DeviceModel {
  private readonly host: DeviceHost;
  private readonly memory: GuestMemory;
  private readonly interrupts: InterruptMode;
  private readonly values = new Map<Register, number>();
  private readonly admin: QueuePair;
  /** I/O queue pairs; the first has number 1. */
  private readonly queues: QueuePair[] = [];
  /** The queue that is looked at next. */
  private turn = 0;
  /** Commands that have finished and are not yet posted. */
  private readonly done: number[] = [];

  constructor(host: DeviceHost, interrupts: InterruptMode) {
    this.host = host;
    this.memory = host.memory;
    this.interrupts = interrupts;
    this.admin = new QueuePair(host.memory, 0);
  }

  /** Doorbells read as zero; the others as written. */
  read(register: Register): number {
    return this.values.get(register) ?? 0;
  }

  write(register: Register, value: number): void {
    const doorbell = doorbells.get(register);
    if (doorbell !== undefined) return this.rung(doorbell, value);
    switch (register) {
      case registers.adminTail:
        this.admin.tail = value;
        return this.obey();
      case registers.adminHead:
        this.admin.acknowledged = value;
        return;
      case registers.configuration:
        this.values.set(register, value);
        return this.enable();
      default:
        this.values.set(register, value);
    }
  }

  private rung({ queue: index, which }: Doorbell, value: number): void {
    const queue = this.queues[index];
    if (queue === undefined) throw new Error(`the driver has not created queue ${index + 1}`);
    if (which === 'tail') {
      queue.tail = value;
      return this.host.schedule();
    }
    queue.acknowledged = value;
    this.acknowledge(queue);
  }

  /** Each queue is read to its end before the next one. */
  take(): Transfer | undefined {
    const { queues } = this;
    for (let looked = 0; looked < queues.length; looked++) {
      const queue = queues[this.turn]!;
      const at = queue.fetch();
      if (at !== undefined) return this.command(queue, at);
      this.turn = (this.turn + 1) % queues.length;
    }
    return undefined;
  }

  private command({ number }: QueuePair, at: number): Transfer {
    const kind = kindOf(this.memory.read8(at + submission.opcode));
    const blocks = kind === 'flush' ? 0 : this.memory.read16(at + submission.dword12) + 1;
    return {
      kind,
      payload: this.memory.payloadAt(at),
      bytes: blocks * blockBytes,
      token: (number - 1) * commandNumbers + this.memory.read16(at + submission.command),
    };
  }

  /** Commands that finish at the same moment are posted together and interrupt once for each queue. */
  finished(transfer: Transfer): void {
    if (this.done.push(transfer.token) === 1) this.host.after(0, this.post);
  }

  private readonly post = (): void => {
    const { queues, done } = this;
    for (const token of done)
      queues[Math.floor(token / commandNumbers)]!.post(token % commandNumbers);
    done.length = 0;
    for (const queue of queues) if (queue.posted) this.tell(queue);
  };

  /** The guest is told of completions, where it wants to be. */
  private tell(queue: QueuePair): void {
    const { host, interrupts } = this;
    queue.posted = false;
    if (!queue.interrupts) host.hold();
    else if (interrupts === 'intx') host.setInterruptLine(true);
    else if (interrupts === 'msix' || !queue.waited) host.fire(queue.vector);
  }

  /** The guest has acknowledged completions, all or some. */
  private acknowledge(queue: QueuePair): void {
    const { host, interrupts } = this;
    if (!queue.interrupts) return;
    if (interrupts !== 'msix') queue.wantHead();
    if (interrupts === 'intx') host.setInterruptLine(queue.waiting);
    else if (interrupts === 'msi' && queue.waiting) host.fire(queue.vector);
  }

  private enable(): void {
    const sizes = this.read(registers.adminSizes);
    this.admin.submissions = this.read(registers.adminSubmissions);
    this.admin.completions = this.read(registers.adminCompletions);
    this.admin.submissionEntries = (sizes & 0xfff) + 1;
    this.admin.completionEntries = ((sizes >>> 16) & 0xfff) + 1;
  }

  /** Admin commands need no disk and end at once. */
  private obey(): void {
    for (let at = this.admin.fetch(); at !== undefined; at = this.admin.fetch()) {
      const address = this.memory.read64(at + submission.page1);
      const number = this.memory.read16(at + submission.dword10);
      const entries = this.memory.read16(at + submission.dword10 + 2) + 1;
      switch (this.memory.read8(at + submission.opcode)) {
        case adminOpcode.createCompletions:
          this.createCompletions(
            number,
            address,
            entries,
            this.memory.read32(at + submission.dword11),
          );
          break;
        case adminOpcode.createSubmissions: {
          const queue = this.queues[number - 1]!;
          queue.submissions = address;
          queue.submissionEntries = entries;
          break;
        }
        case adminOpcode.shareDoorbells:
          this.shareDoorbells(address, this.memory.read64(at + submission.page2));
          break;
      }
      this.admin.post(this.memory.read16(at + submission.command));
    }
  }

  private createCompletions(number: number, address: number, entries: number, flags: number): void {
    const queue = new QueuePair(this.memory, number);
    queue.completions = address;
    queue.completionEntries = entries;
    queue.vector = flags >>> 16;
    queue.interrupts = (flags & queueFlags.interrupts) !== 0;
    this.queues[number - 1] = queue;
  }

  private shareDoorbells(shadows: number, events: number): void {
    for (const queue of this.queues) {
      const behind = doorbellStride * (queue.number - 1);
      queue.shadows = shadows + behind;
      queue.events = events + behind;
    }
  }
}

/** Which I/O queue a doorbell belongs to, from 0. */
interface Doorbell {
  readonly queue: number;
  readonly which: 'tail' | 'head';
}

const doorbells: ReadonlyMap<Register, Doorbell> = new Map(
  ioDoorbells.flatMap(({ tail, head }, queue): [Register, Doorbell][] => [
    [tail, { queue, which: 'tail' }],
    [head, { queue, which: 'head' }],
  ]),
);

function kindOf(code: number): TransferKind {
  switch (code) {
    case opcode.read:
      return 'read';
    case opcode.write:
      return 'write';
    case opcode.flush:
      return 'flush';
    default:
      throw new Error(`the namespace has no command 0x${code.toString(16)}`);
  }
}

export const nvme: DeviceEntry = {
  id: 'nvme',
  title: 'NVMe',
  kind: 'storage',
  class: 'emulated',
  registers: [...new Set([...Object.values(registers), ...doorbells.keys()])],
  variants: ['1.4', withShadowDoorbells],
  interrupts: ['msix', 'msi', 'intx'],
  memoryBytes: 16 << 20,
  create: (host, options) => new Nvme(host, options.interrupts),
};
