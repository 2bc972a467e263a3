/**
 * What every virtio device has over PCI and over MMIO. Models: the registers that place a queue, for each queue behind
 * the one that selects it, queues of either format, the interrupt status that a read clears or, over MMIO, a write to
 * a register of its own, a message vector for each queue, one for all of them, or a line that is up while the status is
 * not zero (virtio_mmio_update_irq of QEMU), notifications wanted only when a queue has been drained, and
 * polled for a time where the host does so. Leaves out:
 * feature bits, the device status, configuration changes, upper halves of addresses. Checked against:
 * tests/engine/devices/virtio, virtio-blk and virtio-net.
 */
import type { GuestMemory } from '../memory/guest-memory.ts';
import type { InterruptMode } from '../memory/interrupt.ts';
import type { Register } from '../memory/register.ts';
import type { VirtioRegisters } from '../memory/virtio-pci.ts';
import type { Chain, DeviceRing } from '../memory/virtqueue.ts';
import { deviceRing } from '../memory/virtqueue-format.ts';
import type { DeviceHost, DeviceOptions } from './device.ts';

/** Vector of all queues where they share one; 0 is for the configuration. */
const sharedVector = 1;

export class VirtioTransport {
  private readonly host: DeviceHost;
  private readonly memory: GuestMemory;
  private readonly interrupts: InterruptMode;
  private readonly variant: string;
  private readonly registers: VirtioRegisters;
  private readonly perQueue: ReadonlySet<Register>;
  private selected = 0;
  /** By number of the queue: what the driver wrote to its registers, and the queue that it has enabled. */
  private readonly written: (Map<Register, number> | undefined)[] = [];
  private readonly queues: (DeviceRing | undefined)[] = [];
  private readonly pollsFor: number;
  /** By number of the queue: how often it was looked at, so that a poll knows whether it is the last. */
  private readonly looks: number[] = [];
  private status = 0;

  constructor(
    host: DeviceHost,
    { interrupts, variant, pollsFor = 0 }: DeviceOptions,
    registers: VirtioRegisters,
  ) {
    this.host = host;
    this.memory = host.memory;
    this.interrupts = interrupts;
    this.variant = variant;
    this.pollsFor = pollsFor;
    this.registers = registers;
    const { queueSize, queueDescriptors, queueDriver, queueDevice, queueEnable } = registers;
    this.perQueue = new Set([queueSize, queueDescriptors, queueDriver, queueDevice, queueEnable]);
  }

  read(register: Register): number {
    if (register === this.registers.queueSelect) return this.selected;
    if (register !== this.registers.interruptStatus) return this.value(register);
    const { status } = this;
    if (this.registers.interruptAcknowledge === undefined) this.acknowledge(status);
    return status;
  }

  write(register: Register, value: number): void {
    if (register === this.registers.queueSelect) this.selected = value;
    if (register === this.registers.interruptAcknowledge) this.acknowledge(value);
    if (!this.perQueue.has(register)) return;
    const { selected } = this;
    this.written[selected] = (this.written[selected] ?? new Map()).set(register, value);
    if (register === this.registers.queueEnable && value === 1) this.enable();
  }

  /** A queue that the driver has enabled. */
  queue(number: number): DeviceRing {
    const found = this.queues[number];
    if (found === undefined) throw new Error(`the driver has not enabled queue ${number}`);
    return found;
  }

  /** The next chain of a queue; where there is none, notifications are wanted again. */
  take(number: number): Chain | undefined {
    const queue = this.queues[number];
    if (queue === undefined) return undefined;
    return queue.take() ?? (queue.enableNotifications() ? queue.take() : undefined);
  }

  /**
   * The next chain of a queue that the guest announces; a drained one is polled first where the host does so, and
   * notifications are wanted again when nothing has come for that time.
   */
  next(number: number): Chain | undefined {
    if (this.pollsFor === 0) return this.take(number);
    const look = (this.looks[number] ?? 0) + 1;
    this.looks[number] = look;
    const chain = this.queues[number]?.take();
    if (chain === undefined) this.host.after(this.pollsFor, () => this.endPoll(number, look));
    return chain;
  }

  private endPoll(number: number, look: number): void {
    if (this.looks[number] !== look) return;
    if (this.queues[number]?.enableNotifications() === true) this.host.schedule();
  }

  /** Gives a chain back, so many bytes of it written, and interrupts where the driver wants that. */
  complete(number: number, head: number, bytes: number, vector: number): void {
    const { interrupt } = this.queue(number).complete(head, bytes);
    if (!interrupt) return this.host.hold();
    if (this.interrupts === 'msix') return this.host.fire(vector);
    if (this.interrupts === 'msix-shared') return this.host.fire(sharedVector);
    this.status |= 1;
    this.host.setInterruptLine(true);
  }

  private acknowledge(causes: number): void {
    this.status &= ~causes;
    const isMessage = this.interrupts === 'msix' || this.interrupts === 'msix-shared';
    if (!isMessage) this.host.setInterruptLine(this.status !== 0);
  }

  private value(register: Register): number {
    return this.written[this.selected]?.get(register) ?? 0;
  }

  private enable(): void {
    const { registers } = this;
    this.queues[this.selected] = deviceRing(this.memory, this.variant, {
      size: this.value(registers.queueSize),
      descriptors: this.value(registers.queueDescriptors),
      available: this.value(registers.queueDriver),
      used: this.value(registers.queueDevice),
    });
  }
}
