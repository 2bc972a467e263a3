/**
 * The Linux vmxnet3 driver (drivers/net/vmxnet3, Linux 6.1), one queue pair that shares a vector.
 * Models: headers in the data ring, descriptors published by flipping the first generation bit
 * last, the doorbell only when as many packets are deferred as the device's threshold says,
 * completion rings in one poll, buffers given back in memory, the unmask at the end of a poll, the
 * INTx cause read.
 * Leaves out: TSO, several queues, the receive data ring, events, the ACTIVE mask mode.
 * Checked against: tests/engine/conformance, tests/engine/devices/vmxnet3.
 */
import type { GuestMemory } from '../memory/guest-memory.ts';
import {
  command,
  completion,
  descriptor,
  descriptorBytes,
  magic,
  queueBytes,
  receiveDescriptor,
  receiveQueue,
  registers,
  rings,
  shared,
  transmitDescriptor,
  transmitQueue,
} from '../memory/vmxnet3.ts';
import type { Activity } from '../trace.ts';
import {
  type Driver,
  type NetworkDriverEntry,
  frameActivities,
  type GuestFrame,
  type GuestKernel,
  headerBytes,
  type NetworkDriver,
  ringEntry,
} from './driver.ts';

/** Descriptors of a packet; the queue stops when they are not free, and wakes above the other number. */
const descriptorsPerPacket = 2;
const wakesAbove = 5;

const source = 'linux-vmxnet3';
const activities = {
  ...frameActivities(source),
  copy: {
    sentence: 'The guest’s driver copies {bytes} bytes of headers into the data ring',
    evidence: 'documented',
    source,
    prices: [
      { parameter: 'copy-start', per: 'once' },
      { parameter: 'copy-byte', per: 'byte' },
    ],
  },
  publish: {
    sentence: 'The driver fills the descriptors and flips the first generation bit',
    evidence: 'documented',
    source,
    prices: ringEntry,
  },
  hold: {
    sentence: 'Fewer packets wait than the device’s threshold: no doorbell',
    evidence: 'documented',
    source,
    prices: [],
  },
  consume: {
    sentence: 'The driver reads the completion rings',
    evidence: 'documented',
    source,
    prices: ringEntry,
  },
} as const satisfies Record<string, Activity>;

/** A ring that the driver fills or reads; its generation flips when the index wraps. */
interface Ring {
  base: number;
  readonly size: number;
  index: number;
  generation: number;
}

const ringOf = (size: number): Ring => ({ base: 0, size, index: 0, generation: 1 });
const at = (ring: Ring): number => ring.base + ring.index * descriptorBytes;

function advance(ring: Ring): void {
  ring.index = (ring.index + 1) % ring.size;
  if (ring.index === 0) ring.generation ^= 1;
}

class LinuxVmxnet3 implements NetworkDriver {
  private readonly kernel: GuestKernel;
  private readonly memory: GuestMemory;
  private readonly transmitRing = ringOf(rings.transmit);
  private readonly transmitCompletions = ringOf(rings.transmit);
  private readonly receiveRing = ringOf(rings.receive);
  private readonly receiveCompletions = ringOf(rings.completion);
  private dataRing = 0;
  private transmitQueue = 0;
  private receiveQueue = 0;
  private reapedUpTo = 0;
  private stopped = false;
  /** Payload by the index of a packet's last descriptor. */
  private readonly sent = new Map<number, number>();

  constructor(kernel: GuestKernel) {
    this.kernel = kernel;
    this.memory = kernel.memory;
  }

  *open(): Driver {
    const { kernel } = this;
    const area = this.layOut();
    yield kernel.write(registers.sharedLow, area);
    yield kernel.write(registers.sharedHigh, 0);
    yield kernel.write(registers.command, command.activate);
    yield kernel.read(registers.command);
    yield kernel.write(registers.receiveProducer, this.receiveRing.index);
    yield kernel.write(registers.receiveProducer2, 0);
    yield kernel.write(registers.interruptMask, 0);
  }

  hasRoom(): boolean {
    if (this.free() < descriptorsPerPacket) this.stopped = true;
    return !this.stopped;
  }

  *transmit(frame: GuestFrame): Driver {
    const copied = frame.bytes <= rings.dataSlotBytes ? frame.bytes : headerBytes;
    const first = at(this.transmitRing);
    const slot = this.dataRing + this.transmitRing.index * rings.dataSlotBytes;
    this.memory.putPayload(slot, frame.payload);
    yield this.kernel.copy(activities.copy, copied);
    this.fill(slot, copied, { first: true, last: copied === frame.bytes });
    if (copied < frame.bytes) {
      this.memory.putPayload(frame.buffer, frame.payload);
      this.fill(frame.buffer, frame.bytes - copied, { first: false, last: true });
    }
    this.sent.set((this.transmitRing.index - 1 + rings.transmit) % rings.transmit, frame.payload);
    const word2 =
      this.memory.read32(first + descriptor.word2) ^ (1 << transmitDescriptor.generationAt);
    this.memory.write32(first + descriptor.word2, word2);
    yield this.kernel.publish('transmit ring', activities.publish);
    yield* this.ring();
  }

  *interrupt(): Driver {
    if (this.kernel.interrupts === 'intx') {
      const cause = yield this.kernel.read(registers.interruptCause);
      if (cause === 0) return;
    }
    this.kernel.schedulePoll();
  }

