/**
 * The Linux netvsc driver (drivers/net/hyperv, Linux 6.1). Models: the copy of header and frame
 * into a section of the send buffer, several frames in one section while more follow (xmit_more), the packet
 * that points at the frame when no section is free or the frame does not fit, large sends, the signal
 * only where the ring's rule asks for one, completions and received packets in one poll, several received
 * frames in a packet, one completion for each such packet, queue stop and wake, a channel for each processor. A flow
 * keeps its channel (netvsc_pick_tx); that the hashes of flows are spread evenly is assumed.
 * Frames of one packet count as freed when the packet is completed; Linux frees all but the last when it has
 * copied the next one behind them.
 * Leaves out: RNDIS control messages, the host's send table.
 * Checked against: tests/engine/devices/netvsc.
 */
import type { GuestMemory } from '../memory/guest-memory.ts';
import {
  aggregation,
  buffers,
  type DataPath,
  headerSlot,
  mostChannels,
  noSection,
  nvspBytes,
  putDirectHeader,
  putRange,
  putReceiveCompletion,
  putSendPacket,
  putSwitchDataPath,
  rangeBytes,
  receiveCompletionBytes,
  receivePart,
  ringPages,
  rndisFrameBytes,
  sectionCount,
  sendSection,
  sendOverheadBytes,
  transferOffset,
  transferRanges,
  writeSendHeader,
} from '../memory/nvsp.ts';
import { largeFrameBytes } from '../memory/segmentation.ts';
import {
  completionRequested,
  directHeader,
  packetType,
  pageBytes,
  VmbusRing,
} from '../memory/vmbus-ring.ts';
import type { Activity } from '../vocabulary/trace.ts';
import {
  copyPrices,
  type Driver,
  driverWork,
  type NetworkDriverEntry,
  frameActivities,
  type GuestFrame,
  type GuestKernel,
  type NetworkDriver,
  type Op,
  pollBudget,
  ringEntry,
} from './driver.ts';

/** The queue stops below one share of free ring and wakes above the other, in percent. */
const stopsBelowPercent = 10;
const wakesAbovePercent = 20;
const ringBytes = ringPages * pageBytes;
/** Not a section; not a header's place. */
const none = -1;

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
  copyAndWait: {
    sentence:
      'The driver copies header and frame, {bytes} bytes, into the send buffer, where they wait for the next frame',
    evidence: 'documented',
    source,
    prices: copyPrices,
  },
  copyHeader: {
    sentence:
      'The section holds no more frames: the driver copies only the header, {bytes} bytes, behind them',
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
  switchPath: {
    sentence:
      'The driver tells the host which path frames take from now on (NVSP, switch data path)',
    evidence: 'documented',
    source,
    prices: ringEntry,
  },
  switched: {
    sentence: 'The driver learns that the host has switched the data path',
    evidence: 'documented',
    source,
    prices: driverWork,
  },
  giveBack: {
    sentence: 'The driver gives the receive buffer back through the VMBus ring',
    evidence: 'documented',
    source,
    prices: ringEntry,
  },
} as const satisfies Record<string, Activity>;

/** Frames that go to the host in one packet, until it is completed; used again for later ones. */
interface Sent {
  /** The packet's transaction: a number of the channel's requests, from 1. */
  readonly transaction: number;
  readonly payloads: number[];
  frames: number;
  section: number;
  /** Bytes of the section that its messages take. */
  bytes: number;
  /** Where the header stands of a frame that is sent by reference alone. */
  header: number;
}

/** A channel: its rings, its packets, and the one that waits for more frames. */
class Channel {
  readonly number: number;
  readonly toHost: VmbusRing;
  readonly toGuest: VmbusRing;
  /** Names of the rings in the trace. */
  readonly toHostName: string;
  readonly toGuestName: string;
  readonly sent: Sent[] = [];
  readonly freeSent: Sent[] = [];
  waiting: Sent | undefined;
  outstanding = 0;
  stopped = false;
  /** Received packets of this poll that are to be given back. */
  readonly received = new Int32Array(pollBudget);

  constructor(memory: GuestMemory, number: number, toHost: number, toGuest: number) {
    this.number = number;
    this.toHost = new VmbusRing(memory, toHost, ringBytes);
    this.toGuest = new VmbusRing(memory, toGuest, ringBytes);
    this.toHostName = number === 0 ? 'to host' : `to host ${number}`;
    this.toGuestName = number === 0 ? 'to guest' : `to guest ${number}`;
    this.toHost.reset(this.toHostName, 'host');
    this.toGuest.reset(this.toGuestName, 'guest');
  }

