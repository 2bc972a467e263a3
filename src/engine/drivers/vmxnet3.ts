/**
 * The Linux vmxnet3 driver (drivers/net/vmxnet3, Linux 6.1): a queue pair for each processor, up to eight and a power
 * of two, as for devices before version 6; with MSI-X each pair shares a vector (buddy share), otherwise all transmit
 * queues share the one vector with a single receive queue.
 * Models: headers in the data ring, descriptors published by flipping the first generation bit
 * last, the doorbell only when as many packets are deferred as the device's threshold says (a large send
 * counts its segments), completion rings in one poll, short frames copied from the receive data ring (v3),
 * buffers given back in memory, the receive producer index once in 16 where the device wants it, the unmask at
 * the end of a poll, the mask in the handler (ACTIVE), the INTx cause read. It ignores xmit_more, as Linux 6.1 does.
 * A flow keeps its queue; that the hashes of flows are spread evenly is assumed.
 * Leaves out: the second receive ring, events and their vector, checksums.
 * Checked against: tests/engine/conformance, tests/engine/devices/vmxnet3.
 */
import type { GuestMemory } from '../memory/guest-memory.ts';
import type { SharedLayout } from '../memory/layout.ts';
import {
  command,
  completion,
  completionEntry,
  descriptor,
  descriptorBytes,
  magic,
  maskMode,
  mostQueues,
  queueBytes,
  receiveDescriptor,
  receiveQueue,
  registers,
  registersOfQueue,
  rings,
  shared,
  transmitDescriptor,
  transmitQueue,
} from '../memory/vmxnet3.ts';
import {
  isLarge,
  largeFrameBytes,
  segmentBytes,
  segmentHeaderBytes,
  segmentsOf,
} from '../memory/segmentation.ts';
import type { RingSizes } from '../vocabulary/scenario.ts';
import type { Activity } from '../vocabulary/trace.ts';
import {
  copyPrices,
  type Driver,
  type NetworkDriverEntry,
  frameActivities,
  type GuestFrame,
  type GuestKernel,
  headerBytes,
  type NetworkDriver,
  type Op,
  ringEntry,
} from './driver.ts';

/**
 * The queue stops when a packet's descriptors are not free. It is asked for room before it knows the packet, so
 * it keeps room for the longest: headers, which Linux estimates at two, and four pieces of 16 KiB.
 */
const descriptorsKept = 6;
const wakesAbove = 5;
/** A device that wants the receive producer index gets it once in so many buffers. */
const producerEvery = 16;
/** Slot of the receive data ring (VMXNET3_DEF_RXDATA_DESC_SIZE). */
const receiveSlotBytes = 128;

