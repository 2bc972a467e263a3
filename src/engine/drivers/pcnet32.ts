/**
 * The Linux pcnet32 driver (drivers/net/ethernet/amd/pcnet32.c, Linux 6.1), 16-bit port access.
 * Models: register accesses in pairs, transmit demand with interrupts enabled, the handler that
 * acknowledges and masks, the poll that unmasks and enables, both rings, queue stop and wake.
 * Every packet has its demand: the driver ignores xmit_more.
 * Leaves out: errors, media, the double-word mode. Checked against: tests/engine/conformance.
 */
import type { GuestMemory } from '../memory/guest-memory.ts';
import {
  csr,
  descriptor,
  descriptorStatus,
  initBlock,
  registers,
  ringLengths,
  rings,
  status,
} from '../memory/pcnet.ts';
import type { RingSizes } from '../vocabulary/scenario.ts';
import {
  type Driver,
  type NetworkDriverEntry,
  frameActivities,
  type GuestFrame,
  type GuestKernel,
  type NetworkDriver,
} from './driver.ts';

/** Causes and errors that the handler looks at. */
const handled = 0x8f00;
/** What the acknowledgement leaves out: start bits, and enable, so that interrupts are off until the poll ends. */
const notAcknowledged = 0x004f;
const allMasks = 0x5f00;
const masksKept = 0x00ff;
/** A queue that stopped on a full ring wakes below this many outstanding frames. */
const wakesBelow = 2;
/** Frames that one poll may handle (NAPI weight): half of the receive ring. */
const weight = rings.receive / 2;
/** Frames up to this length are copied into a small buffer (rx_copybreak). */
const copiedUpToBytes = 200;
/** A received length includes the check sequence. */
const checkSequenceBytes = 4;

const source = 'linux-pcnet32';
const activities = frameActivities(source);

class LinuxPcnet32 implements NetworkDriver {
  private readonly kernel: GuestKernel;
  private readonly memory: GuestMemory;
  private transmitRing = 0;
  private receiveRing = 0;
  private readonly sizes: Required<RingSizes>;
  private readonly sent: Float64Array;
  private nextTransmit = 0;
  private nextReaped = 0;
  private nextReceive = 0;
  private stopped = false;

  constructor(kernel: GuestKernel) {
    this.kernel = kernel;
    this.memory = kernel.memory;
    this.sizes = { ...rings, ...kernel.rings };
    this.sent = new Float64Array(this.sizes.transmit);
  }

  *open(): Driver {
    const { memory } = this;
    this.transmitRing = memory.layOut(descriptor, 'transmit ring', this.sizes.transmit);
    this.receiveRing = memory.layOut(descriptor, 'receive ring', this.sizes.receive);
    for (let entry = 0; entry < this.sizes.receive; entry++) {
      const at = this.receiveRing + entry * descriptor.bytes;
      memory.write32(at + descriptor.buffer, memory.reserve(rings.bufferBytes));
      memory.write16(at + descriptor.length, 0x1_0000 - rings.bufferBytes);
      memory.write16(at + descriptor.status, descriptorStatus.owned);
    }
    const block = memory.layOut(initBlock, 'initialization block', 1);
    const { transmit, receive } = this.sizes;
    const { transmitAt, receiveAt } = ringLengths;
    const lengths = (logOf(transmit) << transmitAt) | (logOf(receive) << receiveAt);
    memory.write16(block + initBlock.lengths, lengths);
    memory.write32(block + initBlock.receiveRing, this.receiveRing);
    memory.write32(block + initBlock.transmitRing, this.transmitRing);
    yield* this.writeCsr(csr.initLow, block & 0xffff);
    yield* this.writeCsr(csr.initHigh, block >>> 16);
    yield* this.writeCsr(csr.status, status.initialize);
    yield* this.writeCsr(csr.status, status.initialized | status.start | status.interruptEnable);
    // The stack has sent when the interface came up (neighbour discovery), and CSR0 keeps the demand.
    yield* this.writeCsr(csr.status, status.interruptEnable | status.transmitDemand);
  }

  hasRoom(): boolean {
    return !this.stopped;
  }