  take(): Sent {
    const sent = this.freeSent.pop() ?? this.fresh();
    sent.frames = 0;
    sent.bytes = 0;
    sent.section = none;
    sent.header = none;
    return sent;
  }

  private fresh(): Sent {
    const transaction = this.sent.length + 1;
    const sent = { transaction, payloads: [], frames: 0, section: none, bytes: 0, header: none };
    this.sent.push(sent);
    return sent;
  }
}

/** Which sections of the send buffer are free: a bit for each, of which the lowest is taken. */
class FreeSections {
  private readonly words: Int32Array;

  constructor(count: number) {
    this.words = new Int32Array(Math.ceil(count / 32));
    for (let section = 0; section < count; section++) this.give(section);
  }

  take(): number {
    for (let word = 0; word < this.words.length; word++) {
      const bits = this.words[word]!;
      if (bits === 0) continue;
      this.words[word] = bits & (bits - 1);
      return word * 32 + 31 - Math.clz32(bits & -bits);
    }
    return none;
  }

  give(section: number): void {
    this.words[section >>> 5]! |= 1 << (section & 31);
  }
}

export class LinuxNetvsc implements NetworkDriver {
  private readonly kernel: GuestKernel;
  private readonly memory: GuestMemory;
  private readonly channels: Channel[] = [];
  /** Channels that ask to be polled, in the order in which they asked: NAPI is of the channel. */
  private readonly toPoll: Channel[] = [];
  /** With several queues the driver tells the host each frame's hash. */
  private readonly withHash: boolean;
  private readonly overhead: number;
  private sendBuffer = 0;
  private receiveBuffer = 0;
  private readonly sections: FreeSections;
  private readonly sendBytes: number;
  private readonly receiveBytes: number;
  /** Headers of frames sent by reference, free to be used again. */
  private readonly headers: number[] = [];

  constructor(kernel: GuestKernel) {
    this.kernel = kernel;
    this.memory = kernel.memory;
    this.withHash = kernel.processors > 1;
    this.overhead = sendOverheadBytes(this.withHash);
    const { transmit, receive } = kernel.rings;
    this.sections = new FreeSections(transmit ?? sectionCount);
    this.sendBytes = transmit === undefined ? buffers.sendBytes : transmit * buffers.sectionBytes;
    this.receiveBytes =
      receive === undefined ? buffers.receiveBytes : receive * buffers.subAllocationBytes;
  }

  *open(): Driver {
    const { memory } = this;
    const count = Math.min(mostChannels, this.kernel.processors);
    const rings = Array.from({ length: count }, () => [
      memory.allocate(ringBytes, pageBytes),
      memory.allocate(ringBytes, pageBytes),
    ]);
    this.sendBuffer = memory.allocate(this.sendBytes, pageBytes);
    this.receiveBuffer = memory.allocate(this.receiveBytes, pageBytes);
    memory.declare(
      sendSection,
      'send buffer',
      this.sendBuffer,
      Math.floor(this.sendBytes / buffers.sectionBytes),
    );
    const parts = Math.floor(this.receiveBytes / receivePart.bytes);
    memory.declare(receivePart, 'receive buffer', this.receiveBuffer, parts);
    for (const [channel, [toHost, toGuest]] of rings.entries()) {
      this.channels.push(new Channel(memory, channel, toHost!, toGuest!));
      yield this.kernel.open({
        channel,
        rings: [toHost!, toGuest!],
        ringBytes,
        buffers: [
          { at: this.sendBuffer, bytes: this.sendBytes },
          { at: this.receiveBuffer, bytes: this.receiveBytes },
        ],
      });
    }
  }

  hasRoom(): boolean {
    for (const channel of this.channels) if (channel.stopped) return false;
    return true;
  }

