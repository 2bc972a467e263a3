/**
 * The Linux driver of VMware's paravirtual SCSI adapter (drivers/scsi/vmw_pvscsi.c, Linux 6.1). Models:
 * contexts and their order of reuse, request descriptors, a single segment named directly and more of them in
 * a list, the kick (always for what is neither read nor write; for those only when the device's threshold is
 * off or reached), the walk along the completion ring without an access, and with INTx the status that is
 * read and written back.
 * Leaves out: the message ring (as with use_msg=0), the question for the number of targets (8 pages for each
 * ring, as with up to 16), aborts, resets, errors. It takes MSI-X where the device has it, then MSI, then the pin; both
 * kinds of message have one vector and the same handler (pvscsi_isr). VMware's header gives the device a table of 24
 * vectors in pages 6 and 7 of its registers; QEMU's model has MSI alone.
 * Checked against: tests/engine/devices/pvscsi.
 */
import type { GuestMemory } from '../memory/guest-memory.ts';
import {
  command as adapterCommand,
  completionDescriptor,
  completionInterrupts,
  completionsPerPage,
  notSupported,
  pageBytes,
  registers,
  requestDescriptor,
  requestFlags,
  requests,
  ringPages,
  ringsState,
  segment,
  senseBytes,
  setUpRings,
  simpleTag,
} from '../memory/pvscsi.ts';
import { writeCommandBlock } from '../memory/scsi.ts';
import type { Activity } from '../vocabulary/trace.ts';
import {
  type BlockCommand,
  commandActivities,
  type Driver,
  driverWork,
  type GuestKernel,
  ringEntry,
  type StorageDriver,
  type StorageDriverEntry,
} from './driver.ts';

const source = 'linux-pvscsi';
const activities = {
  fill: {
    sentence: 'The guest’s driver fills a request descriptor with the SCSI command',
    evidence: 'documented',
    source,
    prices: driverWork,
  },
  list: {
    sentence: 'The driver writes the list of segments',
    evidence: 'documented',
    source,
    prices: ringEntry,
  },
  publish: {
    sentence: 'The driver advances the producer index of the request ring',
    evidence: 'documented',
    source,
    prices: ringEntry,
  },
  hold: {
    sentence: 'Fewer requests wait than the device’s threshold: no kick',
    evidence: 'documented',
    source,
    prices: [],
  },
  consume: {
    sentence: 'The driver reads the completion ring',
    evidence: 'documented',
    source,
    prices: ringEntry,
  },
  ...commandActivities(source),
} as const satisfies Record<string, Activity>;

const direction = {
  read: requestFlags.toHost,
  write: requestFlags.toDevice,
  flush: requestFlags.noData,
} as const;

/** The disk's place on the adapter's only bus. */
const target = 0;

class LinuxPvscsi implements StorageDriver {
  private readonly kernel: GuestKernel;
  private readonly memory: GuestMemory;
  private state = 0;
  private requestRing = 0;
  private completionRing = 0;
  /** A page for each context. */
  private segmentLists = 0;
  private senseBuffers = 0;
  private usesThreshold = false;
  /** Free contexts, the next one last: the one freed last is used first. */
  private readonly freeContexts = Uint16Array.from({ length: requests }, (_, context) => context);
  private free = requests;
  private readonly tagOf = new Uint16Array(requests);

  constructor(kernel: GuestKernel) {
    this.kernel = kernel;
    this.memory = kernel.memory;
  }

  *open(): Driver {
    const { kernel, memory } = this;
    const completions = ringPages * completionsPerPage;
    const segments = (requests * pageBytes) / segment.bytes;
    this.state = memory.layOut(ringsState, 'page of indexes', 1, pageBytes);
    this.requestRing = memory.layOut(requestDescriptor, 'request ring', requests, pageBytes);
    this.completionRing = memory.layOut(
      completionDescriptor,
      'completion ring',
      completions,
      pageBytes,
    );
    this.segmentLists = memory.layOut(segment, 'lists of segments', segments, pageBytes);
    this.senseBuffers = memory.reserve(requests * senseBytes);
    yield kernel.write(registers.command, adapterCommand.adapterReset);
    yield kernel.write(registers.command, adapterCommand.setUpRings);
    for (const word of this.ringAddresses()) yield kernel.write(registers.commandData, word);
    yield* this.askForThreshold();
    yield kernel.write(registers.interruptMask, completionInterrupts);
  }

  hasRoom(): boolean {
    return this.free > 0;
  }

  *submit(command: BlockCommand): Driver {
    const { kernel } = this;
    yield kernel.work(activities.fill);
    if (command.pages.length > 1) yield kernel.work(activities.list, command.pages.length);
    this.fill(command);
    yield kernel.publish('request ring', activities.publish);
    yield* this.kick(command);
  }

  *interrupt(): Driver {
    const { kernel } = this;
    if (kernel.interrupts === 'intx') {
      const status = yield kernel.read(registers.interruptStatus);
      if (status === 0) return;
      yield kernel.write(registers.interruptStatus, status);
    }
    yield kernel.consume('completion ring', activities.consume);
    while (this.index(ringsState.completionConsumer) !== this.index(ringsState.completionProducer))
      yield* this.complete();
  }

