/**
 * VMware's paravirtual SCSI adapter (PVSCSI). Models: commands word by word (reset, set-up of the rings,
 * request-call threshold), the request ring with direct data and lists of segments, the completion ring, one
 * message for each completion, INTx with its status and mask.
 *
 * The request-call threshold: a guest that enables it leaves out the kick for reads and writes while fewer
 * requests wait than the device has written into the page of indexes, and the device has to look at the ring
 * unasked. `doorbellThreshold` is that number. 1 means off: the device then denies the command, as QEMU
 * does, and the guest rings for every request. ESXi changes the number as it runs, by a rule that is not
 * public; here it stays as set.
 *
 * The consumer index follows when the ring has been read to its end, as in QEMU; what a request needs is
 * taken from its descriptor at once, since the guest may fill the slot again.
 *
 * Leaves out: message ring, configuration page, aborts and resets of disks, sense data, chained lists of
 * segments, interrupt coalescing, several vectors. Checked against: QEMU hw/scsi/vmw_pvscsi.c, Linux
 * vmw_pvscsi.h, tests/engine/devices/pvscsi. ESXi's own device is not public.
 */
import type { GuestMemory } from '../memory/guest-memory.ts';
import type { InterruptMode } from '../memory/interrupt.ts';
import {
  command,
  completionDescriptor,
  completionInterrupt,
  completionsPerPage,
  notSupported,
  pageBytes,
  registers,
  requestDescriptor,
  requestFlags,
  requestsPerPage,
  ringsState,
  segment,
  setUpRings,
  setUpThresholdWords,
} from '../memory/pvscsi.ts';
import type { Register } from '../memory/register.ts';
import { operationOf, status } from '../memory/scsi.ts';
import type { DeviceEntry, DeviceHost, DeviceModel, DeviceOptions, Transfer } from './device.ts';

/** Vector of the completions. */
const completionVector = 0;

/** A ring that lies in pages, and how far the device has come in it; the index runs through 32 bits. */
interface Ring {
  readonly pages: readonly number[];
  readonly perPage: number;
  readonly entryBytes: number;
  index: number;
}

interface Rings {
  readonly state: number;
  readonly requests: Ring;
  readonly completions: Ring;
}

class Pvscsi implements DeviceModel {
  private readonly host: DeviceHost;
  private readonly memory: GuestMemory;
  private readonly interrupts: InterruptMode;
  private readonly threshold: number;
  private readonly words = new Uint32Array(setUpRings.words);
  private wordsWritten = 0;
  private command = 0;
  private commandStatus = 0;
  private interruptStatus = 0;
  private interruptMask = 0;
  private rings: Rings | undefined;

  constructor(host: DeviceHost, options: DeviceOptions) {
    this.host = host;
    this.memory = host.memory;
    this.interrupts = options.interrupts;
    this.threshold = options.doorbellThreshold;
  }

  read(register: Register): number {
    switch (register) {
      case registers.commandStatus:
        return this.commandStatus;
      case registers.interruptStatus:
        return this.interruptStatus;
      case registers.interruptMask:
        return this.interruptMask;
      default:
        return 0;
    }
  }

  write(register: Register, value: number): void {
    switch (register) {
      case registers.command:
        return this.begin(value);
      case registers.commandData:
        return this.addWord(value);
      case registers.interruptStatus:
        this.interruptStatus &= ~value;
        return this.updateLine();
      case registers.interruptMask:
        this.interruptMask = value;
        return this.updateLine();
      case registers.kickOther:
      case registers.kickReadWrite:
        return this.host.schedule();
    }
  }

  take(): Transfer | undefined {
    const { memory } = this;
    const { state, requests } = this.running();
    while (memory.read32(state + ringsState.requestProducer) !== requests.index) {
      const at = entryOf(requests);
      advance(requests);
      const context = memory.read32(at + requestDescriptor.context);
      const kind = operationOf(memory.read8(at + requestDescriptor.commandBlock));
      if (kind !== undefined) {
        const bytes = this.dataBytes(at);
        return { kind, payload: memory.payloadAt(at), bytes, token: context };
      }
      this.complete(context, 0, status.checkCondition);
    }
    memory.write32(state + ringsState.requestConsumer, requests.index);
    return undefined;
  }

  finished(transfer: Transfer): void {
    this.complete(transfer.token, transfer.bytes, status.good);
  }

  /** Length of the data of a request: what its list of segments adds up to, where it has one. */
  private dataBytes(at: number): number {
    const { memory } = this;
    const wanted = memory.read64(at + requestDescriptor.dataLength);
    if ((memory.read32(at + requestDescriptor.flags) & requestFlags.segmentList) === 0)
      return wanted;
    let element = memory.read64(at + requestDescriptor.dataAddress);
    let bytes = 0;
    for (; bytes < wanted; element += segment.bytes)
      bytes += memory.read32(element + segment.length);
    return bytes;
  }

