/**
 * The Linux ixgbevf driver (drivers/net/ethernet/intel/ixgbevf, Linux 6.1), one queue pair. Models: a context
 * and a data descriptor for each packet, large TCP sends in descriptors of 16 KiB, the tail write of every packet
 * (this driver ignores xmit_more), the handler that touches no register, the poll with transmit clean-up,
 * received buffers given back 16 at a time, the adaptive interval between interrupts (VTEITR), and the write
 * that enables the vector again (VTEIMS).
 * Leaves out: the mailbox to the physical function, the watchdog, RSS, XDP, IPsec, errors.
 * Checked against: tests/engine/devices/sriov-vf.
 */
import {
  isLarge,
  largeFrameBytes,
  networkHeaderAt,
  segmentBytes,
  segmentHeaderBytes,
  segmentsOf,
  transportHeaderAt,
} from '../memory/segmentation.ts';
import {
  contextBits,
  contextDescriptor,
  descriptorBytes,
  queueVector,
  receiveDescriptor,
  registers,
  rings,
  throttle,
  transmitBits,
  transmitDescriptor,
  transmitStatus,
  vectorValid,
} from '../memory/sriov-vf.ts';
import type { Activity } from '../vocabulary/trace.ts';
import {
  type Driver,
  type NetworkDriverEntry,
  driverWork,
  frameActivities,
  type GuestFrame,
  type GuestKernel,
  type NetworkDriver,
} from './driver.ts';
import { IntelRings, ringLimits } from './intel-rings.ts';

/**
 * The queue stops when fewer descriptors are free than a packet may need (MAX_SKB_FRAGS + 4), and
 * wakes at twice that.
 */
const descriptorsNeeded = 21;
const wakesAt = 2 * descriptorsNeeded;
const vectorBit = 1 << queueVector;

/** Classes of latency, and the interval of each in the driver's units, a quarter of a microsecond. */
const latency = { lowest: 0, low: 1, bulk: 2 } as const;
const intervals = [40, 200, 336] as const;

const source = 'linux-ixgbevf';
const activities = {
  ...frameActivities(source),
  fill: {
    sentence: 'The guest’s driver fills a context descriptor and its data descriptors',
    evidence: 'documented',
    source,
    prices: driverWork,
  },
} as const satisfies Record<string, Activity>;

export class LinuxIxgbevf extends IntelRings implements NetworkDriver {
  private readonly buffers: Float64Array;
  private interval: number = intervals[latency.low];
  private readonly sending = new Direction();
  private readonly receiving = new Direction();

  /** What a driver above this one does with each received frame, before the network stack has it. */
  private readonly handler: Activity | undefined;

  constructor(kernel: GuestKernel, handler?: Activity) {
    super(kernel, { ...rings, ...kernel.rings, descriptorBytes });
    this.buffers = new Float64Array(this.sizes.receive);
    this.handler = handler;
  }

  *open(): Driver {
    const { kernel, memory } = this;
    this.transmitRing = memory.layOut(
      transmitDescriptor,
      'transmit ring',
      this.sizes.transmit,
      128,
    );
    this.receiveRing = memory.layOut(receiveDescriptor, 'receive ring', this.sizes.receive, 128);
    for (let entry = 0; entry < this.sizes.receive; entry++)
      this.buffers[entry] = memory.reserve(rings.bufferBytes);
    const entry = vectorValid | queueVector;
    yield kernel.write(registers.vectorMap, entry | (entry << 8));
    yield kernel.write(registers.interruptThrottle, (this.interval | throttle.keepCounter) >>> 0);
    yield kernel.write(registers.transmitBase, this.transmitRing);
    yield kernel.write(registers.transmitLength, this.sizes.transmit * descriptorBytes);
    yield kernel.write(registers.receiveBase, this.receiveRing);
    yield kernel.write(registers.receiveLength, this.sizes.receive * descriptorBytes);
    yield* this.returnBuffers(this.unused());
    yield kernel.write(registers.autoMask, vectorBit);
    yield kernel.write(registers.autoClear, vectorBit);
    yield kernel.write(registers.interruptMaskSet, vectorBit);
  }

