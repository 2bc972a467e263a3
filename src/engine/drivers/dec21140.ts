/**
 * The Linux tulip driver, NAPI build (drivers/net/ethernet/dec/tulip, Linux 6.1). Models: transmit with poll
 * demand, when completion interrupts are asked for, the interrupt handler's acknowledge loop, the receive
 * poll with its budget, refill, and interrupt mitigation where the chip has it.
 * Every packet has its poll demand: the driver ignores xmit_more.
 * Leaves out: errors, setup frames, link changes, the timer that fights interrupt storms.
 * Checked against: tests/engine/conformance.
 */
import {
  type Chip,
  chips,
  owned,
  receiveControl,
  receiveDescriptor,
  receiveStatus,
  registers,
  rings,
  status,
  transmitControl,
  transmitDescriptor,
} from '../memory/tulip.ts';
import type { GuestMemory } from '../memory/guest-memory.ts';
import {
  type Driver,
  type NetworkDriverEntry,
  fixed,
  frameActivities,
  type GuestFrame,
  type GuestKernel,
  type NetworkDriver,
} from './driver.ts';

/** Received causes that the poll handles and masks (RxPollInt). */
const pollCauses = status.received | status.noReceiveBuffer | status.receiveStopped | 0x200;
const acknowledgedByHandler = 0x0001_ff3f;
const acknowledgedByPoll = status.received | status.noReceiveBuffer;
/** Causes for which the handler looks again. */
const handledInLoop =
  status.noTransmitBuffer | status.transmitStopped | status.transmitted | status.receiveStopped;
const reapedOn = status.noTransmitBuffer | status.transmitStopped | status.transmitted;
const errorsCleared = 0x0800_f7ba;
const mitigationOn = 0x80f1_0000;
const workMax = 25;
/** Frames that one poll may handle: the driver asks for a smaller NAPI weight than the usual one. */
const weight = 16;
/** The queue stops with this many frames outstanding, and wakes below it. */
const stopsAt = rings.transmit - 2;
/** Shorter frames are copied into a small buffer (rx_copybreak). */
const copiedBelowBytes = 100;

/** A received length includes the check sequence. */
const checkSequenceBytes = 4;

const source = 'linux-tulip';
const activities = frameActivities(source);

class Tulip implements NetworkDriver {
  private readonly kernel: GuestKernel;
  private readonly memory: GuestMemory;
  private readonly enabled: number;
  private readonly canMitigate: boolean;
  private transmitRing = 0;
  private receiveRing = 0;
  private readonly sent = new Array<number>(rings.transmit).fill(0);
  private nextTransmit = 0;
  private nextReaped = 0;
  private nextReceive = 0;
  private nextRefill = 0;
  private mitigating = false;
  private stopped = false;

  constructor(kernel: GuestKernel) {
    this.kernel = kernel;
    this.memory = kernel.memory;
    const chip = chips[kernel.variant as Chip];
    this.enabled = chip.enabled;
    this.canMitigate = chip.hasMitigation;
  }

  *open(): Driver {
    const { kernel, memory } = this;
    this.transmitRing = memory.layOut(transmitDescriptor, 'transmit ring', rings.transmit);
    this.receiveRing = memory.layOut(receiveDescriptor, 'receive ring', rings.receive);
    const lastTransmit = this.transmitDescriptor(rings.transmit - 1);
    memory.write32(lastTransmit + transmitDescriptor.control, transmitControl.endOfRing);
    for (let entry = 0; entry < rings.receive; entry++) {
      const at = this.receiveDescriptor(entry);
      const end = entry === rings.receive - 1 ? receiveControl.endOfRing : 0;
      memory.write32(at + receiveDescriptor.buffer1, memory.reserve(rings.bufferBytes));
      memory.write32(at + receiveDescriptor.control, rings.bufferBytes | end);
      memory.write32(at + receiveDescriptor.status, owned);
    }
    yield kernel.write(registers.receiveRing, this.receiveRing);
    yield kernel.write(registers.transmitRing, this.transmitRing);
    yield kernel.write(registers.interruptEnable, this.enabled);
    yield kernel.write(registers.operationMode, 0x2002);
    yield kernel.write(registers.receivePoll, 0);
  }

  hasRoom(): boolean {
    return !this.stopped;
  }

  /** Under the driver's lock, with interrupts off as far as the poll demand. */
  *transmit(frame: GuestFrame): Driver {
    this.kernel.disableInterrupts();
    const entry = this.nextTransmit % rings.transmit;
    const at = this.transmitDescriptor(entry);
    this.sent[entry] = frame.payload;
    this.memory.putPayload(at, frame.payload);
    this.memory.write32(at + transmitDescriptor.buffer1, frame.buffer);
    this.memory.write32(at + transmitDescriptor.control, this.controlFor(entry) | frame.bytes);
    this.memory.write32(at + transmitDescriptor.status, owned);
    this.stopped = this.nextTransmit - this.nextReaped >= stopsAt;
    this.nextTransmit++;
    yield this.kernel.work(activities.fill);
    yield this.kernel.write(registers.transmitPoll, 0);
    this.kernel.enableInterrupts();
  }

