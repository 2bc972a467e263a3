/**
 * The Linux netvsc driver (drivers/net/hyperv, Linux 6.1). Models: the copy of header and frame into a section of the
 * send buffer, the packet in the VMBus ring, the signal only where the ring's rule asks for one, completions and
 * received packets in one poll, one completion for each received packet, queue stop and wake.
 * Leaves out: aggregation of several frames in a section, GPA-direct for large sends, subchannels, the SR-IOV path,
 * RNDIS control messages. Checked against: tests/engine/drivers/netvsc.
 */
import type { GuestMemory } from '../memory/guest-memory.ts';
import {
  buffers,
  channelTypeData,
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
import type { Driver, DriverEntry, GuestFrame, GuestKernel, NetworkDriver } from './driver.ts';

/** The queue stops below this share of free ring, in percent. */
const stopBelowPercent = 10;
const sections = Math.floor(buffers.sendBytes / buffers.sectionBytes);

const source = 'linux-netvsc';
const ringEntry = [{ parameter: 'ring-entry', per: 'entry' }] as const;
const copyPrices = [
  { parameter: 'copy-start', per: 'once' },
  { parameter: 'copy-byte', per: 'byte' },
] as const;
const work = [{ parameter: 'guest-driver-work', per: 'once' }] as const;
const activities = {
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
  reap: {
    sentence: 'The driver frees the transmitted frame',
    evidence: 'documented',
    source,
    prices: work,
  },
  copyIn: {
    sentence: 'The driver copies the frame of {bytes} bytes into a packet buffer',
    evidence: 'documented',
    source,
    prices: copyPrices,
  },
  receive: {
    sentence: 'The driver hands the received frame to the network stack',
    evidence: 'documented',
    source,
    prices: work,
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

class LinuxNetvsc implements NetworkDriver {
  private readonly kernel: GuestKernel;
  private readonly memory: GuestMemory;
  private toHost!: VmbusRing;
  private toGuest!: VmbusRing;
  private sendBuffer = 0;
  private receiveBuffer = 0;
  /** Payload in flight by section; 0 is free. The section number is the transaction number too. */
  private readonly inSection = new Array<number>(sections).fill(0);

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
      toHost,
      toGuest,
      ringBytes,
      sendBuffer: this.sendBuffer,
      receiveBuffer: this.receiveBuffer,
      receiveBufferBytes: buffers.receiveBytes,
    });
  }

  hasRoom(): boolean {
    return this.toHost.freePercent >= stopBelowPercent && this.inSection.includes(0);
  }

  *transmit(frame: GuestFrame): Driver {
    const section = this.inSection.indexOf(0);
    const at = this.sendBuffer + section * buffers.sectionBytes;
    const bytes = sendOverheadBytes + frame.bytes;
    this.inSection[section] = frame.payload;
    writeRndisPacket(this.memory, at, frame.bytes, perPacketInfoBytes);
    this.memory.putPayload(at, frame.payload);
    yield this.kernel.copy(activities.copyOut, bytes);
    const message = nvspMessage(nvspType.sendRndisPacket, channelTypeData, section, bytes);
    yield* this.publish(activities.publish, {
      type: packetType.inBand,
      flags: completionRequested,
      transaction: section,
      header: new Uint8Array(0),
      payload: message,
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
      if (packet === undefined) break;
      if (packet.type === packetType.completion) yield* this.reap(packet);
      else {
        yield* this.receive(packet);
        toComplete.push(packet.transaction);
        handled++;
      }
    }
    this.toGuest.close();
    yield* this.complete(toComplete);
    if (handled === budget) return true;
    if (!this.toGuest.unmask()) return false;
    this.toGuest.mask();
    return true;
  }

  private *reap({ transaction }: Packet): Driver {
    yield this.kernel.work(activities.reap);
    this.kernel.transmitted(this.inSection[transaction]!);
    this.inSection[transaction] = 0;
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

export const netvsc: DriverEntry = {
  id: 'linux-netvsc',
  title: 'Linux netvsc',
  device: 'netvsc',
  create: (kernel) => new LinuxNetvsc(kernel),
};
