/**
 * The Linux e1000 driver (drivers/net/ethernet/intel/e1000, Linux 6.1). Models: a context and a
 * data descriptor for each UDP packet, large TCP sends in descriptors of 4 KiB, the tail write that waits
 * while more packets follow (xmit_more), the handler's mask-all with its flush, the poll with transmit
 * clean-up, receive refill by 16 and for the remainder, adaptive throttling (ITR, conservative mode), and the
 * unmask with its flush.
 * Leaves out: byte queue limits, the watchdog that reads statistics every two seconds, jumbo frames, errors.
 * Checked against: tests/engine/conformance, tests/engine/devices/e1000.
 */
import {
  contextBits,
  contextDescriptor,
  descriptorBytes,
  enabledCauses,
  receiveBits,
  receiveDescriptor,
  registers,
  rings,
  transmitBits,
  transmitDescriptor,
} from '../memory/e1000.ts';
import {
  checksumAt,
  isLarge,
  largeFrameBytes,
  networkHeaderAt,
  segmentBytes,
  segmentHeaderBytes,
  segmentsOf,
  transportHeaderAt,
} from '../memory/segmentation.ts';
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

/** Frames up to this length, check sequence included, are copied into a small buffer (copybreak). */
const copiedUpToBytes = 256;
/** The queue stops when fewer descriptors than a packet may need are free (MAX_SKB_FRAGS + 7), and wakes at more. */
const stopsBelow = 24;
const wakesAt = 32;
/** Delay timers as the driver sets them by default, in units of 1024 ns. */
const defaultDelays = { transmit: 8, transmitAbsolute: 32, receive: 0, receiveAbsolute: 8 };
/** Check sequence, which a received length includes. */
const checkSequenceBytes = 4;

/** Classes of latency and the interrupts a second that each allows. */
const latency = { lowest: 0, low: 1, bulk: 2 } as const;
const allowedPerSecond = [70_000, 20_000, 4000] as const;
const throttleFor = (perSecond: number): number => Math.floor(1_000_000_000 / (perSecond * 256));

const source = 'linux-e1000';
const activities = {
  ...frameActivities(source),
  fill: {
    sentence: 'The guest’s driver fills a context and a data descriptor',
    evidence: 'documented',
    source,
    prices: driverWork,
  },
  fillLarge: {
    sentence: 'The guest’s driver fills a context descriptor and data descriptors of up to 4 KiB',
    evidence: 'documented',
    source,
    prices: driverWork,
  },
  hold: {
    sentence: 'Another packet follows at once: the tail waits for it',
    evidence: 'documented',
    source,
    prices: [],
  },
} as const satisfies Record<string, Activity>;

class LinuxE1000 extends IntelRings implements NetworkDriver {
  private allowed: number = allowedPerSecond[latency.low];
  private readonly sending = new Direction();
  private readonly receiving = new Direction();

  constructor(kernel: GuestKernel) {
    super(kernel, { ...rings, ...kernel.rings, descriptorBytes });
  }

  *open(): Driver {
    const { kernel, memory } = this;
    this.transmitRing = memory.layOut(transmitDescriptor, 'transmit ring', this.sizes.transmit);
    this.receiveRing = memory.layOut(receiveDescriptor, 'receive ring', this.sizes.receive);
    for (let entry = 0; entry < this.sizes.receive; entry++) {
      const at = this.receiveRing + entry * descriptorBytes + receiveDescriptor.address;
      memory.write64(at, memory.reserve(rings.bufferBytes));
    }
    yield kernel.write(registers.transmitBase, this.transmitRing);
    yield kernel.write(registers.transmitLength, this.sizes.transmit * descriptorBytes);
    yield kernel.write(registers.transmitDelay, defaultDelays.transmit);
    yield kernel.write(registers.transmitAbsoluteDelay, defaultDelays.transmitAbsolute);
    yield kernel.write(registers.receiveDelay, defaultDelays.receive);
    yield kernel.write(registers.receiveAbsoluteDelay, defaultDelays.receiveAbsolute);
    yield kernel.write(registers.interruptThrottle, throttleFor(this.allowed));
    yield kernel.write(registers.receiveBase, this.receiveRing);
    yield kernel.write(registers.receiveLength, this.sizes.receive * descriptorBytes);
    yield* this.returnBuffers(this.unused());
    yield kernel.write(registers.interruptMaskSet, enabledCauses);
    yield kernel.read(registers.interruptCause);
  }

