/**
 * The Linux netvsc driver (drivers/net/hyperv, Linux 6.1). Models: the copy of header and frame
 * into a section of the send buffer, the packet in the VMBus ring, the packet that points at the
 * frame when no section is free, the signal only where the ring's rule asks for one, completions
 * and received packets in one poll, one completion for each received packet, queue stop and wake.
 * Leaves out: aggregation of several frames in a section, large sends, subchannels, the SR-IOV
 * path, RNDIS control messages. Checked against: tests/engine/devices/netvsc.
 */
import type { GuestMemory } from '../memory/guest-memory.ts';
import {
  buffers,
  channelTypeData,
  gpaDirectHeader,
  noSection,
  nvspMessage,
  nvspType,
  perPacketInfoBytes,
  receiveCompletion,
  ringPages,
  rndisFrameBytes,
  sendOverheadBytes,
  wordAt,
  writeRndisPacket,
} from '../memory/nvsp.ts';
import {
  completionRequested,
  type Packet,
  packetType,
  pageBytes,
  VmbusRing,
} from '../memory/vmbus-ring.ts';
import type { Activity } from '../trace.ts';
import {
  copyPrices,
  type Driver,
  type NetworkDriverEntry,
  frameActivities,
  type GuestFrame,
  type GuestKernel,
  type NetworkDriver,
  ringEntry,
} from './driver.ts';

/** The queue stops below one share of free ring and wakes above the other, in percent. */
const stopsBelowPercent = 10;
const wakesAbovePercent = 20;
const sectionCount = Math.floor(buffers.sendBytes / buffers.sectionBytes);

const source = 'linux-netvsc';
const activities = {
  ...frameActivities(source),
  copyOut: {
    sentence:
      'The guest’s driver (VSC) copies header and frame, {bytes} bytes, into the shared send buffer',
    evidence: 'documented',
    source,
    prices: copyPrices,
  },
  publish: {
    sentence: 'The driver writes a packet into the VMBus ring',
    evidence: 'documented',
    source,
    prices: ringEntry,
  },
  refer: {
    sentence: 'The driver writes a packet that points at the frame into the VMBus ring',
    evidence: 'documented',
    source,
    prices: ringEntry,
  },
  hold: {
    sentence: 'The ring was not empty, or the host is awake: no signal',
    evidence: 'documented',
    source,
    prices: [],
  },
  consume: {
    sentence: 'The driver reads the ring from the host',
    evidence: 'documented',
    source,
    prices: ringEntry,
  },
  copyIn: {
    sentence: 'The driver copies the frame of {bytes} bytes into a packet buffer',
    evidence: 'documented',
    source,
    prices: copyPrices,
  },
  giveBack: {
    sentence: 'The driver gives the receive buffer back through the VMBus ring',
    evidence: 'documented',
    source,
    prices: ringEntry,
  },
} as const satisfies Record<string, Activity>;

/** Names of the rings in the trace. */
const toHostRing = 'to host';
const toGuestRing = 'to guest';

/** What the driver keeps of a packet until it is completed. */
interface Sent {
  readonly payload: number;
  /** Section of the send buffer, or -1. */
  readonly section: number;
  /** Where the header of a frame sent by reference stands. */
  header?: number;
}

class LinuxNetvsc implements NetworkDriver {
  private readonly kernel: GuestKernel;
  private readonly memory: GuestMemory;
  private toHost!: VmbusRing;
  private toGuest!: VmbusRing;
  private sendBuffer = 0;
  private receiveBuffer = 0;
  /** Which sections of the send buffer are taken. */
  private readonly sections = new Array<boolean>(sectionCount).fill(false);
  /** Headers of frames sent by reference, free to be used again. */
  private readonly headers: number[] = [];
  private readonly inFlight = new Map<number, Sent>();
  private nextTransaction = 1;
  private stopped = false;

  constructor(kernel: GuestKernel) {
    this.kernel = kernel;
    this.memory = kernel.memory;
  }

  *open(): Driver {
    const ringBytes = ringPages * pageBytes;
    const toHost = this.memory.allocate(ringBytes, pageBytes);
    const toGuest = this.memory.allocate(ringBytes, pageBytes);
    this.sendBuffer = this.memory.allocate(buffers.sendBytes, pageBytes);
    this.receiveBuffer = this.memory.allocate(buffers.receiveBytes, pageBytes);
    this.toHost = new VmbusRing(this.memory, toHost, ringBytes);
    this.toGuest = new VmbusRing(this.memory, toGuest, ringBytes);
    this.toHost.reset();
    this.toGuest.reset();
    yield this.kernel.open({
      channel: 0,
      rings: [toHost, toGuest],
      ringBytes,
      buffers: [
        { at: this.sendBuffer, bytes: buffers.sendBytes },
        { at: this.receiveBuffer, bytes: buffers.receiveBytes },
      ],
    });
  }