  /**
   * The frame joins those that wait in a section, whole or (when only its header fits there) by reference;
   * else it takes a section of its own, or goes by reference.
   */
  *transmit(frame: GuestFrame, more: boolean): Driver {
    const channel = this.channels[frame.flow % this.channels.length]!;
    const { waiting } = channel;
    const bytes = this.overhead + frame.bytes;
    const before = waiting?.bytes ?? 0;
    const mayJoin = waiting !== undefined && waiting.frames < aggregation.mostFrames;
    const joinsWhole = mayJoin && before + bytes + aggregation.align < buffers.sectionBytes;
    const joinsPartly = mayJoin && !joinsWhole && before + this.overhead < buffers.sectionBytes;
    const joins = joinsWhole || joinsPartly;
    const sent = joins ? waiting : channel.take();
    if (!joins && bytes + aggregation.align < buffers.sectionBytes)
      sent.section = this.sections.take();
    const copies = sent.section !== none;
    const keeps = more && copies && !joinsPartly && !channel.stopped;
    sent.payloads[sent.frames++] = frame.payload;
    channel.waiting = keeps ? sent : undefined;
    if (copies) {
      const bytesCopied = this.copyOut(frame, sent, joinsPartly, keeps);
      const activity = keeps
        ? activities.copyAndWait
        : joinsPartly
          ? activities.copyHeader
          : activities.copyOut;
      yield this.kernel.copy(activity, bytesCopied);
    } else this.writeHeader(frame, sent);
    if (waiting !== undefined && !joins) {
      const signal = this.send(channel, waiting, undefined);
      yield this.kernel.publish(channel.toHostName, activities.publish);
      yield this.announced(channel, signal);
    }
    if (keeps) return;
    const byCopy = copies && !joinsPartly;
    const signal = this.send(channel, sent, byCopy ? undefined : frame);
    yield this.kernel.publish(channel.toHostName, byCopy ? activities.publish : activities.refer);
    yield this.announced(channel, signal);
  }

  /** Header and frame go into the section, or (partly) the header only; returns how many bytes. */
  private copyOut(frame: GuestFrame, sent: Sent, partly: boolean, keeps: boolean): number {
    const at = this.sendBuffer + sent.section * buffers.sectionBytes + sent.bytes;
    const bytes = partly ? this.overhead : this.overhead + frame.bytes;
    // What stands behind it begins at a multiple of 8; the message grows by the padding.
    const padding = keeps ? -bytes & (aggregation.align - 1) : 0;
    writeSendHeader(this.memory, at, frame.bytes, this.withHash, padding);
    this.memory.putPayload(at, frame.payload);
    sent.bytes += bytes + padding;
    return bytes;
  }

  /** The header of a frame that is sent by reference stands in front of it, in guest memory. */
  private writeHeader(frame: GuestFrame, sent: Sent): void {
    sent.header = this.headers.pop() ?? this.newHeader();
    writeSendHeader(this.memory, sent.header, frame.bytes, this.withHash, 0);
    this.memory.putPayload(sent.header, frame.payload);
  }

  private newHeader(): number {
    return this.memory.layOut(headerSlot, 'header of a frame', 1, headerSlot.bytes);
  }

  /**
   * Writes the packet: it names the section, and points at the header and the frame that are not in it. Returns whether
   * the host must be signalled.
   */
  private send(channel: Channel, sent: Sent, direct: GuestFrame | undefined): boolean {
    const { toHost } = channel;
    const percent = toHost.freePercent;
    const headerBytes = direct === undefined ? 0 : this.rangesBytes(sent, direct);
    const type = direct === undefined ? packetType.inBand : packetType.gpaDirect;
    const index = toHost.begin(type, completionRequested, sent.transaction, headerBytes, nvspBytes);
    if (direct !== undefined) this.putRanges(toHost, index, sent, direct);
    const section = sent.section === none ? noSection : sent.section;
    putSendPacket(toHost, index + headerBytes, section, sent.bytes);
    channel.outstanding++;
    if (percent < stopsBelowPercent) channel.stopped = true;
    return toHost.commit();
  }

  private rangesBytes({ header }: Sent, { buffer, bytes }: GuestFrame): number {
    const ofHeader = header === none ? 0 : rangeBytes(header, this.overhead);
    return directHeader.bytes + ofHeader + rangeBytes(buffer, bytes);
  }

  /** One range for a header that is in no section, and one for the frame, which lies in one piece. */
  private putRanges(ring: VmbusRing, at: number, { header }: Sent, frame: GuestFrame): void {
    let range = putDirectHeader(ring, at, header === none ? 1 : 2);
    if (header !== none) range = putRange(ring, range, header, this.overhead);
    putRange(ring, range, frame.buffer, frame.bytes);
  }

  /** Tells the host which path frames take; the ring of the first channel carries that. */
  *switchDataPath(path: DataPath): Driver {
    const channel = this.channels[0]!;
    const { toHost } = channel;
    const { transaction } = channel.take();
    const index = toHost.begin(packetType.inBand, completionRequested, transaction, 0, nvspBytes);
    putSwitchDataPath(toHost, index, path);
    channel.outstanding++;
    const signal = toHost.commit();
    yield this.kernel.publish(channel.toHostName, activities.switchPath);
    yield this.announced(channel, signal);
  }

