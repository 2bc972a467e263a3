/**
 * The virtio block device, one split queue with event indexes and indirect descriptors. Models: reads,
 * writes and flushes with header and status byte, notifications wanted again only when the queue has
 * been drained, interrupts by the driver's event index, a message vector, INTx with its status register.
 * Leaves out: several queues, discard and write zeroes, the configuration space, errors, and that QEMU
 * merges neighbouring requests before it gives them to the disk.
 * Checked against: tests/engine/devices/virtio-blk, tests/engine/memory/virtqueue.
 */
import type { GuestMemory } from '../memory/guest-memory.ts';
import type { InterruptMode } from '../memory/interrupt.ts';
import type { Register } from '../memory/register.ts';
import { header, queueSize, registers, requestType, status, vector } from '../memory/virtio-blk.ts';
import { DeviceQueue } from '../memory/virtqueue.ts';
import type { DeviceEntry, DeviceHost, DeviceModel, Transfer, TransferKind } from './device.ts';

class VirtioBlk implements DeviceModel {
  private readonly host: DeviceHost;
  private readonly memory: GuestMemory;
  private readonly interrupts: InterruptMode;
  private readonly values = new Map<Register, number>();
  private queue: DeviceQueue | undefined;
  /** By head of the chain: where its status byte goes, and how much the device writes into the chain. */
  private readonly statusAt = new Float64Array(queueSize);
  private readonly writes = new Uint32Array(queueSize);
  private status = 0;

  constructor(host: DeviceHost, interrupts: InterruptMode) {
    this.host = host;
    this.memory = host.memory;
    this.interrupts = interrupts;
  }

  read(register: Register): number {
    if (register !== registers.interruptStatus) return this.values.get(register) ?? 0;
    const causes = this.status;
    this.status = 0;
    if (this.interrupts === 'intx') this.host.setInterruptLine(false);
    return causes;
  }

  write(register: Register, value: number): void {
    this.values.set(register, value);
    if (register === registers.queueEnable) this.enable();
    if (register === registers.notify) this.host.schedule();
  }

  take(): Transfer | undefined {
    const queue = this.requests;
    const chain = queue.take() ?? (queue.enableNotifications() ? queue.take() : undefined);
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
    const { interrupt } = this.requests.complete(head, this.writes[head]!);
    if (!interrupt) return this.host.hold();
    if (this.interrupts === 'msix') return this.host.fire(vector);
    this.status |= 1;
    this.host.setInterruptLine(true);
  }

  private enable(): void {
    const value = (register: Register): number => this.values.get(register) ?? 0;
    this.queue = new DeviceQueue(this.memory, {
      size: value(registers.queueSize),
      descriptors: value(registers.queueDescriptors),
      available: value(registers.queueDriver),
      used: value(registers.queueDevice),
    });
  }

  private get requests(): DeviceQueue {
    if (this.queue === undefined) throw new Error('the driver has not enabled the request queue');
    return this.queue;
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
  variants: ['split'],
  interrupts: ['msix', 'intx'],
  memoryBytes: (1 << 20) + (1 << 16),
  create: (host, options) => new VirtioBlk(host, options.interrupts),
};
