/**
 * NetVSP, the service provider behind Hyper-V's synthetic network adapter. Models: the two VMBus
 * rings of one channel with their masks and signal rules, NVSP packets and completions, RNDIS in
 * the send and receive buffers, sub-allocations that the guest gives back.
 * Leaves out: channel offer and version negotiation, GPADL messages, subchannels, RNDIS control
 * messages, several ranges a packet, OIDs. What Windows copies inside the switch is not public.
 * Checked against: tests/engine/devices/netvsc, byte sizes of Linux and OpenVMM.
 */
import type { ChannelOffer, SharedBuffer } from '../memory/channel.ts';
import type { GuestMemory } from '../memory/guest-memory.ts';
import {
  buffers,
  channelTypeData,
  nvspBytes,
  nvspMessage,
  nvspStatusSuccess,
  nvspType,
  noSection,
  rangeAt,
  rndisFrameBytes,
  rndisHeaderBytes,
  transferPageHeader,
  wordAt,
  writeRndisPacket,
} from '../memory/nvsp.ts';
import {
  completionRequested,
  packetBytes,
  type Packet,
  packetType,
  VmbusRing,
} from '../memory/vmbus-ring.ts';
import type { DeviceEntry, DeviceHost, DeviceModel, IncomingFrame, Transfer } from './device.ts';

/** The channel's event flag on the guest's processor. */
const channelEvent = 1;
/** Room kept in the ring to the guest, so that every frame it has sent can be completed. */
const keptForCompletions =
  Math.floor(buffers.sendBytes / buffers.sectionBytes) * packetBytes(0, nvspBytes);
interface Channel {
  readonly sendBuffer: SharedBuffer;
  readonly receiveBuffer: SharedBuffer;
  readonly fromGuest: VmbusRing;
  readonly toGuest: VmbusRing;
  readonly freeSubAllocations: number[];
}

class NetVsp implements DeviceModel {
  private readonly host: DeviceHost;
  private readonly memory: GuestMemory;
  private channel: Channel | undefined;

  constructor(host: DeviceHost) {
    this.host = host;
    this.memory = host.memory;
  }

  open(offer: ChannelOffer): void {
    const [toHost, toGuest] = offer.rings as [number, number];
    const [sendBuffer, receiveBuffer] = offer.buffers as [SharedBuffer, SharedBuffer];
    const count = Math.floor(receiveBuffer.bytes / buffers.subAllocationBytes);
    this.channel = {
      sendBuffer,
      receiveBuffer,
      fromGuest: new VmbusRing(this.memory, toHost, offer.ringBytes),
      toGuest: new VmbusRing(this.memory, toGuest, offer.ringBytes),
      freeSubAllocations: Array.from({ length: count }, (_, index) => index),
    };
  }

  read(): number {
    throw new Error('a synthetic network adapter has no registers');
  }

  write(): void {
    this.read();
  }

  take(): Transfer | undefined {
    const channel = this.opened();
    channel.fromGuest.mask();
    for (;;) {
      const packet = channel.fromGuest.read();
      if (packet === undefined) {
        channel.fromGuest.close();
        if (channel.fromGuest.unmask()) continue;
        return undefined;
      }
      channel.fromGuest.close();
      if (packet.type === packetType.completion) {
        channel.freeSubAllocations.push(packet.transaction);
        continue;
      }
      return this.frameIn(packet, channel.sendBuffer.at);
    }
  }

  finished(frame: Transfer): void {
    this.send(
      packetType.completion,
      0,
      frame.token,
      new Uint8Array(0),
      nvspMessage(nvspType.sendRndisPacketComplete, nvspStatusSuccess),
    );
  }

  deliver(frame: IncomingFrame): boolean {
    const { freeSubAllocations, receiveBuffer, toGuest } = this.opened();
    if (toGuest.free <= keptForCompletions + packetBytes(16, nvspBytes)) return false;
    const free = freeSubAllocations.shift();
    if (free === undefined) return false;
    const offset = free * buffers.subAllocationBytes;
    writeRndisPacket(this.memory, receiveBuffer.at + offset, frame.bytes, 0);
    this.memory.putPayload(receiveBuffer.at + offset, frame.payload);
    const header = transferPageHeader(offset, rndisHeaderBytes + frame.bytes);
    const message = nvspMessage(nvspType.sendRndisPacket, channelTypeData, noSection, 0);
    this.send(packetType.transferPages, completionRequested, free, header, message);
    return true;
  }

  private send(
    type: number,
    flags: number,
    transaction: number,
    header: Uint8Array,
    payload: Uint8Array,
  ): void {
    const { signal } = this.opened().toGuest.write({ type, flags, transaction, header, payload });
    if (signal) this.host.fire(channelEvent);
    else this.host.hold();
  }

  private frameIn(packet: Packet, sendBuffer: number): Transfer {
    const { header, payload, transaction } = packet;
    const section = wordAt(payload, 8);
    const direct = packet.type === packetType.gpaDirect;
    const at = direct ? rangeAt(header, 0) : sendBuffer + section * buffers.sectionBytes;
    const standsAt = direct ? rangeAt(header, 1) : at;
    return {
      kind: 'send',
      payload: this.memory.payloadAt(standsAt),
      bytes: rndisFrameBytes(this.memory, at),
      token: transaction,
    };
  }

  private opened(): Channel {
    if (this.channel === undefined) throw new Error('the guest has not opened the channel');
    return this.channel;
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
  memoryBytes: 20 << 20,
  create: (host) => new NetVsp(host),
};
