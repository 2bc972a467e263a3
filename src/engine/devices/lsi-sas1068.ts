/**
 * The LSI SAS1068 controller, as Fusion-MPT firmware shows it to a driver. Models: the message that makes it
 * operational, handed over through the doorbell; the FIFOs of requests, replies and free reply frames; SCSI
 * I/O requests with their scatter-gather elements and chain buffers; context replies; a reply frame with the
 * SCSI status for a command that no disk here knows; the reply interrupt, on a pin that stays up until the
 * guest has found the reply FIFO empty, or as a message for each reply (mptsas_update_interrupt).
 * Leaves out: facts, configuration pages and the other set-up messages, task management, events, sense data,
 * the fault state, diagnostics, interrupt coalescing, frames above 4 GiB.
 * Checked against: QEMU hw/scsi/mptsas.c, Linux lsi/mpi_init.h, tests/engine/devices/lsi-sas1068. ESXi's own
 * device is not public.
 */
import {
  addressReply,
  blockCountMask,
  element,
  elementFlags,
  handshake,
  interruptMask,
  interruptStatus,
  messageFunction,
  noReply,
  registers,
  reply,
  replyWords,
  request,
  state,
} from '../memory/fusion-mpt.ts';
import type { GuestMemory } from '../memory/guest-memory.ts';
import type { InterruptMode } from '../memory/interrupt.ts';
import type { Register } from '../memory/register.ts';
import { operationOf, status } from '../memory/scsi.ts';
import type { DeviceEntry, DeviceHost, DeviceModel, Transfer } from './device.ts';

/** The only message that the controller sends. */
const message = 0;
/** Entries of a FIFO of the controller; a power of two. */
const fifoEntries = 256;

class Fifo {
  private readonly name: string;
  private readonly values = new Uint32Array(fifoEntries);
  private first = 0;
  private count = 0;

  constructor(name: string) {
    this.name = name;
  }

  get isEmpty(): boolean {
    return this.count === 0;
  }

  put(value: number): void {
    if (this.count === fifoEntries)
      throw new RangeError(`the FIFO of ${this.name} holds ${fifoEntries} entries and is full`);
    this.values[(this.first + this.count++) % fifoEntries] = value;
  }

  take(): number {
    if (this.isEmpty) throw new RangeError(`the FIFO of ${this.name} is empty`);
    const value = this.values[this.first]!;
    this.first = (this.first + 1) % fifoEntries;
    this.count--;
    return value;
  }
}

class LsiSas1068 implements DeviceModel {
  private readonly host: DeviceHost;
  private readonly memory: GuestMemory;
  private readonly interrupts: InterruptMode;
  private readonly requests = new Fifo('requests');
  private readonly replies = new Fifo('replies');
  private readonly freeReplyFrames = new Fifo('free reply frames');
  private state: number = state.ready;
  private status = 0;
  private mask: number = interruptMask.doorbell | interruptMask.reply;
  /** Words of a message that are still to come through the doorbell. */
  private wordsExpected = 0;
  private firstWord: number | undefined;

  constructor(host: DeviceHost, interrupts: InterruptMode) {
    this.host = host;
    this.memory = host.memory;
    this.interrupts = interrupts;
  }

  read(register: Register): number {
    switch (register) {
      case registers.doorbell:
        return this.state;
      case registers.interruptStatus:
        return this.status;
      case registers.interruptMask:
        return this.mask;
      case registers.replyFifo:
        return this.nextReply();
      default:
        return 0;
    }
  }

  write(register: Register, value: number): void {
    switch (register) {
      case registers.doorbell:
        return this.ring(value);
      case registers.interruptMask:
        this.mask = value;
        return this.updateInterrupt();
      case registers.requestFifo:
        this.requests.put((value & ~blockCountMask) >>> 0);
        return this.host.schedule();
      case registers.replyFifo:
        return this.freeReplyFrames.put(value);
    }
  }