  /** Whether a channel asks to be polled. */
  get wantsPoll(): boolean {
    return this.toPoll.length > 0;
  }

  *interrupt(event: number): Driver {
    const channel = this.channels[event - 1]!;
    channel.toGuest.mask();
    if (!this.toPoll.includes(channel)) this.toPoll.push(channel);
    this.kernel.schedulePoll();
  }

  /** The channel that has waited longest (net_rx_action); the interrupt that asked for a poll has put one there. */
  poll(budget: number): Driver<boolean> {
    return this.pollChannel(this.toPoll.shift()!, budget);
  }

  private *pollChannel(channel: Channel, budget: number): Driver<boolean> {
    const { toGuest, received } = channel;
    let handled = 0;
    let packets = 0;
    yield this.kernel.consume(channel.toGuestName, activities.consume);
    while (handled < budget) {
      const packet = toGuest.next();
      if (packet === undefined) {
        if (toGuest.release()) yield this.kernel.signal(channel.toGuestName, channel.number);
        break;
      }
      const { type, transaction, header } = packet;
      if (type === packetType.completion) {
        const carriesFrames = channel.sent[transaction - 1]!.frames > 0;
        yield this.kernel.work(carriesFrames ? activities.reap : activities.switched);
        this.reap(channel, transaction);
        continue;
      }
      received[packets++] = transaction;
      const ranges = transferRanges(toGuest, header);
      for (let range = 0; range < ranges; range++) {
        const at = this.receiveBuffer + transferOffset(toGuest, header, range);
        yield this.kernel.copy(activities.copyIn, rndisFrameBytes(this.memory, at));
        yield this.kernel.work(activities.receive);
        this.kernel.received(this.memory.payloadAt(at));
      }
      handled += ranges;
    }
    for (let index = 0; index < packets; index++) {
      const signal = this.giveBack(channel, received[index]!);
      yield this.kernel.publish(channel.toHostName, activities.giveBack);
      yield this.announced(channel, signal);
    }
    if (handled >= budget) this.toPoll.push(channel);
    else if (toGuest.unmask()) {
      toGuest.mask();
      this.toPoll.push(channel);
    }
    return this.toPoll.length > 0;
  }

  private reap(channel: Channel, transaction: number): void {
    const sent = channel.sent[transaction - 1]!;
    if (sent.section !== none) this.sections.give(sent.section);
    if (sent.header !== none) this.headers.push(sent.header);
    for (let frame = 0; frame < sent.frames; frame++)
      this.kernel.transmitted(sent.payloads[frame]!);
    channel.freeSent.push(sent);
    channel.outstanding--;
    if (channel.toHost.freePercent > wakesAbovePercent || channel.outstanding === 0)
      channel.stopped = false;
  }

  /** Every received packet is completed, so that the host can use its part of the receive buffer again. */
  private giveBack({ toHost }: Channel, transaction: number): boolean {
    const type = packetType.completion;
    const index = toHost.begin(type, 0, transaction, 0, receiveCompletionBytes);
    putReceiveCompletion(toHost, index);
    return toHost.commit();
  }

  /** The host is signalled that there is something in the ring, or need not be. */
  private announced(channel: Channel, signal: boolean): Op {
    return signal
      ? this.kernel.signal(channel.toHostName, channel.number)
      : this.kernel.hold(channel.toHostName, activities.hold);
  }
}

export const netvsc: NetworkDriverEntry = {
  id: 'linux-netvsc',
  title: 'Linux netvsc',
  device: 'netvsc',
  kind: 'network',
  largeSend: largeFrameBytes,
  stopCounters: { stops: 'stop_queue', wakes: 'wake_queue' },
  rings: {
    transmit: {
      usual: sectionCount,
      min: 10,
      max: 2560,
      how: 'ethtool -G, sections of the send buffer',
      entryBytes: buffers.sectionBytes,
    },
    receive: {
      usual: Math.floor(buffers.receiveBytes / buffers.subAllocationBytes),
      min: 10,
      max: 18_139,
      how: 'ethtool -G, sections of the receive buffer',
      entryBytes: buffers.subAllocationBytes,
    },
  },
  create: (kernel) => new LinuxNetvsc(kernel),
};