  /** The device learns of reads and writes only when enough of them wait, and of the rest at once. */
  private *kick({ kind }: BlockCommand): Driver {
    const { kernel } = this;
    if (kind === 'flush') yield kernel.write(registers.kickOther, 0);
    else if (this.mustKick()) yield kernel.write(registers.kickReadWrite, 0);
    else yield kernel.hold('request ring', activities.hold);
  }

  private mustKick(): boolean {
    if (!this.usesThreshold) return true;
    const waiting =
      (this.index(ringsState.requestProducer) - this.index(ringsState.requestConsumer)) >>> 0;
    return waiting >= this.index(ringsState.requestCallThreshold);
  }

  private *complete(): Driver {
    const { kernel, memory } = this;
    const consumer = this.index(ringsState.completionConsumer);
    const mask = 2 ** this.index(ringsState.completionSizeLog2) - 1;
    const at = this.completionRing + (consumer & mask) * completionDescriptor.bytes;
    const context = memory.read32(at + completionDescriptor.context) - 1;
    const tag = this.tagOf[context]!;
    this.freeContexts[this.free++] = context;
    memory.write32(this.state + ringsState.completionConsumer, consumer + 1);
    yield kernel.work(activities.complete);
    kernel.completed(tag);
  }

  /** Fills the next descriptor and shows it to the device. */
  private fill(command: BlockCommand): void {
    const { memory } = this;
    const producer = this.index(ringsState.requestProducer);
    const mask = 2 ** this.index(ringsState.requestSizeLog2) - 1;
    const at = this.requestRing + (producer & mask) * requestDescriptor.bytes;
    const context = this.freeContexts[--this.free]!;
    this.tagOf[context] = command.tag;
    memory.putPayload(at, command.payload);
    memory.write8(at + requestDescriptor.bus, 0);
    memory.write8(at + requestDescriptor.target, target);
    memory.write64(at + requestDescriptor.senseAddress, this.senseBuffers + context * senseBytes);
    memory.write32(at + requestDescriptor.senseLength, senseBytes);
    const length = writeCommandBlock(memory, at + requestDescriptor.commandBlock, command);
    memory.write8(at + requestDescriptor.commandBlockLength, length);
    memory.write8(at + requestDescriptor.processorHint, command.cpu);
    memory.write8(at + requestDescriptor.tag, simpleTag);
    this.pointAtData(at, context, command);
    // A context is never 0 for the device.
    memory.write64(at + requestDescriptor.context, context + 1);
    memory.write32(this.state + ringsState.requestProducer, producer + 1);
  }

  private pointAtData(at: number, context: number, { kind, bytes, pages }: BlockCommand): void {
    const { memory } = this;
    const listed = pages.length > 1;
    const list = this.segmentLists + context * pageBytes;
    const flags = direction[kind] | (listed ? requestFlags.segmentList : 0);
    memory.write32(at + requestDescriptor.flags, flags);
    memory.write64(at + requestDescriptor.dataLength, bytes);
    memory.write64(at + requestDescriptor.dataAddress, listed ? list : (pages[0] ?? 0));
    if (!listed) return;
    for (let page = 0, element = list; page < pages.length; page++, element += segment.bytes) {
      memory.write64(element + segment.address, pages[page]!);
      memory.write32(element + segment.length, Math.min(pageBytes, bytes - page * pageBytes));
      memory.write32(element + segment.flags, 0);
    }
  }

  /** The descriptor of SETUP_RINGS; pages are named by their numbers. */
  private ringAddresses(): Uint32Array {
    const words = new Uint32Array(setUpRings.words);
    words[setUpRings.requestPages] = ringPages;
    words[setUpRings.completionPages] = ringPages;
    words[setUpRings.stateWord] = this.state / pageBytes;
    for (let page = 0; page < ringPages; page++) {
      words[setUpRings.requestRingWord + 2 * page] = this.requestRing / pageBytes + page;
      words[setUpRings.completionRingWord + 2 * page] = this.completionRing / pageBytes + page;
    }
    return words;
  }

  /** Enables the device's threshold for kicks, where the device has one. */
  private *askForThreshold(): Driver {
    const { kernel } = this;
    yield kernel.write(registers.command, adapterCommand.setUpRequestCallThreshold);
    if ((yield kernel.read(registers.commandStatus)) === notSupported) return;
    yield kernel.write(registers.command, adapterCommand.setUpRequestCallThreshold);
    yield kernel.write(registers.commandData, 1);
    this.usesThreshold = (yield kernel.read(registers.commandStatus)) !== 0;
  }

  private index(field: number): number {
    return this.memory.read32(this.state + field);
  }
}

export const pvscsi: StorageDriverEntry = {
  id: 'linux-pvscsi',
  title: 'Linux vmw_pvscsi',
  device: 'pvscsi',
  kind: 'storage',
  limits: { maxSectors: 2560, maxSegments: 128, queueDepth: 254 },
  create: (kernel) => new LinuxPvscsi(kernel),
};