  take(): Transfer | undefined {
    if (this.state !== state.operational && !this.requests.isEmpty)
      throw new Error('the driver has not made the controller operational');
    const { memory } = this;
    while (!this.requests.isEmpty) {
      const frame = this.requests.take();
      const code = memory.read8(frame + request.function);
      if (code !== messageFunction.scsiIo)
        throw new Error(`the controller takes SCSI I/O requests only, not function ${code}`);
      const kind = operationOf(memory.read8(frame + request.commandBlock));
      if (kind !== undefined) {
        const token = memory.read32(frame + request.context);
        return { kind, payload: memory.payloadAt(frame), bytes: this.dataBytes(frame), token };
      }
      this.refuse(frame);
    }
    return undefined;
  }

  /** A context reply: the request is named, and that is all. */
  finished(transfer: Transfer): void {
    this.post(transfer.token);
  }

  /** A reply frame with the command's status; the guest gives the frame back. */
  private refuse(frame: number): void {
    const { memory } = this;
    const at = this.freeReplyFrames.take();
    for (let word = 0; word < replyWords; word++) memory.write32(at + 4 * word, 0);
    memory.write8(at + reply.target, memory.read8(frame + request.target));
    memory.write8(at + reply.bus, memory.read8(frame + request.bus));
    memory.write8(at + reply.messageLength, replyWords);
    memory.write8(at + reply.function, messageFunction.scsiIo);
    memory.write32(at + reply.context, memory.read32(frame + request.context));
    memory.write8(at + reply.scsiStatus, status.checkCondition);
    this.post((addressReply | (at >>> 1)) >>> 0);
  }

  private post(value: number): void {
    this.replies.put(value);
    this.status |= interruptStatus.reply;
    this.updateInterrupt();
  }

  private nextReply(): number {
    if (!this.replies.isEmpty) return this.replies.take();
    this.status &= ~interruptStatus.reply;
    this.updateInterrupt();
    return noReply;
  }

  private updateInterrupt(): void {
    const wanted = (this.status & ~this.mask & interruptStatus.reply) !== 0;
    if (this.interrupts === 'intx') this.host.setInterruptLine(wanted);
    else if (wanted) this.host.fire(message);
  }

  /** Sum of the scatter-gather elements up to the length of the data, chain buffers included. */
  private dataBytes(frame: number): number {
    const { memory } = this;
    const wanted = memory.read32(frame + request.dataLength);
    let at = frame + request.segments;
    let chain = frame + 4 * memory.read8(frame + request.chainOffset);
    let bytes = 0;
    while (bytes < wanted) {
      const word = memory.read32(at + element.flagsLength);
      if ((word & elementFlags.typeMask) !== elementFlags.simple)
        throw new Error(`0x${at.toString(16)} does not hold a simple element`);
      bytes += word & elementFlags.lengthMask;
      at += element.bytes;
      if ((word & elementFlags.endOfList) !== 0) break;
      if ((word & elementFlags.last) === 0) continue;
      const link = memory.read32(chain + element.flagsLength);
      if ((link & elementFlags.typeMask) !== elementFlags.chain)
        throw new Error(`0x${chain.toString(16)} does not hold a chain element`);
      at = memory.read64(chain + element.address);
      chain = at + 4 * ((link >>> elementFlags.nextOffsetAt) & elementFlags.nextOffsetMask);
    }
    return Math.min(bytes, wanted);
  }

  /** A message through the doorbell: its number of words, then its words. */
  private ring(value: number): void {
    if (this.wordsExpected === 0) {
      if (value >>> handshake.functionAt === handshake.function)
        this.wordsExpected = (value >>> handshake.wordsAt) & 0xff;
      this.firstWord = undefined;
      return;
    }
    this.firstWord ??= value;
    this.wordsExpected--;
    if (this.wordsExpected === 0 && this.firstWord >>> 24 === messageFunction.iocInit)
      this.state = state.operational;
  }
}

export const lsiSas1068: DeviceEntry = {
  id: 'lsi-sas1068',
  title: 'LSI SAS1068',
  kind: 'storage',
  class: 'emulated',
  registers: Object.values(registers),
  variants: ['sas1068'],
  interrupts: ['intx', 'msi'],
  memoryBytes: 1 << 19,
  create: (host, options) => new LsiSas1068(host, options.interrupts),
};
