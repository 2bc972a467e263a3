/**
 * The Linux driver of Fusion-MPT SAS controllers (drivers/message/fusion: mptbase, mptscsih, mptsas; Linux
 * 6.1). Models: request frames and their order of reuse, SCSI I/O requests, scatter-gather elements with
 * chain buffers, the one write that hands a frame over, the handler that reads replies until none is left,
 * context replies, and reply frames that it writes back. Pin and message have the same handler; Linux asks for a
 * message only where its user says so (mpt_msi_enable_sas).
 *
 * Frames begin at multiples of 128 bytes, so the low bits of REQUEST_FIFO are free: the driver puts there
 * how many 32-byte blocks of the frame the controller has to fetch, modulo 4. A request with one segment
 * uses 60 bytes, hence the 2 at the end of what was recorded (0x6482802).
 *
 * Addresses have 64 bits, as in a guest with memory above 4 GiB; where all memory lies below it, the driver
 * uses shorter elements, ten to a frame and not six. The rest of the register sequence is the same.
 *
 * Leaves out: facts, port and configuration messages of the set-up and the polling between the words of a
 * message, SAS discovery, task management, errors, resets.
 * Checked against: tests/engine/devices/lsi-sas1068.
 */
import {
  addressReply,
  blockCountMask,
  chainBuffer,
  control,
  element,
  elementFlags,
  handshake,
  interruptMask,
  iocInit,
  messageFunction,
  noReply,
  registers,
  reply as replyFrame,
  request,
  senseWidth64,
  sizes,
  state,
} from '../memory/fusion-mpt.ts';
import type { GuestMemory } from '../memory/guest-memory.ts';
import { commandBlockBytes, writeCommandBlock } from '../memory/scsi.ts';
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

const source = 'linux-fusion-mpt';
const activities = {
  fill: {
    sentence: 'The guest’s driver fills a request frame with the SCSI command',
    evidence: 'documented',
    source,
    prices: driverWork,
  },
  list: {
    sentence: 'The driver writes scatter-gather elements and chain buffers',
    evidence: 'documented',
    source,
    prices: ringEntry,
  },
  ...commandActivities(source),
} as const satisfies Record<string, Activity>;

const direction = { read: control.read, write: control.write, flush: control.noData } as const;

/** Number under which the SAS driver's callback is registered: it stands in every context. */
const callback = 0x0e;
const callbackAt = 16;
const frameNumberMask = 0xffff;
const pageBytes = 4096;
const noChain = 0xffff;
/** A command without data has one element all the same: no length, and an address of all ones. */
const emptyElement =
  elementFlags.last |
  elementFlags.endOfBuffer |
  elementFlags.endOfList |
  elementFlags.simple |
  elementFlags.address64;

class LinuxFusionMpt implements StorageDriver {
  private readonly kernel: GuestKernel;
  private readonly memory: GuestMemory;
  private replyFrames = 0;
  private requestFrames = 0;
  private chainBuffers = 0;
  private senseBuffers = 0;
  /** Free request frames, the next one last: the one freed last is used first. */
  private readonly freeFrames = Uint16Array.from(
    { length: sizes.requestFrames },
    (_, index) => sizes.requestFrames - 1 - index,
  );
  private free: number = sizes.requestFrames;
  private readonly tagOf = new Uint16Array(sizes.requestFrames);
  /** The first chain buffer of each frame, and the one behind each chain buffer, used or free. */
  private readonly firstChain = new Uint16Array(sizes.requestFrames).fill(noChain);
  private readonly nextChain = Uint16Array.from({ length: sizes.chainBuffers }, (_, index) =>
    index + 1 < sizes.chainBuffers ? index + 1 : noChain,
  );
  /**
   * Chain buffers are taken from the front and come back at the end. A command of 128 segments takes 14, and
   * 128 frames have 1,905 to take from: there is always a free one.
   */
  private freeChain = 0;
  private lastFreeChain: number = sizes.chainBuffers - 1;

  constructor(kernel: GuestKernel) {
    this.kernel = kernel;
    this.memory = kernel.memory;
  }