  *poll(budget: number): Driver<boolean> {
    yield this.kernel.consume('completion ring', activities.consume);
    yield* this.reap();
    const handled = yield* this.receiveUpTo(budget);
    if (handled === budget) return true;
    yield this.kernel.write(registers.interruptMask, 0);
    return false;
  }

  /** Rings the doorbell when as many packets are deferred as the device wants. */
  private *ring(): Driver {
    const deferred = this.memory.read32(this.transmitQueue + transmitQueue.deferred) + 1;
    const due = deferred >= this.memory.read32(this.transmitQueue + transmitQueue.threshold);
    this.memory.write32(this.transmitQueue + transmitQueue.deferred, due ? 0 : deferred);
    if (due) yield this.kernel.write(registers.transmitProducer, this.transmitRing.index);
    else yield this.kernel.hold('transmit ring', activities.hold);
  }

  /** Until the first descriptor's generation is flipped, the device sees none of the packet. */
  private fill(address: number, bytes: number, place: { first: boolean; last: boolean }): void {
    const ring = this.transmitRing;
    const generation = place.first ? ring.generation ^ 1 : ring.generation;
    const ends = place.last
      ? transmitDescriptor.endOfPacket | transmitDescriptor.completionRequested
      : 0;
    this.memory.write64(at(ring) + descriptor.address, address);
    this.memory.write32(
      at(ring) + descriptor.word2,
      bytes | (generation << transmitDescriptor.generationAt),
    );
    this.memory.write32(at(ring) + descriptor.word3, ends);
    advance(ring);
  }

  private *reap(): Driver {
    const ring = this.transmitCompletions;
    while (this.isNew(ring)) {
      const index = this.memory.read32(at(ring)) & completion.indexMask;
      advance(ring);
      this.reapedUpTo = (index + 1) % rings.transmit;
      yield this.kernel.work(activities.reap);
      this.kernel.transmitted(this.sent.get(index)!);
    }
    if (this.free() > wakesAbove) this.stopped = false;
  }

  private free(): number {
    const used = (this.transmitRing.index - this.reapedUpTo + rings.transmit) % rings.transmit;
    return rings.transmit - used - 1;
  }

  private *receiveUpTo(budget: number): Driver<number> {
    const ring = this.receiveCompletions;
    let handled = 0;
    while (handled < budget && this.isNew(ring)) {
      const index = this.memory.read32(at(ring)) & completion.indexMask;
      const buffer = this.memory.read64(
        this.receiveRing.base + index * descriptorBytes + descriptor.address,
      );
      const payload = this.memory.payloadAt(buffer);
      advance(ring);
      this.giveBack();
      yield this.kernel.work(activities.receive);
      this.kernel.received(payload);
      if (this.memory.read8(this.receiveQueue + receiveQueue.updateProducer) !== 0) {
        yield this.kernel.write(registers.receiveProducer, this.receiveRing.index);
      }
      handled++;
    }
    return handled;
  }

  private isNew(ring: Ring): boolean {
    return (
      this.memory.read32(at(ring) + descriptor.word3) >>> completion.generationAt ===
      ring.generation
    );
  }

  /** The next buffer becomes the device's by carrying the current generation. */
  private giveBack(): void {
    const ring = this.receiveRing;
    const owned = (ring.generation << receiveDescriptor.generationAt) >>> 0;
    this.memory.write32(at(ring) + descriptor.word2, (rings.bufferBytes | owned) >>> 0);
    advance(ring);
  }

  /** Rings, queue descriptors and the shared area; returns its address. */
  private layOut(): number {
    const { memory } = this;
    const take = (ring: Ring): number =>
      (ring.base = memory.allocate(ring.size * descriptorBytes, rings.align));
    this.transmitQueue = memory.allocate(2 * queueBytes, 128);
    this.receiveQueue = this.transmitQueue + queueBytes;
    this.dataRing = memory.allocate(rings.transmit * rings.dataSlotBytes, rings.align);
    memory.write64(this.transmitQueue + transmitQueue.ring, take(this.transmitRing));
    memory.write64(this.transmitQueue + transmitQueue.dataRing, this.dataRing);
    memory.write64(
      this.transmitQueue + transmitQueue.completionRing,
      take(this.transmitCompletions),
    );
    memory.write32(this.transmitQueue + transmitQueue.ringSize, rings.transmit);
    memory.write64(this.receiveQueue + receiveQueue.ring, take(this.receiveRing));
    memory.write64(this.receiveQueue + receiveQueue.completionRing, take(this.receiveCompletions));
    memory.write32(this.receiveQueue + receiveQueue.ringSize, rings.receive);
    memory.write32(this.receiveQueue + receiveQueue.completionSize, rings.completion);
    for (let entry = 0; entry < rings.receive; entry++) {
      const place = this.receiveRing.base + entry * descriptorBytes + descriptor.address;
      memory.write64(place, memory.reserve(rings.bufferBytes));
    }
    // One buffer is kept back, so that a full ring and an empty one differ.
    for (let entry = 0; entry < rings.receive - 1; entry++) this.giveBack();
    const area = memory.allocate(shared.bytes, 64);
    memory.write32(area + shared.magic, magic);
    memory.write64(area + shared.queueDescriptors, this.transmitQueue);
    return area;
  }
}

export const vmxnet3: NetworkDriverEntry = {
  id: 'linux-vmxnet3',
  title: 'Linux vmxnet3',
  device: 'vmxnet3',
  kind: 'network',
  create: (kernel) => new LinuxVmxnet3(kernel),
};
