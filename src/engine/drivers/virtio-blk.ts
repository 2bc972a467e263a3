/**
 * The Linux virtio-blk driver (drivers/block/virtio_blk.c, drivers/virtio/virtio_ring.c; Linux 6.1) with
 * event indexes, indirect descriptors and a queue of either format. Models: header, data and status byte as one
 * chain in a table of its own, one notification for a batch and only where the device's event index asks for it,
 * the handler that takes all used chains with interrupts off and looks once more after switching them on, the status
 * read of a line.
 * Leaves out: several queues, polling, discard, zoned disks, the fall back to direct descriptors when no
 * memory is left for a table.
 * Checked against: tests/engine/devices/virtio-blk, tests/engine/memory/virtqueue.
 */
import type { GuestMemory } from '../memory/guest-memory.ts';
import {
  type BlkRegisters,
  header,
  pageBytes,
  queueSize,
  registers,
  registersOverMemory,
  requestHeaderBytes,
  requestQueue,
  requestType,
  status,
} from '../memory/virtio-blk.ts';
import { descriptor, type DriverRing } from '../memory/virtqueue.ts';
import { descriptorLayout, driverRing } from '../memory/virtqueue-format.ts';
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
import { acknowledge, enableQueues, hasMessages } from './virtio.ts';

/**
 * The device sets no limit on sectors; 1,280 KiB is what Linux allows a request where a device does not
 * (BLK_DEF_MAX_SECTORS). A request takes one descriptor of the queue, so all 256 can be out.
 */
const limits: BlockLimits = { maxSectors: 2560, maxSegments: 254, queueDepth: queueSize };

/** Header and status byte of each tag, and its table: header, data and status at most. */
const requestBytes = 32;
const tableBytes = descriptor.bytes * (limits.maxSegments + 2);

const source = 'linux-virtio-blk';
const activities = {
  fill: {
    sentence: 'The driver builds the request and its table of descriptors',
    evidence: 'documented',
    source,
    prices: driverWork,
  },
  publish: {
    sentence: 'The driver makes the request available in the queue',
    evidence: 'documented',
    source,
    prices: ringEntry,
  },
  hold: {
    sentence: 'The device’s event index lies elsewhere: no notification',
    evidence: 'documented',
    source,
    prices: [],
  },
  consume: {
    sentence: 'The driver reads the used ring',
    evidence: 'documented',
    source,
    prices: ringEntry,
  },
  reap: {
    sentence: 'The driver hands the finished request to the block layer',
    evidence: 'documented',
    source,
    prices: driverWork,
  },
} as const satisfies Record<string, Activity>;

class LinuxVirtioBlk implements StorageDriver {
  private readonly kernel: GuestKernel;
  private readonly registers: BlkRegisters;
  private readonly onLine: boolean;
  private readonly memory: GuestMemory;
  private readonly queue: DriverRing;
  private readonly requests: number;
  private readonly tables: number;
  /** Tag by head of its chain. */
  private readonly tags = new Uint16Array(queueSize);

  constructor(kernel: GuestKernel, registers: BlkRegisters) {
    this.kernel = kernel;
    this.registers = registers;
    this.onLine = !hasMessages(kernel.interrupts);
    this.memory = kernel.memory;
    const { memory } = kernel;
    this.queue = driverRing(memory, kernel.variant, queueSize, 'request queue');
    const { queueDepth } = limits;
    this.requests = memory.allocate(requestBytes * queueDepth, requestBytes);
    memory.declare(header, 'requests', this.requests, queueDepth, requestBytes);
    this.tables = memory.allocate(tableBytes * queueDepth);
    const entries = (tableBytes * queueDepth) / descriptor.bytes;
    memory.declare(descriptorLayout(kernel.variant), 'tables', this.tables, entries);
  }

  *open(): Driver {
    yield* enableQueues(this.kernel, this.registers, [this.queue.place]);
    this.queue.enableInterrupts();
  }

  hasRoom(): boolean {
    return this.queue.free > 0;
  }

  *submit(command: BlockCommand, last: boolean): Driver {
    const { kernel, queue, registers } = this;
    yield kernel.work(activities.fill);
    const table = this.tables + tableBytes * command.tag;
    const length = this.fill(command, table);
    yield kernel.publish('request queue', activities.publish);
    this.tags[queue.addIndirect(table, length)] = command.tag;
    // A full queue is announced too: Linux does so when the next request finds no room.
    if (!last && queue.free > 0) return;
    if (queue.mustNotify()) yield kernel.write(registers.notify, requestQueue);
    else yield kernel.hold(registers.notify.label, activities.hold);
  }

  *interrupt(): Driver {
    const { kernel, queue } = this;
    if (this.onLine && !(yield* acknowledge(kernel, this.registers))) return;
    if (!queue.hasUsed) return;
    yield kernel.consume('used ring', activities.consume);
    do {
      queue.disableInterrupts();
      for (let used = queue.takeUsed(); used !== undefined; used = queue.takeUsed()) {
        const tag = this.tags[used.head]!;
        yield kernel.work(activities.reap);
        kernel.completed(tag);
      }
    } while (queue.enableInterrupts());
  }

  /** Writes header and table; returns the number of descriptors in it. */
  private fill(command: BlockCommand, table: number): number {
    const { memory, queue } = this;
    const { kind, pages, tag } = command;
    const request = this.requests + requestBytes * tag;
    memory.write32(request + header.type, requestType[kind]);
    memory.write32(request + header.priority, 0);
    memory.write64(request + header.sector, kind === 'flush' ? 0 : command.sector);
    memory.write8(request + header.status, 0xff);
    memory.putPayload(request, command.payload);
    queue.writeTable(table, 0, request, requestHeaderBytes, false, false);
    let left = command.bytes;
    let next = 1;
    for (let index = 0; index < pages.length; index++, next++) {
      const length = Math.min(left, pageBytes);
      queue.writeTable(table, next, pages[index]!, length, kind === 'read', false);
      left -= length;
    }
    queue.writeTable(table, next, request + header.status, status.bytes, true, true);
    return next + 1;
  }
}

export const virtioBlk: StorageDriverEntry = {
  id: 'linux-virtio-blk',
  title: 'Linux virtio-blk',
  device: 'virtio-blk',
  kind: 'storage',
  limits,
  create: (kernel) => new LinuxVirtioBlk(kernel, registers),
};

export const virtioBlkMmio: StorageDriverEntry = {
  ...virtioBlk,
  id: 'linux-virtio-blk-mmio',
  title: 'Linux virtio-blk over MMIO',
  device: 'virtio-blk-mmio',
  create: (kernel) => new LinuxVirtioBlk(kernel, registersOverMemory),
};
