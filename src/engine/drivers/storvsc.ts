/**
 * The Linux storvsc driver (drivers/scsi/storvsc_drv.c, Linux 6.1 with its later fixes). Models: the
 * SCSI request with the page numbers of its data and no copy, the channel by submitting processor and room
 * (storvsc_do_io, get_og_chn), the signal only where the ring's rule asks for one, busy rings, the masked
 * event and the tasklet that drains completions. `last` plays no part: every command is published at once.
 * The limits: 256 KiB in one request as the host says (max_sectors), its pages and one more (sg_tablesize),
 * and a depth of nine tenths of the full-size requests that fit in the rings (can_queue), or of the scheduler's
 * requests where there is one hardware queue.
 * The disk of an IDE controller has one channel and one hardware queue, for any number of processors (storvsc_probe).
 * Simplified: one NUMA node, channel n bound to processor n, room checked for the largest request in all
 * rings before a command is taken. Leaves out: the list of never less than 32 pages up to May 2023 (360 bytes), errors,
 * resets. Checked against: tests/engine/devices/storvsc.
 */
import type { GuestMemory } from '../memory/guest-memory.ts';
import {
  blockDepth,
  CommandBlock,
  lowWaterPercent,
  maxSegments,
  maxTransferBytes,
  putRequest,
  queueDepth,
  requestBytes,
  ringBytes,
  subChannels,
} from '../memory/storvsc.ts';
import { pageBytes, VmbusRing } from '../memory/vmbus-ring.ts';
import type { Activity } from '../vocabulary/trace.ts';
import {
  type BlockCommand,
  type BlockLimits,
  type Driver,
  driverWork,
  type GuestKernel,
  ringEntry,
  type StorageDriver,
  type StorageDriverEntry,
} from './driver.ts';

