/**
 * The virtio block device, one split or packed queue with event indexes and indirect descriptors. Models: reads,
 * writes and flushes with header and status byte, notifications wanted again only when the queue has
 * been drained, interrupts by the driver's event index, a message vector, INTx with its status register.
 * Leaves out: several queues, discard and write zeroes, the configuration space, errors, and that QEMU
 * merges neighbouring requests before it gives them to the disk.
 * Checked against: tests/engine/devices/virtio-blk, tests/engine/memory/virtqueue.
 */
import type { GuestMemory } from '../memory/guest-memory.ts';
import type { Register } from '../memory/register.ts';
import {
  type BlkRegisters,
  header,
  queueSize,
  registers,
  registersOverMemory,
  requestQueue,
  requestType,
  status,
  vector,
} from '../memory/virtio-blk.ts';
import { ringFormats } from '../memory/virtqueue-format.ts';
import type {
  DeviceEntry,
  DeviceHost,
  DeviceModel,
  DeviceOptions,
  Transfer,
  TransferKind,
} from './device.ts';
import { VirtioTransport } from './virtio.ts';

class VirtioBlk implements DeviceModel {
  private readonly host: DeviceHost;
  private readonly memory: GuestMemory;
  private readonly transport: VirtioTransport;
  private readonly registers: BlkRegisters;
  /** By head of the chain: where its status byte goes, and how much the device writes into the chain. */
  private readonly statusAt = new Float64Array(queueSize);
  private readonly writes = new Uint32Array(queueSize);

  constructor(host: DeviceHost, options: DeviceOptions, registers: BlkRegisters) {
    this.host = host;
    this.memory = host.memory;
    this.registers = registers;
    this.transport = new VirtioTransport(host, options, registers);
  }

  read(register: Register): number {
    return this.transport.read(register);
  }

  write(register: Register, value: number): void {
    this.transport.write(register, value);
    if (register === this.registers.notify) this.host.schedule();
  }

  take(): Transfer | undefined {
    const chain = this.transport.next(requestQueue);
    if (chain === undefined) return undefined;
    const { head, segments } = chain;
    const last = segments.length - 1;
    const request = segments[0]!.at;
    const kind = kindOf(this.memory.read32(request + header.type));
    let bytes = 0;
    for (let index = 1; index < last; index++) bytes += segments[index]!.bytes;
    this.statusAt[head] = segments[last]!.at;
    this.writes[head] = (kind === 'read' ? bytes : 0) + status.bytes;
    return { kind, payload: this.memory.payloadAt(request), bytes, token: head };
  }

  finished({ token: head }: Transfer): void {
    this.memory.write8(this.statusAt[head]!, status.ok);
    this.transport.complete(requestQueue, head, this.writes[head]!, vector);
  }
}

function kindOf(type: number): TransferKind {
  switch (type) {
    case requestType.read:
      return 'read';
    case requestType.write:
      return 'write';
    case requestType.flush:
      return 'flush';
    default:
      throw new Error(`the disk has no request type ${type}`);
  }
}

export const virtioBlk: DeviceEntry = {
  id: 'virtio-blk',
  title: 'virtio-blk',
  kind: 'storage',
  class: 'paravirtual',
  registers: Object.values(registers),
  variants: ringFormats,
  interrupts: ['msix', 'msix-shared', 'intx'],
  memoryBytes: (1 << 20) + (1 << 16),
  create: (host, options) => new VirtioBlk(host, options, registers),
};

/** The same device on a board without PCI, as Firecracker and QEMU’s microvm have it. */
export const virtioBlkMmio: DeviceEntry = {
  ...virtioBlk,
  id: 'virtio-blk-mmio',
  title: 'virtio-blk over MMIO',
  registers: Object.values(registersOverMemory),
  interrupts: ['isa', 'line'],
  create: (host, options) => new VirtioBlk(host, options, registersOverMemory),
};
