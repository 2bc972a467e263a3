/**
 * The virtio network device, split rings with event indexes. Models: both queues, the header in front
 * of each frame, large frames in several buffers, notifications wanted only when the transmit queue has
 * been drained or receive buffers have run out, interrupts by the driver's event index, message vectors for each queue, INTx
 * with its status register.
 * Leaves out: the control queue, several queue pairs, merged buffers, receive offloads, the configuration
 * space.
 * Checked against: tests/engine/conformance, tests/engine/devices/virtio-net, tests/engine/memory/virtqueue.
 */
import type { GuestMemory } from '../memory/guest-memory.ts';
import type { InterruptMode } from '../memory/interrupt.ts';
import type { Register } from '../memory/register.ts';
import { headerBytes, queue, registers, vector } from '../memory/virtio-net.ts';
import { descriptor, DeviceQueue } from '../memory/virtqueue.ts';
import type { DeviceEntry, DeviceHost, DeviceModel, IncomingFrame, Transfer } from './device.ts';

class VirtioNet implements DeviceModel {
  private readonly host: DeviceHost;
  private readonly memory: GuestMemory;
  private readonly interrupts: InterruptMode;
  private readonly values = new Map<Register, number>();
  private readonly queues: (DeviceQueue | undefined)[] = [];
  private transmitDescriptors = 0;
  private status = 0;

  constructor(host: DeviceHost, interrupts: InterruptMode) {
    this.host = host;
    this.memory = host.memory;
    this.interrupts = interrupts;
  }

  read(register: Register): number {
    if (register !== registers.interruptStatus) return this.values.get(register) ?? 0;
    const status = this.status;
    this.status = 0;
    if (this.interrupts === 'intx') this.host.setInterruptLine(false);
    return status;
  }

  write(register: Register, value: number): void {
    this.values.set(register, value);
    if (register === registers.queueEnable) this.enable();
    if (register === registers.notifyTransmit) this.host.schedule();
  }

  take(): Transfer | undefined {
    const transmit = this.queue(queue.transmit);
    const chain = transmit.take() ?? (transmit.enableNotifications() ? transmit.take() : undefined);
    if (chain === undefined) return undefined;
    let bytes = -headerBytes;
    for (const segment of chain.segments) bytes += segment.bytes;
    const at = this.transmitDescriptors + chain.head * descriptor.bytes;
    return { kind: 'send', payload: this.memory.payloadAt(at), bytes, token: chain.head };
  }

  finished(frame: Transfer): void {
    const { interrupt } = this.queue(queue.transmit).complete(frame.token, 0);
    this.signal(interrupt, vector.transmit);
  }

  deliver(frame: IncomingFrame): boolean {
    const receive = this.queue(queue.receive);
    const chain = receive.take() ?? (receive.enableNotifications() ? receive.take() : undefined);
    if (chain === undefined) return false;
    this.memory.putPayload(chain.segments[0]!.at, frame.payload);
    const { interrupt } = receive.complete(chain.head, frame.bytes + headerBytes);
    this.signal(interrupt, vector.receive);
    return true;
  }

  private signal(interrupt: boolean, to: number): void {
    if (!interrupt) return this.host.hold();
    if (this.interrupts === 'msix') return this.host.fire(to);
    this.status |= 1;
    this.host.setInterruptLine(true);
  }

  private enable(): void {
    const value = (register: Register): number => this.values.get(register) ?? 0;
    const place = {
      size: value(registers.queueSize),
      descriptors: value(registers.queueDescriptors),
      available: value(registers.queueDriver),
      used: value(registers.queueDevice),
    };
    const number = value(registers.queueSelect);
    if (number === queue.transmit) this.transmitDescriptors = place.descriptors;
    this.queues[number] = new DeviceQueue(this.memory, place);
  }

  private queue(number: number): DeviceQueue {
    const found = this.queues[number];
    if (found === undefined) throw new Error(`the driver has not enabled queue ${number}`);
    return found;
  }
}

export const virtioNet: DeviceEntry = {
  id: 'virtio-net',
  title: 'virtio-net',
  kind: 'network',
  class: 'paravirtual',
  registers: Object.values(registers),
  variants: ['split'],
  interrupts: ['msix', 'intx'],
  memoryBytes: 1 << 17,
  create: (host, options) => new VirtioNet(host, options.interrupts),
};