const source = 'linux-storvsc';
const activities = {
  build: {
    sentence: 'The guest’s driver (VSC) builds a SCSI request with the page numbers of its data',
    evidence: 'documented',
    source,
    prices: driverWork,
  },
  publish: {
    sentence: 'The driver writes the request into the VMBus ring',
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
  complete: {
    sentence: 'The driver completes the SCSI command',
    evidence: 'documented',
    source,
    prices: driverWork,
  },
} as const satisfies Record<string, Activity>;

/** One VMBus channel; its events come to the processor of the same number. */
interface Channel {
  readonly number: number;
  readonly toHost: VmbusRing;
  readonly toGuest: VmbusRing;
  /** Names of the rings in the trace. */
  readonly toHostName: string;
  readonly toGuestName: string;
  /** The tasklet has been scheduled. */
  scheduled: boolean;
}

const unassigned = -1;
/** A transaction is the hardware queue and the tag (blk_mq_unique_tag), plus one: 0 is the host's own. */
const tagBits = 16;
const transactionOf = (queue: number, tag: number): number => ((queue << tagBits) | tag) + 1;
const tagOf = (transaction: number): number => (transaction - 1) & ((1 << tagBits) - 1);
const hasRoomIn = ({ toHost }: Channel): boolean => toHost.freePercent > lowWaterPercent;

/** Channels of a controller, and the hardware queues that its disk has. */
interface Queues {
  readonly channels: number;
  readonly hardwareQueues: number;
}

class LinuxStorvsc implements StorageDriver {
  private readonly kernel: GuestKernel;
  private readonly memory: GuestMemory;
  private readonly channels: Channel[] = [];
  private readonly commandBlock: CommandBlock;
  /** Number of the channel for each processor (stor_chns). */
  private readonly channelOf: Int16Array;
  private readonly queues: Queues;

  constructor(kernel: GuestKernel, queues: Queues) {
    this.kernel = kernel;
    this.memory = kernel.memory;
    this.queues = queues;
    this.commandBlock = new CommandBlock(kernel.memory);
    this.channelOf = new Int16Array(kernel.processors).fill(unassigned);
  }

  *open(): Driver {
    const { channels } = this.queues;
    for (let number = 0; number < channels; number++) yield* this.openChannel(number);
  }

  private *openChannel(number: number): Driver {
    const rings = [
      this.memory.allocate(ringBytes, pageBytes),
      this.memory.allocate(ringBytes, pageBytes),
    ] as const;
    const suffix = number === 0 ? '' : ` ${number}`;
    const channel: Channel = {
      number,
      toHost: new VmbusRing(this.memory, rings[0], ringBytes),
      toGuest: new VmbusRing(this.memory, rings[1], ringBytes),
      toHostName: `to host${suffix}`,
      toGuestName: `to guest${suffix}`,
      scheduled: false,
    };
    channel.toHost.reset(channel.toHostName, 'host');
    channel.toGuest.reset(channel.toGuestName, 'guest');
    this.channels.push(channel);
    this.channelOf[number] = number;
    yield this.kernel.open({ channel: number, rings, ringBytes, buffers: [] });
  }

  hasRoom(): boolean {
    for (const { toHost } of this.channels)
      if (toHost.free <= requestBytes(maxSegments)) return false;
    return true;
  }

  *submit(command: BlockCommand): Driver {
    const { kernel } = this;
    yield kernel.work(activities.build);
    const channel = this.outgoing(command.cpu);
    const { toHost } = channel;
    const queue = command.cpu % this.queues.hardwareQueues;
    const transaction = transactionOf(queue, command.tag);
    const at = putRequest(toHost, transaction, command, this.commandBlock);
    this.memory.putPayload(toHost.place(at), command.payload);
    const signal = toHost.commit();
    yield kernel.publish(channel.toHostName, activities.publish);
    if (signal) yield kernel.signal(channel.toHostName, channel.number);
    else yield kernel.hold(channel.toHostName, activities.hold);
  }

  /**
   * The channel for a command. A processor without a channel of its own shares one for good. A processor that
   * has one prefers the next other channel with room, so that completions are handled elsewhere.
   */
  private outgoing(cpu: number): Channel {
    const known = this.channelOf[cpu]!;
    if (known === unassigned) {
      const shared = cpu % this.channels.length;
      this.channelOf[cpu] = shared;
      return this.channels[shared]!;
    }
    const { channels } = this;
    if (known !== cpu) return channels[known]!;
    for (let step = 1; step < channels.length; step++) {
      const other = channels[(cpu + step) % channels.length]!;
      if (hasRoomIn(other)) return other;
    }
    return channels[known]!;
  }

  /** vmbus_chan_sched: stops further events of the channel and leaves the rest to its tasklet. */
  *interrupt(vector: number): Driver {
    const channel = this.channels[vector - 1]!;
    channel.toGuest.mask();
    channel.scheduled = true;
    this.kernel.schedulePoll();
  }

  *poll(): Driver<boolean> {
    for (const channel of this.channels) if (channel.scheduled) yield* this.drain(channel);
    return false;
  }

  /** vmbus_on_event around storvsc_on_channel_callback: until the ring is empty with events enabled. */
  private *drain(channel: Channel): Driver {
    const { kernel } = this;
    const { toGuest } = channel;
    do {
      toGuest.mask();
      yield kernel.consume(channel.toGuestName, activities.consume);
      for (let packet = toGuest.next(); packet !== undefined; packet = toGuest.next()) {
        const tag = tagOf(packet.transaction);
        yield kernel.work(activities.complete);
        kernel.completed(tag);
      }
      if (toGuest.release()) yield kernel.signal(channel.toGuestName, channel.number);
      channel.scheduled = false;
    } while (toGuest.unmask());
  }
}

const limits: BlockLimits = {
  maxSectors: maxTransferBytes / 512,
  maxSegments,
  queueDepth: queueDepth(1),
};

export const storvsc: StorageDriverEntry = {
  id: 'linux-storvsc',
  title: 'Linux storvsc',
  device: 'storvsc',
  kind: 'storage',
  limits,
  depthFor: ({ processors }) => blockDepth(processors),
  create: (kernel) => {
    const { processors } = kernel;
    const channels = 1 + subChannels(processors);
    return new LinuxStorvsc(kernel, { channels, hardwareQueues: processors });
  },
};

/** The disk of an IDE controller has one channel and one hardware queue, however many processors there are. */
export const storvscIde: StorageDriverEntry = {
  id: 'linux-storvsc-ide',
  title: 'Linux storvsc',
  device: 'storvsc-ide',
  kind: 'storage',
  limits,
  depthFor: () => blockDepth(1),
  create: (kernel) => new LinuxStorvsc(kernel, { channels: 1, hardwareQueues: 1 }),
};