  *transmit(frame: GuestFrame, more: boolean): Driver {
    const first = this.nextTransmit;
    const large = isLarge(frame.bytes);
    this.fillContext(frame.bytes, large);
    const marked = this.transmitRing + this.nextTransmit * descriptorBytes;
    this.memory.putPayload(marked, frame.payload);
    if (large) this.fillLarge(frame);
    else this.fillData(frame.buffer, frame.bytes, lastCommand);
    this.noteSent(first, frame.payload, frame.bytes);
    yield this.kernel.work(large ? activities.fillLarge : activities.fill);
    this.stopped = this.free() < stopsBelow;
    if (!more || this.stopped) yield this.kernel.write(registers.transmitTail, this.nextTransmit);
    else yield this.kernel.hold(registers.transmitTail.label, activities.hold);
  }

  *interrupt(): Driver {
    const { kernel } = this;
    const causes = yield kernel.read(registers.interruptCause);
    if (causes === 0) return;
    yield kernel.write(registers.interruptMaskClear, 0xffff_ffff);
    yield kernel.read(registers.status);
    this.sending.reset();
    this.receiving.reset();
    kernel.schedulePoll();
  }

  *poll(budget: number): Driver<boolean> {
    const { kernel } = this;
    yield* this.reap();
    const handled = yield* this.receiveUpTo(budget);
    if (handled === budget) return true;
    yield* this.throttle();
    yield kernel.write(registers.interruptMaskSet, enabledCauses);
    yield kernel.read(registers.status);
    return false;
  }

  /** Chooses a class by what this interrupt brought; ITR is written only when the rate changes. */
  private *throttle(): Driver {
    // Conservative mode, the default, has no lowest latency.
    const sending = Math.max(latency.low, this.sending.reclass());
    const receiving = Math.max(latency.low, this.receiving.reclass());
    this.sending.latency = sending;
    this.receiving.latency = receiving;
    const wanted = allowedPerSecond[Math.max(sending, receiving)]!;
    if (wanted === this.allowed) return;
    // A higher rate is approached in steps of a quarter of it.
    this.allowed = wanted > this.allowed ? Math.min(this.allowed + (wanted >> 2), wanted) : wanted;
    yield this.kernel.write(registers.interruptThrottle, throttleFor(this.allowed));
  }

  private *reap(): Driver {
    while (this.nextReaped !== this.nextTransmit) {
      const first = this.nextReaped;
      const last = this.lastOf[first]!;
      const done = this.memory.read32(
        this.transmitRing + last * descriptorBytes + transmitDescriptor.status,
      );
      if ((done & transmitBits.done) === 0) break;
      const segments = segmentsOf(this.bytesOf[first]!);
      this.sending.count(segments, this.bytesOf[first]! + (segments - 1) * segmentHeaderBytes);
      yield this.kernel.work(activities.reap);
      this.kernel.transmitted(this.sent[first]!);
      this.nextReaped = (last + 1) % this.sizes.transmit;
    }
    if (this.free() >= wakesAt) this.stopped = false;
  }

  private *receiveUpTo(budget: number): Driver<number> {
    let handled = 0;
    let cleaned = 0;
    while (
      handled < budget &&
      this.memory.read8(this.received() + receiveDescriptor.status) & receiveBits.done
    ) {
      yield* this.receive(this.received());
      this.nextReceive = (this.nextReceive + 1) % this.sizes.receive;
      handled++;
      cleaned++;
      if (cleaned >= rings.returnedAtOnce) {
        yield* this.returnBuffers(cleaned);
        cleaned = 0;
      }
    }
    if (this.unused() > 0) yield* this.returnBuffers(this.unused());
    return handled;
  }

  private *receive(at: number): Driver {
    const bytes = this.memory.read16(at + receiveDescriptor.length);
    const payload = this.memory.payloadAt(this.memory.read64(at + receiveDescriptor.address));
    this.memory.write8(at + receiveDescriptor.status, 0);
    this.receiving.count(1, bytes - checkSequenceBytes);
    if (bytes <= copiedUpToBytes) yield this.kernel.copy(activities.copyShort, bytes);
    yield this.kernel.work(activities.receive);
    this.kernel.received(payload);
  }

