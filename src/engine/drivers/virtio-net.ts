/**
 * The Linux virtio-net driver (drivers/net/virtio_net.c, Linux 6.1) with transmit NAPI, event indexes and rings of
 * either format. Models: header and frame in one descriptor, a large TCP send in an indirect table with its
 * segmentation in the header, reaping before each transmit, the notification only when no other packet follows
 * (xmit_more) and the device's event index asks for it, delayed transmit interrupts, both polls, refill when half
 * of a budget is free; the handlers for a vector of each queue, for one of both (vp_vring_interrupt), and for a
 * line with its status read, which all pass over a queue in which nothing is used (vring_interrupt).
 * Leaves out: merged buffers, XDP, several queue pairs. The header of a plain frame stands in payload memory,
 * where no one looks.
 * Checked against: tests/engine/conformance, tests/engine/devices/virtio-net, tests/engine/memory/virtqueue.
 */
import type { GuestMemory } from '../memory/guest-memory.ts';
import type { Register } from '../memory/register.ts';
import {
  checksumAt,
  isLarge,
  largeFrameBytes,
  segmentBytes,
  segmentHeaderBytes,
  transportHeaderAt,
} from '../memory/segmentation.ts';
import {
  bufferBytes,
  header,
  headerBytes,
  headerFlags,
  pieceBytes,
  queue,
  type NetRegisters,
  queueSize,
  registers,
  registersOverMemory,
  segmentationType,
  vector,
} from '../memory/virtio-net.ts';
import { descriptor, type DriverRing } from '../memory/virtqueue.ts';
import { descriptorLayout, driverRing } from '../memory/virtqueue-format.ts';
import type { Activity } from '../vocabulary/trace.ts';
import {
  type Driver,
  type NetworkDriverEntry,
  fixed,
  frameActivities,
  type GuestFrame,
  type GuestKernel,
  type NetworkDriver,
  ringEntry,
} from './driver.ts';
import { acknowledge, enableQueues, hasMessages } from './virtio.ts';

/** Descriptors that a packet may need (2 + MAX_SKB_FRAGS); the queue stops below it. */
const keptFree = 19;
/** Header and packet headers of a large send, in a slot of its own, with its table of descriptors behind them. */
const headerSlotBytes = 80;
const tableEntries = 1 + Math.ceil(largeFrameBytes / pieceBytes);
const slotBytes = headerSlotBytes + descriptor.bytes * tableEntries;

