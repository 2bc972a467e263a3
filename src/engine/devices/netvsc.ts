/**
 * NetVSP, the service provider behind Hyper-V's synthetic network adapter. Models: the two VMBus
 * rings of each channel with their masks and signal rules, NVSP packets and completions, several RNDIS
 * messages in one section, frames that stand in guest pages, the send and receive buffers,
 * several received frames in a packet where the host has them at hand, sub-allocations that the guest gives
 * back, subchannels with an event flag each, the switch of the data path from and to a virtual function.
 * Leaves out: channel offer and version negotiation, GPADL messages, RNDIS control messages, OIDs, the send and
 * receive tables: a received frame's channel follows from its flow. What Windows copies inside the switch is not
 * public.
 * Checked against: tests/engine/devices/netvsc, byte sizes of Linux and OpenVMM.
 */
import type { ChannelOffer, SharedBuffer } from '../memory/channel.ts';
import type { GuestMemory } from '../memory/guest-memory.ts';
import {
  buffers,
  dataPath,
  firstRange,
  mostRanges,
  nvspBytes,
  noSection,
  putSendComplete,
  putSendPacket,
  putTransferHeader,
  putTransferRange,
  rndisFrameBytes,
  rndisMessageBytes,
  sectionBytesOf,
  sectionCount,
  sectionOf,
  switchedPath,
  transferHeaderBytes,
  writeReceiveHeader,
} from '../memory/nvsp.ts';
import {
  completionRequested,
  packetBytes,
  packetType,
  type PacketView,
  VmbusRing,
} from '../memory/vmbus-ring.ts';
import type {
  DeviceEntry,
  DeviceHost,
  DeviceModel,
  DeviceOptions,
  IncomingFrame,
  Transfer,
} from './device.ts';

const completionBytes = packetBytes(0, nvspBytes);
const receivedBytes = (frames: number): number =>
  packetBytes(transferHeaderBytes(frames), nvspBytes);

interface Channel {
  /** The channel's event flag on the guest's processor. */
  readonly event: number;
  readonly fromGuest: VmbusRing;
  readonly toGuest: VmbusRing;
  /** Packets that have been taken and not completed. */
  outstanding: number;
  /** The guest has been told not to signal. */
  draining: boolean;
  /** Parts of the receive buffer with frames that are not yet announced. */
  received: number[];
}

/** Signals are masked from the first packet on. */
function startsDraining(channel: Channel): void {
  if (channel.draining) return;
  channel.draining = true;
  channel.fromGuest.mask();
}

/** Signals are wanted again; true when something came in meanwhile. */
function stopsDraining(channel: Channel): boolean {
  if (!channel.draining) return false;
  channel.draining = false;
  return channel.fromGuest.unmask();
}

/** A packet from the guest, until every frame of it has left; used again for later ones. */
interface Sent {
  readonly slot: number;
  channel: Channel;
  transaction: number;
  framesOut: number;
  /** All its frames have been taken. */
  taken: boolean;
}

class NetVsp implements DeviceModel {
  private readonly host: DeviceHost;
  private readonly memory: GuestMemory;
  private readonly channels: Channel[] = [];
  private readonly quietFrom: number;
  private sendBuffer = 0;
  private receiveBuffer = 0;
  private free = new FreeSubAllocations(0);
  private readonly sent: Sent[] = [];
  private readonly freeSent: Sent[] = [];
  /** Parts of the receive buffer that the guest has, by the first of their packet. */
  private readonly announced: (readonly number[])[] = [];
  /** Channel that is looked at next. */
  private turn = 0;
  /** Packet whose frames are being taken, the next RNDIS message, and where its messages end. */
  private current: Sent | undefined;
  private nextMessage = 0;
  private messagesEnd = 0;

  constructor(host: DeviceHost, { quietFrom = Infinity }: DeviceOptions) {
    this.host = host;
    this.memory = host.memory;
    this.quietFrom = quietFrom;
  }