  *transmit(frame: GuestFrame): Driver {
    const first = this.nextTransmit;
    const large = isLarge(frame.bytes);
    this.fillContext(large);
    const marked = this.transmitRing + this.nextTransmit * descriptorBytes;
    this.memory.putPayload(marked, frame.payload);
    this.fillData(frame, large);
    this.noteSent(first, frame.payload, frame.bytes);
    yield this.kernel.work(activities.fill);
    this.stopped = this.free() < descriptorsNeeded;
    yield this.kernel.write(registers.transmitTail, this.nextTransmit);
  }

  /** The device has masked the vector as the message went out. */
  *interrupt(): Driver {
    this.kernel.schedulePoll();
  }

  *poll(budget: number): Driver<boolean> {
    const cleaned = yield* this.reap();
    const handled = yield* this.receiveUpTo(budget);
    if (!cleaned || handled >= budget) return true;
    yield* this.throttle();
    yield this.kernel.write(registers.interruptMaskSet, vectorBit);
    return false;
  }

  /** Chooses a class by the bytes of each microsecond; VTEITR is written only when the interval changes. */
  private *throttle(): Driver {
    this.sending.reclass(this.interval);
    this.receiving.reclass(this.interval);
    const wanted = intervals[Math.max(this.sending.latency, this.receiving.latency)]!;
    if (wanted === this.interval) return;
    this.interval = Math.floor((10 * wanted * this.interval) / (9 * wanted + this.interval));
    const value = ((this.interval & throttle.intervalMask) | throttle.keepCounter) >>> 0;
    yield this.kernel.write(registers.interruptThrottle, value);
  }

  /** Frees what the device has sent; false when there may be more than one poll cleans. */
  private *reap(): Driver<boolean> {
    // One poll cleans half of the ring at most.
    const most = this.sizes.transmit / 2;
    let cleaned = 0;
    while (this.nextReaped !== this.nextTransmit && cleaned < most) {
      const first = this.nextReaped;
      const last = this.lastOf[first]!;
      const at = this.transmitRing + last * descriptorBytes + transmitStatus;
      if ((this.memory.read32(at) & transmitBits.done) === 0) break;
      const segments = segmentsOf(this.bytesOf[first]!);
      this.sending.count(segments, this.bytesOf[first]! + (segments - 1) * segmentHeaderBytes);
      yield this.kernel.work(activities.reap);
      this.kernel.transmitted(this.sent[first]!);
      this.nextReaped = (last + 1) % this.sizes.transmit;
      cleaned++;
    }
    if (cleaned > 0 && this.free() >= wakesAt) this.stopped = false;
    return cleaned < most;
  }

  /** Buffers go back before the next frame is looked at, and only in batches: a rest stays until later. */
  private *receiveUpTo(budget: number): Driver<number> {
    let handled = 0;
    for (; handled < budget; handled++) {
      if (this.unused() >= rings.returnedAtOnce) yield* this.returnBuffers(this.unused());
      const at = this.receiveRing + this.nextReceive * descriptorBytes;
      const bytes = this.memory.read16(at + receiveDescriptor.length);
      if (bytes === 0) break;
      const payload = this.memory.payloadAt(this.buffers[this.nextReceive]!);
      this.nextReceive = (this.nextReceive + 1) % this.sizes.receive;
      this.receiving.count(1, bytes);
      yield this.kernel.work(activities.receive);
      if (this.handler !== undefined) yield this.kernel.work(this.handler);
      this.kernel.received(payload);
    }
    return handled;
  }

  /** Writes addresses again, which the device's write-back has covered; the tail is the entry behind them. */
  private *returnBuffers(count: number): Driver {
    for (let left = count; left > 0; left--) {
      const at = this.receiveRing + this.nextReturned * descriptorBytes;
      this.memory.write64(at + receiveDescriptor.address, this.buffers[this.nextReturned]!);
      this.nextReturned = (this.nextReturned + 1) % this.sizes.receive;
      const next = this.receiveRing + this.nextReturned * descriptorBytes;
      this.memory.write16(next + receiveDescriptor.length, 0);
    }
    yield this.kernel.write(registers.receiveTail, this.nextReturned);
  }