const source = 'linux-vmxnet3';
const activities = {
  ...frameActivities(source),
  copy: {
    sentence: 'The guest’s driver copies {bytes} bytes of headers into the data ring',
    evidence: 'documented',
    source,
    prices: copyPrices,
  },
  copyIn: {
    sentence: 'The driver copies the short frame of {bytes} bytes out of the receive data ring',
    evidence: 'documented',
    source,
    prices: copyPrices,
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

/** A transmit queue, and the receive queue with its number where there is one. */
class QueuePair {
  readonly number: number;
  private readonly kernel: GuestKernel;
  private readonly memory: GuestMemory;
  private readonly registers: (typeof registersOfQueue)[number];
  private readonly names: { readonly transmit: string; readonly completion: string };
  private readonly sizes: Required<RingSizes>;
  private readonly transmitRing: Ring;
  private readonly transmitCompletions: Ring;
  private readonly receiveRing: Ring;
  private readonly receiveCompletions: Ring;
  private dataRing = 0;
  private receiveDataRing = 0;
  private transmitQueue = 0;
  private receiveQueue = 0;
  private reapedUpTo = 0;
  private stopped = false;
  /** Payload by the index of a packet's last descriptor. */
  private readonly sent: Float64Array;

  constructor(kernel: GuestKernel, number: number) {
    this.kernel = kernel;
    this.memory = kernel.memory;
    this.sizes = { ...rings, ...kernel.rings };
    const { transmit, receive } = this.sizes;
    this.transmitRing = ringOf(transmit);
    this.transmitCompletions = ringOf(transmit);
    this.receiveRing = ringOf(receive);
    this.receiveCompletions = ringOf(receive + rings.secondReceive);
    this.sent = new Float64Array(transmit);
    this.number = number;
    this.registers = registersOfQueue[number]!;
    this.names = {
      transmit: this.named('transmit ring'),
      completion: this.named('completion ring'),
    };
  }

  private named(what: string): string {
    return this.number === 0 ? what : `${what} ${this.number}`;
  }

  /** Lays out both rings of the transmit queue, whose descriptor stands at this address. */
  layOutTransmit(queue: number, vector: number): void {
    const { memory } = this;
    this.transmitQueue = queue;
    memory.declare(transmitQueue, this.named('transmit queue'), queue);
    this.dataRing = memory.allocate(this.sizes.transmit * rings.dataSlotBytes, rings.align);
    const ring = this.take(this.transmitRing, descriptor, 'transmit ring');
    memory.write64(queue + transmitQueue.ring, ring);
    memory.write64(queue + transmitQueue.dataRing, this.dataRing);
    const completions = this.take(
      this.transmitCompletions,
      completionEntry,
      'transmit completion ring',
    );
    memory.write64(queue + transmitQueue.completionRing, completions);
    memory.write32(queue + transmitQueue.ringSize, this.sizes.transmit);
    memory.write8(queue + transmitQueue.vector, vector);
  }

  /** Lays out the rings of the receive queue, whose descriptor stands at this address, and fills them with buffers. */
  layOutReceive(queue: number, vector: number): void {
    const { memory } = this;
    this.receiveQueue = queue;
    memory.declare(receiveQueue, this.named('receive queue'), queue);
    const ring = this.take(this.receiveRing, descriptor, 'receive ring');
    memory.write64(queue + receiveQueue.ring, ring);
    if (this.kernel.variant === 'v3') {
      this.receiveDataRing = memory.allocate(this.sizes.receive * receiveSlotBytes, rings.align);
      memory.write64(queue + receiveQueue.dataRing, this.receiveDataRing);
      memory.write16(queue + receiveQueue.dataSlotBytes, receiveSlotBytes);
    }
    const completions = this.take(
      this.receiveCompletions,
      completionEntry,
      'receive completion ring',
    );
    memory.write64(queue + receiveQueue.completionRing, completions);
    memory.write32(queue + receiveQueue.ringSize, this.sizes.receive);
    memory.write32(queue + receiveQueue.completionSize, this.receiveCompletions.size);
    memory.write8(queue + receiveQueue.vector, vector);
    for (let entry = 0; entry < this.sizes.receive; entry++) {
      const place = this.receiveRing.base + entry * descriptorBytes + descriptor.address;
      memory.write64(place, memory.reserve(rings.bufferBytes));
    }
    // One buffer is kept back, so that a full ring and an empty one differ.
    for (let entry = 0; entry < this.sizes.receive - 1; entry++) this.giveBack();
  }

  private take(ring: Ring, layout: SharedLayout, name: string): number {
    ring.base = this.memory.layOut(layout, this.named(name), ring.size, rings.align);
    return ring.base;
  }

  /** Tells the device of the receive buffers. */
  *offerBuffers(): Driver {
    yield this.kernel.write(this.registers.receiveProducer, this.receiveRing.index);
    yield this.kernel.write(this.registers.receiveProducer2, 0);
  }

  hasRoom(): boolean {
    if (this.free() < descriptorsKept) this.stopped = true;
    return !this.stopped;
  }

  *transmit(frame: GuestFrame): Driver {
    const ring = this.transmitRing;
    const large = isLarge(frame.bytes);
    const copied = copiedBytes(frame.bytes, large);
    const first = at(ring);
    const slot = this.dataRing + ring.index * rings.dataSlotBytes;
    this.memory.putPayload(first, frame.payload);
    yield this.kernel.copy(activities.copy, copied);
    // Until the first descriptor's generation is flipped, the device sees none of the packet.
    let last = this.fill(slot, copied, ring.generation ^ 1);
    for (let from = copied; from < frame.bytes;) {
      const bytes = Math.min(transmitDescriptor.mostBytes, frame.bytes - from);
      last = this.fill(frame.buffer + from, bytes, ring.generation);
      from += bytes;
    }
    this.memory.write32(last + descriptor.word3, lastOfPacket);
    this.sent[(ring.index - 1 + this.sizes.transmit) % this.sizes.transmit] = frame.payload;
    let word2 =
      this.memory.read32(first + descriptor.word2) ^ (1 << transmitDescriptor.generationAt);
    if (large) {
      const word3 = this.memory.read32(first + descriptor.word3);
      const mode = transmitDescriptor.segment | segmentHeaderBytes;
      this.memory.write32(first + descriptor.word3, word3 | mode);
      word2 |= segmentBytes << transmitDescriptor.segmentBytesAt;
    }
    this.memory.write32(first + descriptor.word2, word2);
    yield this.kernel.publish(this.names.transmit, activities.publish);
    yield* this.ring(segmentsOf(frame.bytes));
  }

  /** The poll looks at the completions. */
  consume(): Op {
    return this.kernel.consume(this.names.completion, activities.consume);
  }

  /** Rings the doorbell when as many packets are deferred as the device wants. */
  private *ring(packets: number): Driver {
    const deferred = this.memory.read32(this.transmitQueue + transmitQueue.deferred) + packets;
    const due = deferred >= this.memory.read32(this.transmitQueue + transmitQueue.threshold);
    this.memory.write32(this.transmitQueue + transmitQueue.deferred, due ? 0 : deferred);
    if (due) yield this.kernel.write(this.registers.transmitProducer, this.transmitRing.index);
    else yield this.kernel.hold(this.names.transmit, activities.hold);
  }

  /** Fills the next descriptor and returns its address. */
  private fill(address: number, bytes: number, generation: number): number {
    const to = at(this.transmitRing);
    this.memory.write64(to + descriptor.address, address);
    this.memory.write32(
      to + descriptor.word2,
      (bytes & transmitDescriptor.lengthMask) | (generation << transmitDescriptor.generationAt),
    );
    this.memory.write32(to + descriptor.word3, 0);
    advance(this.transmitRing);
    return to;
  }

  *reap(): Driver {
    const ring = this.transmitCompletions;
    while (this.isNew(ring)) {
      const index = this.memory.read32(at(ring) + completionEntry.index) & completion.indexMask;
      advance(ring);
      this.reapedUpTo = (index + 1) % this.sizes.transmit;
      yield this.kernel.work(activities.reap);
      this.kernel.transmitted(this.sent[index]!);
    }
    if (this.free() > wakesAbove) this.stopped = false;
  }

  private free(): number {
    const used =
      (this.transmitRing.index - this.reapedUpTo + this.sizes.transmit) % this.sizes.transmit;
    return this.sizes.transmit - used - 1;
  }

  *receiveUpTo(budget: number): Driver<number> {
    const ring = this.receiveCompletions;
    let handled = 0;
    while (handled < budget && this.isNew(ring)) {
      const word = this.memory.read32(at(ring) + completionEntry.index);
      const length = this.memory.read32(at(ring) + completionEntry.length);
      const bytes = length & receiveDescriptor.lengthMask;
      advance(ring);
      yield* this.receive(word, bytes);
      const wanted = this.memory.read8(this.receiveQueue + receiveQueue.updateProducer) !== 0;
      if (wanted && this.receiveRing.index % producerEvery === 0) {
        yield this.kernel.write(this.registers.receiveProducer, this.receiveRing.index);
      }
      handled++;
    }
    return handled;
  }

  /** A frame in the data ring is copied; any other goes up in its buffer, and a fresh one takes its place. */
  private *receive(word: number, bytes: number): Driver {
    const index = word & completion.indexMask;
    const inDataRing = ((word >>> completion.ringAt) & completion.ringMask) === completion.dataRing;
    const payload = this.memory.payloadAt(
      inDataRing
        ? this.receiveDataRing + index * receiveSlotBytes
        : this.memory.read64(this.receiveRing.base + index * descriptorBytes + descriptor.address),
    );
    if (inDataRing) yield this.kernel.copy(activities.copyIn, bytes);
    this.giveBack();
    yield this.kernel.work(activities.receive);
    this.kernel.received(payload);
  }

  private isNew(ring: Ring): boolean {
    return (
      this.memory.read32(at(ring) + completionEntry.word3) >>> completion.generationAt ===
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
}

/** What one vector serves: the transmit queues of some pairs, and the receive queue of the first of them. */
interface Vector {
  readonly number: number;
  readonly pairs: readonly QueuePair[];
}

class LinuxVmxnet3 implements NetworkDriver {
  private readonly kernel: GuestKernel;
  private readonly pairs: readonly QueuePair[];
  private readonly vectors: readonly Vector[];
  /** Vectors that ask to be polled, in the order in which they asked. */
  private readonly toPoll: Vector[] = [];
  /** The handler masks the vector, not the device. */
  private masksActively = false;

  constructor(kernel: GuestKernel) {
    this.kernel = kernel;
    const count = queuesFor(kernel.processors);
    this.pairs = Array.from({ length: count }, (_, number) => new QueuePair(kernel, number));
    this.vectors =
      kernel.interrupts === 'msix'
        ? this.pairs.map((pair, number) => ({ number, pairs: [pair] }))
        : [{ number: 0, pairs: this.pairs }];
  }

  *open(): Driver {
    const { kernel } = this;
    const area = this.layOut();
    yield kernel.write(registers.command, command.interruptConfiguration);
    const configuration = yield kernel.read(registers.command);
    this.masksActively = configuration >>> maskMode.at === maskMode.active;
    kernel.memory.write8(area + shared.autoMask, this.masksActively ? 0 : 1);
    yield kernel.write(registers.sharedLow, area);
    yield kernel.write(registers.sharedHigh, 0);
    yield kernel.write(registers.command, command.activate);
    yield kernel.read(registers.command);
    for (const { pairs } of this.vectors) yield* pairs[0]!.offerBuffers();
    for (const { number } of this.vectors) yield this.mask(number, 0);
  }

  /** A queue that is full stops all, because frames stand in one line in front of them. */
  hasRoom(): boolean {
    let hasRoom = true;
    for (const pair of this.pairs) if (!pair.hasRoom()) hasRoom = false;
    return hasRoom;
  }

  transmit(frame: GuestFrame): Driver {
    return this.pairs[frame.flow % this.pairs.length]!.transmit(frame);
  }

  *interrupt(number: number): Driver {
    if (this.kernel.interrupts === 'intx') {
      const cause = yield this.kernel.read(registers.interruptCause);
      if (cause === 0) return;
    }
    if (this.masksActively) yield this.mask(number, 1);
    const vector = this.vectors[number]!;
    if (!this.toPoll.includes(vector)) this.toPoll.push(vector);
    this.kernel.schedulePoll();
  }

  /** The vector that has waited longest (net_rx_action): NAPI is of the queue pair. */
  poll(budget: number): Driver<boolean> {
    return this.pollVector(this.toPoll.shift()!, budget);
  }

  private *pollVector(vector: Vector, budget: number): Driver<boolean> {
    const { number, pairs } = vector;
    const [first] = pairs as readonly [QueuePair];
    yield first.consume();
    for (const pair of pairs) yield* pair.reap();
    const handled = yield* first.receiveUpTo(budget);
    // From the unmask on the vector may interrupt again.
    if (handled === budget) this.toPoll.push(vector);
    else yield this.mask(number, 0);
    return this.toPoll.length > 0;
  }

  private mask(vector: number, value: 0 | 1): Op {
    return this.kernel.write(registersOfQueue[vector]!.interruptMask, value);
  }

  /** Queue descriptors, rings and the shared area; returns its address. */
  private layOut(): number {
    const { pairs, vectors, kernel } = this;
    const { memory } = kernel;
    const queues = memory.allocate((pairs.length + vectors.length) * queueBytes, 128);
    for (const { number, pairs: served } of vectors) {
      for (const pair of served) pair.layOutTransmit(queues + pair.number * queueBytes, number);
      served[0]!.layOutReceive(queues + (pairs.length + number) * queueBytes, number);
    }
    const area = memory.layOut(shared, 'shared area', 1, 64);
    memory.write32(area + shared.magic, magic);
    memory.write64(area + shared.queueDescriptors, queues);
    memory.write8(area + shared.transmitQueues, pairs.length);
    memory.write8(area + shared.receiveQueues, vectors.length);
    return area;
  }
}

/** A queue pair for each processor, as far as the device has them, rounded down to a power of two. */
const queuesFor = (processors: number): number =>
  2 ** (31 - Math.clz32(Math.min(mostQueues, processors)));

const lastOfPacket = transmitDescriptor.endOfPacket | transmitDescriptor.completionRequested;

/** A short frame is copied whole; of others the headers. */
const copiedBytes = (frameBytes: number, large: boolean): number =>
  frameBytes <= rings.dataSlotBytes ? frameBytes : large ? segmentHeaderBytes : headerBytes;

export const vmxnet3: NetworkDriverEntry = {
  id: 'linux-vmxnet3',
  title: 'Linux vmxnet3',
  device: 'vmxnet3',
  kind: 'network',
  largeSend: largeFrameBytes,
  stopCounters: { stops: 'ring full' },
  queuesFor,
  rings: {
    transmit: {
      usual: rings.transmit,
      min: 32,
      max: 4096,
      step: 32,
      how: 'ethtool -G',
      entryBytes: 2 * descriptorBytes + rings.dataSlotBytes,
    },
    receive: {
      usual: rings.receive,
      min: 32,
      max: 4096,
      step: 32,
      how: 'ethtool -G',
      entryBytes: 2 * descriptorBytes + receiveSlotBytes,
    },
  },
  create: (kernel) => new LinuxVmxnet3(kernel),
};