  /** Gives buffers back to the device; the tail is the last of them. */
  private *returnBuffers(count: number): Driver {
    this.nextReturned = (this.nextReturned + count) % this.sizes.receive;
    yield this.kernel.write(
      registers.receiveTail,
      (this.nextReturned + this.sizes.receive - 1) % this.sizes.receive,
    );
  }

  private received(): number {
    return this.receiveRing + this.nextReceive * descriptorBytes;
  }

  /** Where the headers lie, for the checksum; and for a large send, how to cut it. */
  private fillContext(frameBytes: number, large: boolean): void {
    const at = this.transmitEntry();
    const { memory } = this;
    const checksum = transportHeaderAt + (large ? checksumAt.tcp : checksumAt.udp);
    memory.write32(at + contextDescriptor.ip, large ? ipChecksumFields : 0);
    memory.write32(at + contextDescriptor.transport, transportHeaderAt | (checksum << 8));
    memory.write32(
      at + contextDescriptor.command,
      large
        ? transmitBits.extended |
            transmitBits.segment |
            contextBits.isIp4 |
            contextBits.isTcp |
            (frameBytes - segmentHeaderBytes)
        : transmitBits.extended,
    );
    memory.write32(
      at + contextDescriptor.segmentation,
      large ? (segmentHeaderBytes << 8) | (segmentBytes << 16) : 0,
    );
  }

  /** Headers in a descriptor of their own, then data in pieces of 4 KiB. */
  private fillLarge(frame: GuestFrame): void {
    this.fillData(frame.buffer, segmentHeaderBytes, largeCommand);
    for (let from = segmentHeaderBytes; from < frame.bytes;) {
      const bytes = Math.min(rings.dataBytes, frame.bytes - from);
      const last = from + bytes === frame.bytes ? lastCommand : 0;
      this.fillData(frame.buffer + from, bytes, largeCommand | last);
      from += bytes;
    }
  }

  private fillData(address: number, bytes: number, command: number): void {
    const at = this.transmitEntry();
    this.memory.write64(at + transmitDescriptor.address, address);
    this.memory.write32(at + transmitDescriptor.command, dataCommand | command | bytes);
    this.memory.write32(
      at + transmitDescriptor.status,
      transmitBits.insertTransportChecksum |
        (command & transmitBits.segment ? transmitBits.insertIpChecksum : 0),
    );
  }
}

const dataCommand = transmitBits.extended | transmitBits.data | transmitBits.insertCheckSequence;
const largeCommand = transmitBits.segment;
const lastCommand =
  transmitBits.endOfPacket | transmitBits.reportStatus | transmitBits.delayInterrupt;
/** Start, place and end of the IP header's checksum, a byte each and two. */
const ipChecksumFields =
  networkHeaderAt | ((networkHeaderAt + 10) << 8) | ((transportHeaderAt - 1) << 16);

/** What one direction has moved since the last interrupt, and its class of latency. */
class Direction {
  /** Conservative mode has no lowest class: interrupts before the first request have left it. */
  latency: number = latency.low;
  private packets = 0;
  private bytes = 0;

  reset(): void {
    this.packets = 0;
    this.bytes = 0;
  }

  count(packets: number, bytes: number): void {
    this.packets += packets;
    this.bytes += bytes;
  }

  /** The class that follows from packets and bytes (e1000_update_itr). */
  reclass(): number {
    const { packets, bytes } = this;
    if (packets === 0) return this.latency;
    const each = Math.floor(bytes / packets);
    switch (this.latency) {
      case latency.lowest:
        if (each > 8000) return latency.bulk;
        return packets < 5 && bytes > 512 ? latency.low : latency.lowest;
      case latency.low:
        if (bytes > 10_000) {
          if (each > 8000 || packets < 10 || each > 1200) return latency.bulk;
          return packets > 35 ? latency.lowest : latency.low;
        }
        if (each > 2000) return latency.bulk;
        return packets <= 2 && bytes < 512 ? latency.lowest : latency.low;
      default:
        if (bytes > 25_000) return packets > 35 ? latency.low : latency.bulk;
        return bytes < 6000 ? latency.low : latency.bulk;
    }
  }
}

export const e1000: NetworkDriverEntry = {
  id: 'linux-e1000',
  title: 'Linux e1000',
  device: 'e1000',
  kind: 'network',
  largeSend: largeFrameBytes,
  stopCounters: { wakes: 'tx_restart_queue' },
  rings: ringLimits({ ...rings, descriptorBytes }, 48),
  create: (kernel) => new LinuxE1000(kernel),
};
