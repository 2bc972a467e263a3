/**
 * What every virtio device has over PCI. Models: the registers that place a queue, for each queue behind the one that
 * selects it, the interrupt status that a read clears, message vectors or the pin, notifications wanted only when a
 * queue has been drained. Leaves out: feature bits, the device status, configuration changes, upper halves of
 * addresses. Checked against: tests/engine/devices/virtio, virtio-blk and virtio-net.
 */
import type { GuestMemory } from '../memory/guest-memory.ts';
import type { InterruptMode } from '../memory/interrupt.ts';
import type { Register } from '../memory/register.ts';
import type { commonRegisters } from '../memory/virtio-pci.ts';
import { DeviceQueue } from '../memory/virtqueue.ts';
import type { DeviceHost } from './device.ts';

export class VirtioTransport {
  private readonly host: DeviceHost;
  private readonly memory: GuestMemory;
  private readonly interrupts: InterruptMode;
  private readonly registers: ReturnType<typeof commonRegisters>;
  private readonly perQueue: ReadonlySet<Register>;
  private selected = 0;
  /** By number of the queue: what the driver wrote to its registers, and the queue that it has enabled. */
  private readonly written: (Map<Register, number> | undefined)[] = [];
  private readonly queues: (DeviceQueue | undefined)[] = [];
  private status = 0;

  constructor(
    host: DeviceHost,
    interrupts: InterruptMode,
    registers: ReturnType<typeof commonRegisters>,
  ) {
    this.host = host;
    this.memory = host.memory;
    this.interrupts = interrupts;
    this.registers = registers;
    const { queueSize, queueDescriptors, queueDriver, queueDevice, queueEnable } = registers;
    this.perQueue = new Set([queueSize, queueDescriptors, queueDriver, queueDevice, queueEnable]);
  }

  read(register: Register): number {
    if (register === this.registers.queueSelect) return this.selected;
    if (register !== this.registers.interruptStatus) return this.value(register);
    const { status } = this;
    this.status = 0;
    if (this.interrupts === 'intx') this.host.setInterruptLine(false);
    return status;
  }

  write(register: Register, value: number): void {
    if (register === this.registers.queueSelect) this.selected = value;
    if (!this.perQueue.has(register)) return;
    const { selected } = this;
    this.written[selected] = (this.written[selected] ?? new Map()).set(register, value);
    if (register === this.registers.queueEnable && value === 1) this.enable();
  }

  /** A queue that the driver has enabled. */
  queue(number: number): DeviceQueue {
    const found = this.queues[number];
    if (found === undefined) throw new Error(`the driver has not enabled queue ${number}`);
    return found;
  }

  /** The next chain of a queue; where there is none, notifications are wanted again. */
  take(number: number): ReturnType<DeviceQueue['take']> {
    const queue = this.queues[number];
    if (queue === undefined) return undefined;
    return queue.take() ?? (queue.enableNotifications() ? queue.take() : undefined);
  }

  /** Gives a chain back, so many bytes of it written, and interrupts where the driver wants that. */
  complete(number: number, head: number, bytes: number, vector: number): void {
    const { interrupt } = this.queue(number).complete(head, bytes);
    if (!interrupt) return this.host.hold();
    if (this.interrupts === 'msix') return this.host.fire(vector);
    this.status |= 1;
    this.host.setInterruptLine(true);
  }

  private value(register: Register): number {
    return this.written[this.selected]?.get(register) ?? 0;
  }

  private enable(): void {
    const { registers } = this;
    this.queues[this.selected] = new DeviceQueue(this.memory, {
      size: this.value(registers.queueSize),
      descriptors: this.value(registers.queueDescriptors),
      available: this.value(registers.queueDriver),
      used: this.value(registers.queueDevice),
    });
  }
}