  *interrupt(): Driver {
    const { kernel } = this;
    let causes = yield kernel.read(registers.status);
    if ((causes & (status.normal | status.abnormal)) === 0) return;
    let polls = false;
    for (let work = 0; work < workMax; work++) {
      if (!polls && causes & (status.received | status.noReceiveBuffer)) {
        polls = true;
        yield kernel.write(registers.interruptEnable, this.enabled & ~pollCauses);
        kernel.schedulePoll();
      }
      yield kernel.write(registers.status, causes & acknowledgedByHandler);
      if (causes & reapedOn) yield* this.reap();
      if (causes & status.abnormal) yield kernel.write(registers.status, errorsCleared);
      causes = yield kernel.read(registers.status);
      if (polls) causes &= ~pollCauses;
      if ((causes & handledInLoop) === 0) break;
    }
    yield kernel.read(registers.missedFrames);
  }

  *poll(most: number): Driver<boolean> {
    const { kernel } = this;
    const budget = Math.min(most, weight);
    let seen = 0;
    let causes: number;
    do {
      yield kernel.read(registers.status);
      yield kernel.write(registers.status, acknowledgedByPoll);
      while (
        (this.receivedStatus() & owned) === 0 &&
        this.nextReceive - this.nextRefill < rings.receive
      ) {
        // The driver counts the frame before it looks at the budget: the frame that uses it up waits.
        if (++seen >= budget) {
          if (this.wantsRefill()) this.refill();
          return true;
        }
        yield* this.receive();
        if (this.nextReceive - this.nextRefill > rings.receive / 4) this.refill();
      }
      causes = yield kernel.read(registers.status);
    } while (causes & status.received);
    yield* this.mitigate(seen > 1);
    this.refill();
    yield kernel.write(registers.interruptEnable, this.enabled);
    return false;
  }

  /** Mitigation is either off or at its most, and is switched when a poll saw one frame or several. */
  private *mitigate(several: boolean): Driver {
    if (!this.canMitigate || several === this.mitigating) return;
    this.mitigating = several;
    yield this.kernel.write(registers.mitigation, several ? mitigationOn : 0);
  }

  private *reap(): Driver {
    while (this.nextReaped < this.nextTransmit) {
      const entry = this.nextReaped % rings.transmit;
      if (this.memory.read32(this.transmitDescriptor(entry) + transmitDescriptor.status) & owned)
        break;
      yield this.kernel.work(activities.reap);
      this.kernel.transmitted(this.sent[entry]!);
      this.nextReaped++;
    }
    if (this.nextTransmit - this.nextReaped < stopsAt) this.stopped = false;
  }

  private *receive(): Driver {
    const at = this.receiveDescriptor(this.nextReceive % rings.receive);
    const payload = this.memory.payloadAt(this.memory.read32(at + receiveDescriptor.buffer1));
    const bytes = lengthOf(this.receivedStatus());
    if (bytes < copiedBelowBytes) yield this.kernel.copy(activities.copyShort, bytes);
    yield this.kernel.work(activities.receive);
    if (this.receivedStatus() & receiveStatus.last) this.kernel.received(payload);
    this.nextReceive++;
  }

  /** At the end of a budget: half of the ring is used, or the oldest entry has given its buffer away. */
  private wantsRefill(): boolean {
    const used = this.nextReceive - this.nextRefill;
    if (used === 0 || used > rings.receive / 2) return used > 0;
    return lengthOf(this.statusOf(this.nextRefill)) >= copiedBelowBytes;
  }

  private refill(): void {
    for (; this.nextRefill < this.nextReceive; this.nextRefill++) {
      this.memory.write32(
        this.receiveDescriptor(this.nextRefill % rings.receive) + receiveDescriptor.status,
        owned,
      );
    }
  }

  /** A completion interrupt is asked for at half of the ring, when the queue stops, and by the last entry. */
  private controlFor(entry: number): number {
    const outstanding = this.nextTransmit - this.nextReaped;
    const isLast = entry === rings.transmit - 1;
    const asks = isLast || outstanding === rings.transmit / 2 || outstanding >= stopsAt;
    const interrupts = asks ? transmitControl.interruptOnCompletion : 0;
    const end = isLast ? transmitControl.endOfRing : 0;
    return (transmitControl.first | transmitControl.last | interrupts | end) >>> 0;
  }

  private receivedStatus(): number {
    return this.statusOf(this.nextReceive);
  }

  private statusOf(received: number): number {
    const at = this.receiveDescriptor(received % rings.receive);
    return this.memory.read32(at + receiveDescriptor.status);
  }

  private transmitDescriptor(entry: number): number {
    return this.transmitRing + entry * transmitDescriptor.bytes;
  }

  private receiveDescriptor(entry: number): number {
    return this.receiveRing + entry * receiveDescriptor.bytes;
  }
}

/** Length of a received frame without its check sequence. */
const lengthOf = (received: number): number =>
  ((received >>> receiveStatus.lengthAt) & 0x7ff) - checkSequenceBytes;

export const dec21140: NetworkDriverEntry = {
  id: 'linux-tulip',
  title: 'Linux tulip',
  device: 'dec21140',
  kind: 'network',
  rings: {
    transmit: fixed(rings.transmit, 'a constant of the driver'),
    receive: fixed(rings.receive, 'a constant of the driver'),
  },
  create: (kernel) => new Tulip(kernel),
};