const source = 'linux-virtio-net';
const activities = {
  ...frameActivities(source),
  publish: {
    sentence: 'The driver makes the frame available in the transmit ring',
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
  follows: {
    sentence: 'Another packet follows at once: no notification yet',
    evidence: 'documented',
    source,
    prices: [],
  },
  consume: {
    sentence: 'The driver reads the used rings',
    evidence: 'documented',
    source,
    prices: ringEntry,
  },
  refill: {
    sentence: 'The driver makes fresh receive buffers available',
    evidence: 'documented',
    source,
    prices: ringEntry,
  },
} as const satisfies Record<string, Activity>;

class LinuxVirtioNet implements NetworkDriver {
  private readonly kernel: GuestKernel;
  private readonly registers: NetRegisters;
  private readonly onLine: boolean;
  private readonly memory: GuestMemory;
  private readonly transmitQueue: DriverRing;
  private readonly receiveQueue: DriverRing;
  /** Payload, and header slot of a large send or -1, by head of its chain. */
  private readonly sent = new Float64Array(queueSize);
  private readonly headerOf = new Int16Array(queueSize).fill(-1);
  private readonly freeHeaders = Array.from({ length: queueSize }, (_, index) => index);
  private readonly headers: number;
  private readonly receiveSize: number;
  /** Receive buffers that the stack has given back. */
  private readonly freeBuffers: number[] = [];
  private stopped = false;
  private pollsTransmit = false;
  private pollsReceive = false;

  constructor(kernel: GuestKernel, registers: NetRegisters) {
    this.kernel = kernel;
    this.registers = registers;
    this.onLine = !hasMessages(kernel.interrupts);
    this.memory = kernel.memory;
    const { memory } = kernel;
    const queueOf = (size: number, name: string) => driverRing(memory, kernel.variant, size, name);
    this.receiveSize = kernel.rings.receive ?? queueSize;
    this.receiveQueue = queueOf(this.receiveSize, 'receive ring');
    this.transmitQueue = queueOf(queueSize, 'transmit ring');
    this.headers = memory.allocate(queueSize * slotBytes);
    memory.declare(header, 'frame headers', this.headers, queueSize, slotBytes);
    for (let slot = 0; slot < queueSize; slot++) {
      const table = this.headers + slot * slotBytes + headerSlotBytes;
      memory.declare(descriptorLayout(kernel.variant), `table ${slot}`, table, tableEntries);
    }
  }

  *open(): Driver {
    const places = [this.receiveQueue.place, this.transmitQueue.place];
    yield* enableQueues(this.kernel, this.registers, places);
    while (this.receiveQueue.free > 0) this.addBuffer();
    yield* this.notify(this.registers.notifyReceive, this.receiveQueue, queue.receive);
    this.receiveQueue.enableInterrupts();
  }

  hasRoom(): boolean {
    return !this.stopped;
  }

  *transmit(frame: GuestFrame, more: boolean): Driver {
    const ring = this.transmitQueue;
    ring.disableInterrupts();
    yield* this.reap();
    if (!more) ring.enableInterruptsDelayed();
    const head = isLarge(frame.bytes) ? this.addLarge(frame) : this.addPlain(frame);
    this.memory.putPayload(ring.descriptorAt(head), frame.payload);
    this.sent[head] = frame.payload;
    if (ring.free < keptFree) {
      this.stopped = true;
      ring.enableInterruptsDelayed();
    }
    yield this.kernel.publish('transmit ring', activities.publish);
    const { notifyTransmit } = this.registers;
    if (!more || this.stopped) yield* this.notify(notifyTransmit, ring, queue.transmit);
    else yield this.kernel.hold(notifyTransmit.label, activities.follows);
  }

  *interrupt(number: number): Driver {
    if (this.onLine && !(yield* acknowledge(this.kernel, this.registers))) return;
    const all = this.kernel.interrupts !== 'msix';
    if ((all || number === vector.transmit) && this.transmitQueue.hasUsed) {
      this.transmitQueue.disableInterrupts();
      this.pollsTransmit = true;
    }
    if ((all || number === vector.receive) && this.receiveQueue.hasUsed) {
      this.receiveQueue.disableInterrupts();
      this.pollsReceive = true;
    }
    if (this.pollsTransmit || this.pollsReceive) this.kernel.schedulePoll();
  }

  *poll(budget: number): Driver<boolean> {
    yield this.kernel.consume('used rings', activities.consume);
    if (this.pollsTransmit) yield* this.pollTransmit();
    return this.pollsReceive ? yield* this.pollReceive(budget) : this.pollsTransmit;
  }

  private *pollTransmit(): Driver {
    yield* this.reap();
    this.pollsTransmit = this.transmitQueue.enableInterrupts();
  }

  /** The receive poll reaps too, with transmit interrupts off, and asks for them late (virtnet_poll_cleantx). */
  private *pollReceive(budget: number): Driver<boolean> {
    this.transmitQueue.disableInterrupts();
    yield* this.reap();
    this.transmitQueue.enableInterruptsDelayed();
    let handled = 0;
    while (handled < budget && this.receiveQueue.hasUsed) {
      yield* this.receive();
      handled++;
    }
    if (this.receiveQueue.free > Math.min(budget, this.receiveSize) / 2) yield* this.refill();
    if (handled === budget) return true;
    this.pollsReceive = this.receiveQueue.enableInterrupts();
    return this.pollsReceive || this.pollsTransmit;
  }

  private *receive(): Driver {
    const buffer = this.receiveQueue.bufferOf(this.receiveQueue.nextUsedHead());
    this.receiveQueue.takeUsed();
    yield this.kernel.work(activities.receive);
    this.kernel.received(this.memory.payloadAt(buffer));
    this.freeBuffers.push(buffer);
  }

  private *refill(): Driver {
    while (this.receiveQueue.free > 0) this.addBuffer();
    yield this.kernel.publish('receive ring', activities.refill);
    yield* this.notify(this.registers.notifyReceive, this.receiveQueue, queue.receive);
  }

  private *reap(): Driver {
    for (
      let used = this.transmitQueue.takeUsed();
      used !== undefined;
      used = this.transmitQueue.takeUsed()
    ) {
      yield this.kernel.work(activities.reap);
      this.kernel.transmitted(this.sent[used.head]!);
      const slot = this.headerOf[used.head]!;
      if (slot >= 0) this.freeHeaders.push(slot);
      this.headerOf[used.head] = -1;
    }
    if (this.transmitQueue.free >= keptFree) this.stopped = false;
  }

  private *notify(register: Register, ring: DriverRing, number: number): Driver {
    if (ring.mustNotify()) yield this.kernel.write(register, number);
    else yield this.kernel.hold(register.label, activities.hold);
  }

  private addBuffer(): void {
    const at = this.freeBuffers.pop() ?? this.memory.reserve(bufferBytes);
    this.receiveQueue.add([{ at, bytes: bufferBytes, writable: true }]);
  }

  /** The header stands in front of the frame, in the same buffer. */
  private addPlain(frame: GuestFrame): number {
    const bytes = headerBytes + frame.bytes;
    return this.transmitQueue.add([{ at: frame.buffer, bytes, writable: false }]);
  }

  /** Header and packet headers in one buffer, data behind them in pieces: more than one buffer goes indirect. */
  private addLarge(frame: GuestFrame): number {
    const { memory } = this;
    const slot = this.freeHeaders.pop()!;
    const at = this.headers + slot * slotBytes;
    memory.write8(at + header.flags, headerFlags.needsChecksum);
    memory.write8(at + header.segmentation, segmentationType.tcp4);
    memory.write16(at + header.packetHeaderBytes, segmentHeaderBytes);
    memory.write16(at + header.segmentBytes, segmentBytes);
    memory.write16(at + header.checksumStart, transportHeaderAt);
    memory.write16(at + header.checksumOffset, checksumAt.tcp);
    memory.write16(at + header.buffers, 0);
    const table = at + headerSlotBytes;
    const bytes = headerBytes + segmentHeaderBytes;
    this.transmitQueue.writeTable(table, 0, at, bytes, false, false);
    let entry = 1;
    for (let from = segmentHeaderBytes; from < frame.bytes; entry++) {
      const piece = Math.min(pieceBytes, frame.bytes - from);
      const isLast = from + piece === frame.bytes;
      this.transmitQueue.writeTable(table, entry, frame.buffer + from, piece, false, isLast);
      from += piece;
    }
    const head = this.transmitQueue.addIndirect(table, entry);
    this.headerOf[head] = slot;
    return head;
  }
}

export const virtioNet: NetworkDriverEntry = {
  id: 'linux-virtio-net',
  title: 'Linux virtio-net',
  device: 'virtio-net',
  kind: 'network',
  largeSend: largeFrameBytes,
  rings: {
    transmit: fixed(queueSize, 'tx_queue_size of QEMU, which is larger for vhost-user alone'),
    receive: {
      usual: queueSize,
      min: 256,
      max: 1024,
      step: 'power of two',
      how: 'rx_queue_size of QEMU',
      entryBytes: 32,
    },
  },
  create: (kernel) => new LinuxVirtioNet(kernel, registers),
};

export const virtioNetMmio: NetworkDriverEntry = {
  ...virtioNet,
  id: 'linux-virtio-net-mmio',
  title: 'Linux virtio-net over MMIO',
  device: 'virtio-net-mmio',
  create: (kernel) => new LinuxVirtioNet(kernel, registersOverMemory),
};