  open(offer: ChannelOffer): void {
    const [toHost, toGuest] = offer.rings as [number, number];
    const [sendBuffer, receiveBuffer] = offer.buffers as [SharedBuffer, SharedBuffer];
    this.sendBuffer = sendBuffer.at;
    this.receiveBuffer = receiveBuffer.at;
    const count = Math.floor(receiveBuffer.bytes / buffers.subAllocationBytes);
    if (offer.channel === 0) this.free = new FreeSubAllocations(count);
    this.channels[offer.channel] = {
      event: offer.channel + 1,
      fromGuest: new VmbusRing(this.memory, toHost, offer.ringBytes),
      toGuest: new VmbusRing(this.memory, toGuest, offer.ringBytes),
      outstanding: 0,
      draining: false,
      received: [],
    };
  }

  read(): number {
    throw new Error('a synthetic network adapter has no registers');
  }

  write(): void {
    this.read();
  }

  take(): Transfer | undefined {
    if (this.current !== undefined) return this.nextFrame(this.current);
    for (let drained = 0; drained < this.channels.length;) {
      const channel = this.channels[this.turn]!;
      const packet = channel.fromGuest.next();
      if (packet === undefined) {
        if (channel.outstanding < this.quietFrom && stopsDraining(channel)) continue;
        drained++;
        this.turn = (this.turn + 1) % this.channels.length;
        continue;
      }
      startsDraining(channel);
      const sent = this.accept(channel, packet);
      if (channel.fromGuest.release()) this.host.fire(channel.event);
      if (sent === undefined) continue;
      this.turn = (this.turn + 1) % this.channels.length;
      return this.nextFrame(sent);
    }
    return undefined;
  }

  finished(frame: Transfer): void {
    const sent = this.sent[frame.token]!;
    sent.framesOut--;
    if (sent.framesOut > 0 || !sent.taken) return;
    const { channel, transaction } = sent;
    this.freeSent.push(sent);
    // Who does not ask to be told looks for himself when a packet is done with.
    if (channel.outstanding-- >= this.quietFrom) this.host.schedule();
    const index = channel.toGuest.begin(packetType.completion, 0, transaction, 0, nvspBytes);
    putSendComplete(channel.toGuest, index);
    this.publish(channel);
  }

  deliver(frame: IncomingFrame, more = false): boolean {
    const isTaken = this.hasBuffer(frame, 0);
    if (isTaken) this.receive(this.channelOf(frame), frame);
    if (!more) this.flush();
    return isTaken;
  }

  /** What waits for another frame waits no longer. */
  miss(more: boolean): void {
    if (!more) this.flush();
  }

  flush(): void {
    for (const channel of this.channels) if (channel.received.length > 0) this.announce(channel);
  }

  /** Whether a part of the receive buffer is free, and room to announce it. */
  hasBuffer(frame: IncomingFrame, ahead: number): boolean {
    const { received, toGuest, outstanding } = this.channelOf(frame);
    // Room is kept, so that every packet of the guest can be completed.
    const kept = (outstanding + sectionCount) * completionBytes;
    const announced = receivedBytes(received.length + ahead + 1);
    return this.free.count > ahead && toGuest.free > kept + announced;
  }

  private channelOf({ flow = 0 }: IncomingFrame): Channel {
    return this.channels[flow % this.channels.length]!;
  }

  /** Puts the frame into a part of the receive buffer. */
  private receive(channel: Channel, frame: IncomingFrame): void {
    const { received } = channel;
    const part = this.free.take();
    const at = this.receiveBuffer + part * buffers.subAllocationBytes;
    writeReceiveHeader(this.memory, at, frame.bytes);
    this.memory.putPayload(at, frame.payload);
    received.push(part);
    if (received.length === mostRanges) this.announce(channel);
  }