  *open(): Driver {
    const { kernel } = this;
    this.layOut();
    yield kernel.write(
      registers.doorbell,
      ((handshake.function << handshake.functionAt) | (iocInit.words << handshake.wordsAt)) >>> 0,
    );
    for (let word = 0; word < iocInit.words; word++)
      yield kernel.write(registers.doorbell, initWord(word));
    if ((yield kernel.read(registers.doorbell)) !== state.operational)
      throw new Error('the controller has not become operational');
    for (let index = 0; index < sizes.replyFrames; index++)
      yield kernel.write(registers.replyFifo, this.replyFrames + index * sizes.replyFrameBytes);
    yield kernel.write(registers.interruptMask, interruptMask.doorbell);
  }

  hasRoom(): boolean {
    return this.free > 0;
  }

  *submit(command: BlockCommand): Driver {
    const { kernel } = this;
    yield kernel.work(activities.fill);
    if (command.pages.length > 1) yield kernel.work(activities.list, command.pages.length);
    const index = this.freeFrames[--this.free]!;
    const frame = this.requestFrames + index * sizes.frameBytes;
    this.tagOf[index] = command.tag;
    this.fill(frame, index, command);
    const bytes =
      command.bytes === 0 ? this.addEmptyElement(frame) : this.addElements(frame, index, command);
    this.memory.putPayload(frame, command.payload);
    yield kernel.write(registers.requestFifo, (frame | blockCount(bytes)) >>> 0);
  }

  *interrupt(): Driver {
    const { kernel } = this;
    for (
      let reply = yield kernel.read(registers.replyFifo);
      reply !== noReply;
      reply = yield kernel.read(registers.replyFifo)
    ) {
      if ((reply & addressReply) === 0) yield* this.complete(reply & frameNumberMask);
      else yield* this.takeFrame((reply << 1) >>> 0);
    }
  }

  /** A reply frame names the request; the controller gets the frame back. */
  private *takeFrame(at: number): Driver {
    yield* this.complete(this.memory.read32(at + replyFrame.context) & frameNumberMask);
    yield this.kernel.write(registers.replyFifo, at);
  }

  private *complete(index: number): Driver {
    const tag = this.tagOf[index]!;
    this.freeChains(index);
    this.freeFrames[this.free++] = index;
    yield this.kernel.work(activities.complete);
    this.kernel.completed(tag);
  }

  private fill(frame: number, index: number, command: BlockCommand): void {
    const { memory } = this;
    memory.write8(frame + request.target, 0);
    memory.write8(frame + request.bus, 0);
    memory.write8(frame + request.chainOffset, 0);
    memory.write8(frame + request.function, messageFunction.scsiIo);
    memory.write8(frame + request.senseLength, sizes.senseBytes);
    memory.write8(frame + request.reserved, 0);
    memory.write8(frame + request.flags, senseWidth64);
    memory.write32(frame + request.context, (callback << callbackAt) | index);
    memory.write64(frame + request.unit, 0);
    memory.write32(frame + request.control, direction[command.kind]);
    const block = frame + request.commandBlock;
    for (let byte = 0; byte < commandBlockBytes; byte += 4) memory.write32(block + byte, 0);
    const length = writeCommandBlock(memory, block, command);
    memory.write8(frame + request.commandBlockLength, length);
    memory.write32(frame + request.dataLength, command.bytes);
    memory.write32(frame + request.senseAddress, this.senseBuffers + index * sizes.senseBytes);
  }

  /** Returns how many bytes of the frame are in use: for a command without data, as many as 64. */
  private addEmptyElement(frame: number): number {
    const at = frame + request.segments;
    this.memory.write32(at + element.flagsLength, emptyElement);
    this.memory.write32(at + element.address, 0xffff_ffff);
    this.memory.write32(at + element.address + 4, 0xffff_ffff);
    return 64;
  }

  /**
   * Describes the pages of a command: as many elements as fit into the frame, and the rest in chain buffers,
   * where the last place of the frame and of each buffer but the last holds the chain element. Returns how
   * many bytes of the frame itself hold the request and its simple elements.
   */
  private addElements(frame: number, index: number, command: BlockCommand): number {
    const pages = command.pages.length;
    let buffer = frame;
    let offset: number = request.segments;
    let used = 0;
    let chain = 0;
    for (let page = 0; ;) {
      const places = Math.floor((sizes.frameBytes - offset) / element.bytes);
      const isEnd = pages - page <= places;
      const end = isEnd ? pages : page + places - 1;
      for (; page < end; page++, offset += element.bytes) {
        const closes = page === end - 1 ? closing(isEnd) : 0;
        this.writeElement(buffer + offset, command, page, closes);
      }
      if (buffer === frame) used = offset;
      const nextChain = isEnd ? 0 : offset >>> 2;
      if (chain === 0) this.memory.write8(frame + request.chainOffset, nextChain);
      else this.writeChain(chain, nextChain, isEnd ? offset : offset + element.bytes, buffer);
      if (isEnd) return used;
      chain = buffer + offset;
      buffer = this.takeChain(index);
      offset = 0;
    }
  }

