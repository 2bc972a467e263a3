/**
 * StorVSP, the service provider behind Hyper-V's synthetic SCSI controller, and behind the disks of its IDE controller
 * by a channel for each (OpenVMM StorageDevice::build_ide, without sub-channels). Models: the two VMBus rings of
 * each channel with their masks and signal rules, requests with their pages or in band, completions in any
 * order on the channel of the request, a full ring to the guest (pending send size), several channels in turn.
 * Leaves out: offer and version negotiation, GPADL messages, resets, bus enumeration, errors and sense data,
 * several disks. What Windows does between StorVSP and the disk is not public.
 * Checked against: tests/engine/devices/storvsc, byte sizes and fields of Linux and OpenVMM.
 */
import type { ChannelOffer } from '../memory/channel.ts';
import type { GuestMemory } from '../memory/guest-memory.ts';
import { operationOf } from '../memory/scsi.ts';
import {
  commandOf,
  completionBytes,
  operation,
  putCompletion,
  transferLengthOf,
  vstor,
} from '../memory/storvsc.ts';
import { type PacketView, VmbusRing } from '../memory/vmbus-ring.ts';
import type { DeviceEntry, DeviceHost, DeviceModel, DeviceOptions, Transfer } from './device.ts';

/** The event flag of a channel on the guest's side: its number, counted from 1. */
const eventOf = (channel: number): number => channel + 1;
/** A token is the transaction and the channel that it came on. */
const channelLimit = 256;

interface Channel {
  readonly number: number;
  readonly fromGuest: VmbusRing;
  readonly toGuest: VmbusRing;
  /** Finished transfers that found the ring to the guest full. */
  readonly waiting: Transfer[];
  /** Commands that have been taken and are not done. */
  underWay: number;
}

class StorVsp implements DeviceModel {
  private readonly host: DeviceHost;
  private readonly memory: GuestMemory;
  private readonly channels: Channel[] = [];
  private readonly quietFrom: number;
  /** The channel that is looked at first. */
  private turn = 0;

  constructor(host: DeviceHost, { quietFrom = Infinity }: DeviceOptions) {
    this.host = host;
    this.memory = host.memory;
    this.quietFrom = quietFrom;
  }

  open(offer: ChannelOffer): void {
    const [toHost, toGuest] = offer.rings as [number, number];
    this.channels[offer.channel] = {
      number: offer.channel,
      fromGuest: new VmbusRing(this.memory, toHost, offer.ringBytes),
      toGuest: new VmbusRing(this.memory, toGuest, offer.ringBytes),
      waiting: [],
      underWay: 0,
    };
  }

  read(): number {
    throw new Error('a synthetic storage controller has no registers');
  }

  write(): void {
    this.read();
  }

  take(): Transfer | undefined {
    const { channels } = this;
    for (let looked = 0; looked < channels.length; looked++) {
      const channel = channels[this.turn]!;
      this.turn = (this.turn + 1) % channels.length;
      if (channel.waiting.length > 0) this.completeWaiting(channel);
      const packet = this.nextRequest(channel);
      if (packet === undefined) continue;
      channel.underWay++;
      return this.request(channel, packet);
    }
    return undefined;
  }

  finished(transfer: Transfer): void {
    const channel = this.channels[transfer.token % channelLimit]!;
    // Who does not ask to be told looks for himself when a command is done.
    if (channel.underWay-- >= this.quietFrom) this.host.schedule();
    if (channel.waiting.length > 0 || !this.complete(channel, transfer)) {
      channel.waiting.push(transfer);
      channel.toGuest.awaitRoom(channel.toGuest.roomFor(completionBytes));
    }
  }

  private nextRequest({ number, fromGuest, underWay }: Channel): PacketView | undefined {
    for (;;) {
      fromGuest.mask();
      const packet = fromGuest.next();
      if (packet === undefined) {
        if (underWay < this.quietFrom && fromGuest.unmask()) continue;
        return undefined;
      }
      if (fromGuest.release()) this.host.fire(eventOf(number));
      if (fromGuest.word(packet.payload + vstor.operation) === operation.executeSrb) return packet;
    }
  }

  private request({ number, fromGuest }: Channel, packet: PacketView): Transfer {
    const code = commandOf(fromGuest, packet);
    const kind = operationOf(code);
    if (kind === undefined) throw new Error(`SCSI command 0x${code.toString(16)} is not modelled`);
    return {
      kind,
      payload: this.memory.payloadAt(fromGuest.place(packet.payload)),
      bytes: transferLengthOf(fromGuest, packet),
      token: packet.transaction * channelLimit + number,
    };
  }

  /** Writes a completion; false when the guest leaves no room for it. */
  private complete({ number, toGuest }: Channel, { token, bytes }: Transfer): boolean {
    if (toGuest.free <= completionBytes) return false;
    putCompletion(toGuest, Math.floor(token / channelLimit), bytes);
    if (toGuest.commit()) this.host.fire(eventOf(number));
    else this.host.hold();
    return true;
  }

  private completeWaiting(channel: Channel): void {
    const { waiting } = channel;
    while (waiting.length > 0 && this.complete(channel, waiting[0]!)) waiting.shift();
    if (waiting.length === 0) channel.toGuest.awaitRoom(0);
  }
}

const controller = {
  kind: 'storage',
  class: 'paravirtual',
  registers: [],
  variants: ['win8'],
  interrupts: ['vmbus'],
  memoryBytes: 8 << 20,
  create: (host, options) => new StorVsp(host, options),
} as const satisfies Partial<DeviceEntry>;

export const storvsc: DeviceEntry = { id: 'storvsc', title: 'VMBus storvsc', ...controller };

/** A disk of the IDE controller, which a guest with integration services leaves to its VMBus driver. */
export const storvscIde: DeviceEntry = {
  id: 'storvsc-ide',
  title: 'VMBus storvsc (IDE disk)',
  ...controller,
};
