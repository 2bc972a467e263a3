/**
 * The Linux e1000 driver (drivers/net/ethernet/intel/e1000, Linux 6.1). Models: a context and a
 * data descriptor for each UDP packet, the tail write, the handler's mask-all with its flush, the
 * poll with transmit clean-up, receive refill by 16 and for the remainder, and the unmask with its
 * flush.
 * Leaves out: adaptive throttling (ITR), doorbells held back while more packets are queued
 * (xmit_more), jumbo frames, multi-descriptor packets, errors.
 * Checked against: tests/engine/conformance.
 */
import {
  descriptorBytes,
  enabledCauses,
  receiveDescriptor,
  registers,
  rings,
  transmitDescriptor,
} from '../memory/e1000.ts';
import type { GuestMemory } from '../memory/guest-memory.ts';
import type { Activity } from '../trace.ts';
import {
  type Driver,
  type NetworkDriverEntry,
  driverWork,
  frameActivities,
  type GuestFrame,
  type GuestKernel,
  type NetworkDriver,
} from './driver.ts';

/** Frames up to this length, check sequence included, are copied into a small buffer (copybreak). */
const copiedUpToBytes = 256;
/** The queue stops when fewer descriptors than a packet may need are free (MAX_SKB_FRAGS + 7), and wakes at more. */
const stopsBelow = 24;
const wakesAt = 32;
/** Context and data descriptor of one packet. */
const descriptorsPerPacket = 2;

const source = 'linux-e1000';
const activities = {
  ...frameActivities(source),
  fill: {
    sentence: 'The guest’s driver fills a context and a data descriptor',
    evidence: 'documented',
    source,
    prices: driverWork,
  },
} as const satisfies Record<string, Activity>;

class LinuxE1000 implements NetworkDriver {
  private readonly kernel: GuestKernel;
  private readonly memory: GuestMemory;
  private transmitRing = 0;
  private receiveRing = 0;
  private readonly sent = new Array<number>(rings.transmit).fill(0);
  private nextTransmit = 0;
  private nextReaped = 0;
  private nextReceive = 0;
  private nextReturned = 0;
  private stopped = false;

  constructor(kernel: GuestKernel) {
    this.kernel = kernel;
    this.memory = kernel.memory;
  }

  *open(): Driver {
    const { kernel, memory } = this;
    this.transmitRing = memory.allocate(rings.transmit * descriptorBytes);
    this.receiveRing = memory.allocate(rings.receive * descriptorBytes);
    for (let entry = 0; entry < rings.receive; entry++) {
      const at = this.receiveRing + entry * descriptorBytes + receiveDescriptor.address;
      memory.write64(at, memory.reserve(rings.bufferBytes));
    }
    yield kernel.write(registers.transmitBase, this.transmitRing);
    yield kernel.write(registers.transmitLength, rings.transmit * descriptorBytes);
    yield kernel.write(registers.receiveBase, this.receiveRing);
    yield kernel.write(registers.receiveLength, rings.receive * descriptorBytes);
    yield* this.returnBuffers(this.unused());
    yield kernel.write(registers.interruptMaskSet, enabledCauses);
    yield kernel.read(registers.interruptCause);
  }

  hasRoom(): boolean {
    return !this.stopped;
  }

  *transmit(frame: GuestFrame): Driver {
    const context = this.transmitEntry();
    this.memory.write32(context + transmitDescriptor.command, transmitDescriptor.extended);
    this.memory.write32(context + transmitDescriptor.status, 0);
    const packet = this.nextTransmit;
    const at = this.transmitEntry();
    this.sent[packet] = frame.payload;
    this.memory.putPayload(frame.buffer, frame.payload);
    this.memory.write64(at + transmitDescriptor.address, frame.buffer);
    this.memory.write32(at + transmitDescriptor.command, dataCommand(frame.bytes));
    this.memory.write32(at + transmitDescriptor.status, 0);
    yield this.kernel.work(activities.fill);
    this.stopped = this.free() < stopsBelow;
    yield this.kernel.write(registers.transmitTail, this.nextTransmit);
  }

  *interrupt(): Driver {
    const { kernel } = this;
    const causes = yield kernel.read(registers.interruptCause);
    if (causes === 0) return;
    yield kernel.write(registers.interruptMaskClear, 0xffff_ffff);
    yield kernel.read(registers.status);
    kernel.schedulePoll();
  }

  *poll(budget: number): Driver<boolean> {
    const { kernel } = this;
    yield* this.reap();
    const handled = yield* this.receiveUpTo(budget);
    if (handled === budget) return true;
    yield kernel.write(registers.interruptMaskSet, enabledCauses);
    yield kernel.read(registers.status);
    return false;
  }

  private *reap(): Driver {
    while (this.nextReaped !== this.nextTransmit) {
      const packet = (this.nextReaped + 1) % rings.transmit;
      const done = this.memory.read32(
        this.transmitRing + packet * descriptorBytes + transmitDescriptor.status,
      );
      if ((done & transmitDescriptor.done) === 0) break;
      yield this.kernel.work(activities.reap);
      this.kernel.transmitted(this.sent[packet]!);
      this.nextReaped = (this.nextReaped + descriptorsPerPacket) % rings.transmit;
    }
    if (this.free() >= wakesAt) this.stopped = false;
  }

  private free(): number {
    const used = (this.nextTransmit - this.nextReaped + rings.transmit) % rings.transmit;
    return rings.transmit - used - 1;
  }

  private *receiveUpTo(budget: number): Driver<number> {
    let handled = 0;
    let cleaned = 0;
    while (
      handled < budget &&
      this.memory.read8(this.received() + receiveDescriptor.status) & receiveDescriptor.done
    ) {
      yield* this.receive(this.received());
      this.nextReceive = (this.nextReceive + 1) % rings.receive;
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
    if (bytes <= copiedUpToBytes) yield this.kernel.copy(activities.copyShort, bytes);
    yield this.kernel.work(activities.receive);
    this.kernel.received(payload);
  }

  /** Gives buffers back to the device; the tail is the last of them. */
  private *returnBuffers(count: number): Driver {
    this.nextReturned = (this.nextReturned + count) % rings.receive;
    yield this.kernel.write(
      registers.receiveTail,
      (this.nextReturned + rings.receive - 1) % rings.receive,
    );
  }

  /** Receive descriptors without a buffer of the device's; one is always kept back. */
  private unused(): number {
    return (this.nextReceive - this.nextReturned - 1 + rings.receive) % rings.receive;
  }

  private received(): number {
    return this.receiveRing + this.nextReceive * descriptorBytes;
  }

  private transmitEntry(): number {
    const at = this.transmitRing + this.nextTransmit * descriptorBytes;
    this.nextTransmit = (this.nextTransmit + 1) % rings.transmit;
    return at;
  }
}

const dataCommand = (bytes: number): number =>
  (transmitDescriptor.extended |
    transmitDescriptor.data |
    transmitDescriptor.endOfPacket |
    transmitDescriptor.reportStatus |
    bytes) >>>
  0;

export const e1000: NetworkDriverEntry = {
  id: 'linux-e1000',
  title: 'Linux e1000',
  device: 'e1000',
  kind: 'network',
  create: (kernel) => new LinuxE1000(kernel),
};