  private writeElement(at: number, command: BlockCommand, page: number, closes: number): void {
    const bytes = Math.min(pageBytes, command.bytes - page * pageBytes);
    const way = command.kind === 'write' ? elementFlags.hostToController : 0;
    const word = elementFlags.simple | elementFlags.address64 | way | closes | bytes;
    this.memory.write32(at + element.flagsLength, word);
    this.memory.write64(at + element.address, command.pages[page]!);
  }

  /** A chain element: length of the next buffer's contents, and where in it the chain goes on. */
  private writeChain(at: number, next: number, bytes: number, buffer: number): void {
    const offset = next << elementFlags.nextOffsetAt;
    const word = elementFlags.chain | elementFlags.address64 | offset | bytes;
    this.memory.write32(at + element.flagsLength, word);
    this.memory.write64(at + element.address, buffer);
  }

  /** Takes a free chain buffer for a frame and returns its address. */
  private takeChain(index: number): number {
    const taken = this.freeChain;
    this.freeChain = this.nextChain[taken]!;
    this.nextChain[taken] = noChain;
    const first = this.firstChain[index]!;
    if (first === noChain) this.firstChain[index] = taken;
    else this.nextChain[this.lastOf(first)] = taken;
    return this.chainBuffers + taken * sizes.frameBytes;
  }

  private freeChains(index: number): void {
    const first = this.firstChain[index]!;
    if (first === noChain) return;
    this.firstChain[index] = noChain;
    this.nextChain[this.lastFreeChain] = first;
    this.lastFreeChain = this.lastOf(first);
  }

  private lastOf(first: number): number {
    let last = first;
    while (this.nextChain[last] !== noChain) last = this.nextChain[last]!;
    return last;
  }

  /** Reply frames, request frames and chain buffers stand in one piece of memory, in this order. */
  private layOut(): void {
    const { memory } = this;
    const replyBytes = sizes.replyFrames * sizes.replyFrameBytes;
    const requestBytes = sizes.requestFrames * sizes.frameBytes;
    const chainBytes = sizes.chainBuffers * sizes.frameBytes;
    this.replyFrames = memory.allocate(replyBytes + requestBytes + chainBytes, pageBytes);
    this.requestFrames = this.replyFrames + replyBytes;
    this.chainBuffers = this.requestFrames + requestBytes;
    const { replyFrameBytes } = sizes;
    memory.declare(
      replyFrame,
      'reply frames',
      this.replyFrames,
      sizes.replyFrames,
      replyFrameBytes,
    );
    memory.declare(request, 'request frames', this.requestFrames, sizes.requestFrames);
    memory.declare(chainBuffer, 'chain buffers', this.chainBuffers, sizes.chainBuffers);
    this.senseBuffers = memory.reserve(sizes.requestFrames * sizes.senseBytes);
  }
}

/** Flags of the last simple element of a frame or buffer, and of the whole list. */
const closing = (isEnd: boolean): number =>
  isEnd ? elementFlags.last | elementFlags.endOfBuffer | elementFlags.endOfList : elementFlags.last;

const blockCount = (bytes: number): number =>
  (((bytes - 1) >>> sizes.blockShift) + 1) & blockCountMask;

function initWord(word: number): number {
  switch (word) {
    case 0:
      return iocInit.word0;
    case 1:
      return iocInit.word1;
    case iocInit.replyFrameSizeWord:
      return sizes.replyFrameBytes;
    case iocInit.versionWord:
      return iocInit.version;
    default:
      return 0;
  }
}

export const lsiSas1068: StorageDriverEntry = {
  id: 'linux-mptsas',
  title: 'Linux mptsas',
  device: 'lsi-sas1068',
  kind: 'storage',
  limits: { maxSectors: 2560, maxSegments: 128, queueDepth: 64 },
  create: (kernel) => new LinuxFusionMpt(kernel),
};