  /** One packet for all frames that have been received; the guest gives their parts back together. */
  private announce(channel: Channel): void {
    const { toGuest, received } = channel;
    const [first] = received as [number];
    const headerBytes = transferHeaderBytes(received.length);
    const { transferPages } = packetType;
    const header = toGuest.begin(transferPages, completionRequested, first, headerBytes, nvspBytes);
    putTransferHeader(toGuest, header, received.length);
    for (let index = 0; index < received.length; index++)
      putTransferRange(toGuest, header, index, received[index]!);
    putSendPacket(toGuest, header + headerBytes, noSection);
    this.announced[first] = received;
    channel.received = [];
    this.publish(channel);
  }

  private publish({ toGuest, event }: Channel): void {
    if (toGuest.commit()) this.host.fire(event);
    else this.host.hold();
  }

  /** From the packet on, frames from the wire take the path that it names. */
  private switchPath(channel: Channel, transaction: number, path: number): void {
    this.host.steerFrames(path === dataPath.synthetic);
    channel.toGuest.begin(packetType.completion, 0, transaction, 0, 0);
    this.publish(channel);
  }

  /**
   * Begins a packet with frames; an acknowledgement only frees its part of the receive buffer, and the data path is
   * switched at once.
   */
  private accept(channel: Channel, packet: PacketView): Sent | undefined {
    if (packet.type === packetType.completion) {
      for (const part of this.announced[packet.transaction]!) this.free.give(part);
      return undefined;
    }
    const { fromGuest } = channel;
    const path = switchedPath(fromGuest, packet.payload);
    if (path !== undefined) {
      this.switchPath(channel, packet.transaction, path);
      return undefined;
    }
    const section = sectionOf(fromGuest, packet.payload);
    this.nextMessage =
      section === noSection
        ? firstRange(fromGuest, packet.header)
        : this.sendBuffer + section * buffers.sectionBytes;
    this.messagesEnd = this.nextMessage + sectionBytesOf(fromGuest, packet.payload);
    const sent = this.freeSent.pop() ?? this.newSent(channel);
    sent.channel = channel;
    sent.transaction = packet.transaction;
    sent.framesOut = 0;
    sent.taken = false;
    channel.outstanding++;
    return sent;
  }

  /** The last message of a packet may go on in guest pages, beyond the section's end. */
  private nextFrame(sent: Sent): Transfer {
    const at = this.nextMessage;
    this.nextMessage += rndisMessageBytes(this.memory, at);
    sent.taken = this.nextMessage >= this.messagesEnd;
    this.current = sent.taken ? undefined : sent;
    sent.framesOut++;
    return {
      kind: 'send',
      payload: this.memory.payloadAt(at),
      bytes: rndisFrameBytes(this.memory, at),
      token: sent.slot,
    };
  }

  private newSent(channel: Channel): Sent {
    const fresh = { slot: this.sent.length, channel, transaction: 0, framesOut: 0, taken: false };
    this.sent.push(fresh);
    return fresh;
  }
}

/** Parts of the receive buffer that the host may fill, in the order in which they came back. */
class FreeSubAllocations {
  count: number;
  private readonly numbers: Int32Array;
  private first = 0;

  constructor(count: number) {
    this.count = count;
    this.numbers = new Int32Array(count);
    for (let number = 0; number < count; number++) this.numbers[number] = number;
  }

  take(): number {
    const number = this.numbers[this.first]!;
    this.first = (this.first + 1) % this.numbers.length;
    this.count--;
    return number;
  }

  give(number: number): void {
    this.numbers[(this.first + this.count) % this.numbers.length] = number;
    this.count++;
  }
}

export const netvsc: DeviceEntry = {
  id: 'netvsc',
  title: 'VMBus netvsc',
  kind: 'network',
  class: 'paravirtual',
  registers: [],
  variants: ['nvsp-6.1'],
  interrupts: ['vmbus'],
  memoryBytes: 28 << 20,
  create: (host, options) => new NetVsp(host, options),
};