  /** Under the driver's lock: an interrupt between the two accesses would find another register selected. */
  *transmit(frame: GuestFrame): Driver {
    this.kernel.disableInterrupts();
    const entry = this.nextTransmit % this.sizes.transmit;
    const at = this.transmitRing + entry * descriptor.bytes;
    this.sent[entry] = frame.payload;
    this.memory.putPayload(at, frame.payload);
    this.memory.write32(at + descriptor.buffer, frame.buffer);
    this.memory.write16(at + descriptor.length, 0x1_0000 - frame.bytes);
    this.memory.write16(
      at + descriptor.status,
      descriptorStatus.owned | descriptorStatus.start | descriptorStatus.end,
    );
    this.nextTransmit++;
    this.stopped = this.nextTransmit - this.nextReaped === this.sizes.transmit;
    yield this.kernel.work(activities.fill);
    yield* this.writeCsr(csr.status, status.interruptEnable | status.transmitDemand);
    this.kernel.enableInterrupts();
  }

  *interrupt(): Driver {
    const causes = yield* this.readCsr(csr.status);
    if ((causes & handled) === 0) return;
    yield* this.writeCsr(csr.status, causes & ~notAcknowledged);
    const masks = yield* this.readCsr(csr.masks);
    yield* this.writeCsr(csr.masks, masks | allMasks);
    this.kernel.schedulePoll();
  }

  *poll(most: number): Driver<boolean> {
    const budget = Math.min(most, weight);
    const received = yield* this.receiveUpTo(budget);
    this.kernel.disableInterrupts();
    yield* this.reap();
    if (received < budget) {
      const masks = yield* this.readCsr(csr.masks);
      yield* this.writeCsr(csr.masks, masks & masksKept);
      yield* this.writeCsr(csr.status, status.interruptEnable);
    }
    this.kernel.enableInterrupts();
    return received === budget;
  }

  private *reap(): Driver {
    while (this.nextReaped < this.nextTransmit) {
      const entry = this.nextReaped % this.sizes.transmit;
      if (this.isOwned(this.transmitRing + entry * descriptor.bytes)) break;
      yield this.kernel.work(activities.reap);
      this.kernel.transmitted(this.sent[entry]!);
      this.nextReaped++;
    }
    if (this.nextTransmit - this.nextReaped < this.sizes.transmit - wakesBelow)
      this.stopped = false;
  }

  private *receiveUpTo(budget: number): Driver<number> {
    let received = 0;
    for (; received < budget; received++) {
      const at = this.receiveRing + (this.nextReceive % this.sizes.receive) * descriptor.bytes;
      if (this.isOwned(at)) break;
      const bytes = this.memory.read32(at + descriptor.message) - checkSequenceBytes;
      if (bytes <= copiedUpToBytes) yield this.kernel.copy(activities.copyShort, bytes);
      yield this.kernel.work(activities.receive);
      this.kernel.received(this.memory.payloadAt(this.memory.read32(at + descriptor.buffer)));
      this.memory.write16(at + descriptor.status, descriptorStatus.owned);
      this.nextReceive++;
    }
    return received;
  }

  private isOwned(at: number): boolean {
    return (this.memory.read16(at + descriptor.status) & descriptorStatus.owned) !== 0;
  }

  private *readCsr(number: number): Driver<number> {
    yield this.kernel.write(registers.address, number);
    return yield this.kernel.read(registers.data);
  }

  private *writeCsr(number: number, value: number): Driver {
    yield this.kernel.write(registers.address, number);
    yield this.kernel.write(registers.data, value & 0xffff);
  }
}

/** Logarithm of a power of two. */
const logOf = (size: number): number => 31 - Math.clz32(size);

export const pcnet32: NetworkDriverEntry = {
  id: 'linux-pcnet32',
  title: 'Linux pcnet32',
  device: 'pcnet32',
  kind: 'network',
  rings: {
    transmit: {
      usual: rings.transmit,
      min: 4,
      max: 512,
      step: 'power of two',
      how: 'ethtool -G',
      entryBytes: descriptor.bytes,
    },
    receive: {
      usual: rings.receive,
      min: 4,
      max: 512,
      step: 'power of two',
      how: 'ethtool -G',
      entryBytes: descriptor.bytes,
    },
  },
  create: (kernel) => new LinuxPcnet32(kernel),
};