  private complete(context: number, bytes: number, scsiStatus: number): void {
    const { memory } = this;
    const { state, completions } = this.running();
    const at = entryOf(completions);
    memory.write64(at + completionDescriptor.context, context);
    memory.write64(at + completionDescriptor.dataLength, bytes);
    memory.write32(at + completionDescriptor.senseLength, 0);
    memory.write16(at + completionDescriptor.hostStatus, 0);
    memory.write16(at + completionDescriptor.scsiStatus, scsiStatus);
    advance(completions);
    memory.write32(state + ringsState.completionProducer, completions.index);
    this.interruptStatus |= completionInterrupt;
    if (this.interrupts === 'intx') this.updateLine();
    else if ((this.interruptStatus & this.interruptMask) !== 0) this.host.fire(completionVector);
  }

  /** The bits of the mask register enable interrupts. */
  private updateLine(): void {
    if (this.interrupts !== 'intx') return;
    this.host.setInterruptLine((this.interruptStatus & this.interruptMask) !== 0);
  }

  /** A command begins; its status says how many words it takes, or that the device does not have it. */
  private begin(code: number): void {
    this.command = code;
    this.wordsWritten = 0;
    this.commandStatus = this.wordsOf(code);
    if (code === command.adapterReset) this.reset();
  }

  private wordsOf(code: number): number {
    switch (code) {
      case command.adapterReset:
        return 0;
      case command.setUpRings:
        return setUpRings.words;
      case command.setUpRequestCallThreshold:
        return this.threshold > 1 ? setUpThresholdWords : notSupported;
      default:
        return notSupported;
    }
  }

  private addWord(value: number): void {
    const wanted = this.wordsOf(this.command);
    if (wanted === notSupported || this.wordsWritten >= wanted) return;
    this.words[this.wordsWritten++] = value;
    if (this.wordsWritten < wanted) return;
    if (this.command === command.setUpRings) this.setUpRings();
    else this.setUpThreshold();
  }

  private reset(): void {
    this.rings = undefined;
    this.interruptStatus = 0;
    this.updateLine();
  }

  private setUpRings(): void {
    const { memory, words } = this;
    const state = this.page(setUpRings.stateWord);
    const ring = (pages: number, firstWord: number, perPage: number, entryBytes: number): Ring => ({
      pages: Array.from({ length: pages }, (_, page) => this.page(firstWord + 2 * page)),
      perPage,
      entryBytes,
      index: 0,
    });
    const requests = ring(
      words[setUpRings.requestPages]!,
      setUpRings.requestRingWord,
      requestsPerPage,
      requestDescriptor.bytes,
    );
    const completions = ring(
      words[setUpRings.completionPages]!,
      setUpRings.completionRingWord,
      completionsPerPage,
      completionDescriptor.bytes,
    );
    for (const [field, value] of [
      [ringsState.requestProducer, 0],
      [ringsState.requestConsumer, 0],
      [ringsState.requestSizeLog2, sizeLog2(requests)],
      [ringsState.completionProducer, 0],
      [ringsState.completionConsumer, 0],
      [ringsState.completionSizeLog2, sizeLog2(completions)],
    ] as const) {
      memory.write32(state + field, value);
    }
    this.rings = { state, requests, completions };
    this.commandStatus = 0;
  }

  private setUpThreshold(): void {
    const [enable] = this.words;
    const { state } = this.running();
    this.memory.write32(state + ringsState.requestCallThreshold, this.threshold);
    this.commandStatus = enable!;
  }

  /** Address of a page whose number stands in two words of the command. */
  private page(word: number): number {
    return (this.words[word]! + this.words[word + 1]! * 2 ** 32) * pageBytes;
  }

  private running(): Rings {
    if (this.rings === undefined) throw new Error('the driver has not set up the rings');
    return this.rings;
  }
}

/** Rings have a power of two of entries. */
const sizeLog2 = ({ pages, perPage }: Ring): number => 31 - Math.clz32(pages.length * perPage);

function entryOf({ pages, perPage, entryBytes, index }: Ring): number {
  const slot = index & (pages.length * perPage - 1);
  return pages[Math.floor(slot / perPage)]! + (slot % perPage) * entryBytes;
}

function advance(ring: Ring): void {
  ring.index = (ring.index + 1) >>> 0;
}

export const pvscsi: DeviceEntry = {
  id: 'pvscsi',
  title: 'VMware PVSCSI',
  kind: 'storage',
  class: 'paravirtual',
  registers: Object.values(registers),
  variants: ['rev2'],
  interrupts: ['msi', 'msix', 'intx'],
  memoryBytes: 1 << 21,
  create: (host, options) => new Pvscsi(host, options),
};