  hasRoom(): boolean {
    return !this.stopped;
  }

  *transmit(frame: GuestFrame): Driver {
    const section = this.sections.indexOf(false);
    const transaction = this.nextTransaction++;
    this.inFlight.set(transaction, { payload: frame.payload, section });
    if (section < 0) yield* this.sendByReference(frame, transaction);
    else yield* this.sendByCopy(frame, transaction, section);
    this.stopped = this.toHost.freePercent < stopsBelowPercent;
  }

  /** Header and frame go into a section of the send buffer; the packet names the section. */
  private *sendByCopy(frame: GuestFrame, transaction: number, section: number): Driver {
    const at = this.sendBuffer + section * buffers.sectionBytes;
    const bytes = sendOverheadBytes + frame.bytes;
    this.sections[section] = true;
    writeRndisPacket(this.memory, at, frame.bytes, perPacketInfoBytes);
    this.memory.putPayload(at, frame.payload);
    yield this.kernel.copy(activities.copyOut, bytes);
    const payload = nvspMessage(nvspType.sendRndisPacket, channelTypeData, section, bytes);
    const header = new Uint8Array(0);
    const type = packetType.inBand;
    yield* this.publish(activities.publish, {
      type,
      flags: completionRequested,
      transaction,
      header,
      payload,
    });
  }

  /** Without a free section, the packet lists where header and frame stand in guest memory (GPA direct). */
  private *sendByReference(frame: GuestFrame, transaction: number): Driver {
    const at = this.headers.pop() ?? this.memory.allocate(sendOverheadBytes, 64);
    this.inFlight.get(transaction)!.header = at;
    writeRndisPacket(this.memory, at, frame.bytes, perPacketInfoBytes);
    this.memory.putPayload(frame.buffer, frame.payload);
    const header = gpaDirectHeader([
      { at, bytes: sendOverheadBytes },
      { at: frame.buffer, bytes: frame.bytes },
    ]);
    const payload = nvspMessage(nvspType.sendRndisPacket, channelTypeData, noSection, 0);
    const type = packetType.gpaDirect;
    yield* this.publish(activities.refer, {
      type,
      flags: completionRequested,
      transaction,
      header,
      payload,
    });
  }

  *interrupt(): Driver {
    this.toGuest.mask();
    this.kernel.schedulePoll();
  }

  *poll(budget: number): Driver<boolean> {
    const toComplete: number[] = [];
    let handled = 0;
    yield this.kernel.consume(toGuestRing, activities.consume);
    while (handled < budget) {
      const packet = this.toGuest.read();
      if (packet === undefined) {
        this.toGuest.close();
        break;
      }
      if (packet.type === packetType.completion) yield* this.reap(packet);
      else {
        yield* this.receive(packet);
        toComplete.push(packet.transaction);
        handled++;
      }
    }
    yield* this.complete(toComplete);
    if (handled === budget) return true;
    if (!this.toGuest.unmask()) return false;
    this.toGuest.mask();
    return true;
  }

  private *reap({ transaction }: Packet): Driver {
    yield this.kernel.work(activities.reap);
    const { payload, section, header } = this.inFlight.get(transaction)!;
    this.inFlight.delete(transaction);
    if (section >= 0) this.sections[section] = false;
    if (header !== undefined) this.headers.push(header);
    this.kernel.transmitted(payload);
    if (this.toHost.freePercent > wakesAbovePercent || this.inFlight.size === 0)
      this.stopped = false;
  }

  private *receive({ header }: Packet): Driver {
    const at = this.receiveBuffer + wordAt(header, 12);
    yield this.kernel.copy(activities.copyIn, rndisFrameBytes(this.memory, at));
    yield this.kernel.work(activities.receive);
    this.kernel.received(this.memory.payloadAt(at));
  }

  /** Every received packet is completed, so that the host can use its part of the receive buffer again. */
  private *complete(transactions: readonly number[]): Driver {
    for (const transaction of transactions) {
      yield* this.publish(activities.giveBack, {
        type: packetType.completion,
        flags: 0,
        transaction,
        header: new Uint8Array(0),
        payload: receiveCompletion(),
      });
    }
  }

  private *publish(activity: Activity, packet: Packet): Driver {
    const { signal } = this.toHost.write(packet);
    yield this.kernel.publish(toHostRing, activity);
    if (signal) yield this.kernel.signal(toHostRing);
    else yield this.kernel.hold(toHostRing, activities.hold);
  }
}

export const netvsc: NetworkDriverEntry = {
  id: 'linux-netvsc',
  title: 'Linux netvsc',
  device: 'netvsc',
  kind: 'network',
  create: (kernel) => new LinuxNetvsc(kernel),
};