  /** Where headers begin; for a large send, how to cut it. */
  private fillContext(large: boolean): void {
    const at = this.transmitEntry();
    const { memory } = this;
    const networkBytes = transportHeaderAt - networkHeaderAt;
    memory.write32(
      at + contextDescriptor.lengths,
      networkBytes | (networkHeaderAt << contextBits.networkHeaderAt),
    );
    memory.write32(at + contextDescriptor.seed, 0);
    memory.write32(
      at + contextDescriptor.command,
      (transmitBits.extended |
        transmitBits.contextType |
        contextBits.ip4 |
        (large ? contextBits.tcp : 0)) >>>
        0,
    );
    const transportBytes = segmentHeaderBytes - transportHeaderAt;
    memory.write32(
      at + contextDescriptor.segmentation,
      large
        ? (segmentBytes << contextBits.segmentBytesAt) |
            (transportBytes << contextBits.transportHeaderBytesAt)
        : 0,
    );
  }

  /** Headers of a large send stand in a descriptor of their own; data follows in pieces of 16 KiB. */
  private fillData(frame: GuestFrame, large: boolean): void {
    const sentBytes = large ? frame.bytes - segmentHeaderBytes : frame.bytes;
    const options =
      transmitBits.checkContext |
      transmitBits.insertTransportChecksum |
      (large ? transmitBits.insertIpChecksum : 0) |
      (sentBytes << transmitBits.payloadBytesAt);
    const command = dataCommand | (large ? transmitBits.segment : 0);
    for (let from = 0; from < frame.bytes;) {
      const most = large && from === 0 ? segmentHeaderBytes : rings.dataBytes;
      const bytes = Math.min(most, frame.bytes - from);
      const last = from + bytes === frame.bytes ? lastCommand : 0;
      const at = this.transmitEntry();
      this.memory.write64(at + transmitDescriptor.address, frame.buffer + from);
      this.memory.write32(at + transmitDescriptor.command, (command | last | bytes) >>> 0);
      this.memory.write32(at + transmitDescriptor.options, from === 0 ? options >>> 0 : 0);
      from += bytes;
    }
  }
}

const dataCommand =
  transmitBits.extended | transmitBits.dataType | transmitBits.insertCheckSequence;
const lastCommand = transmitBits.endOfPacket | transmitBits.reportStatus;

/** What one direction has moved since its class was last chosen. */
class Direction {
  latency: number = latency.lowest;
  private packets = 0;
  private bytes = 0;

  count(packets: number, bytes: number): void {
    this.packets += packets;
    this.bytes += bytes;
  }

  /** The class that follows from the bytes of each microsecond of the interval (ixgbevf_update_itr). */
  reclass(interval: number): void {
    const microseconds = interval >> 2;
    if (this.packets === 0 || microseconds === 0) return;
    const rate = Math.floor(this.bytes / microseconds);
    this.packets = 0;
    this.bytes = 0;
    if (this.latency === latency.lowest) {
      if (rate > 10) this.latency = latency.low;
    } else if (this.latency === latency.low) {
      if (rate > 20) this.latency = latency.bulk;
      else if (rate <= 10) this.latency = latency.lowest;
    } else if (rate <= 20) this.latency = latency.low;
  }
}

export const sriovVf: NetworkDriverEntry = {
  id: 'linux-ixgbevf',
  title: 'Linux ixgbevf',
  device: 'sriov-vf',
  kind: 'network',
  largeSend: largeFrameBytes,
  stopCounters: { wakes: 'tx_restart_queue' },
  rings: ringLimits({ ...rings, descriptorBytes }, 64),
  create: (kernel) => new LinuxIxgbevf(kernel),
};
