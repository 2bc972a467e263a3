/**
 * The virtio network device, split or packed rings with event indexes. Models: both queues, the header in front
 * of each frame, large frames in several buffers, notifications wanted only when the transmit queue has
 * been drained or receive buffers have run out, interrupts by the driver's event index, message vectors for each
 * queue or one for both, INTx with its status register, or the line of a device over MMIO.
 * Leaves out: the control queue, several queue pairs, merged buffers, receive offloads, the configuration space.
 * Checked against: tests/engine/conformance, tests/engine/devices/virtio-net, tests/engine/memory/virtqueue.
 */
import type { GuestMemory } from '../memory/guest-memory.ts';
import type { Register } from '../memory/register.ts';
import {
  headerBytes,
  type NetRegisters,
  queue,
  registers,
  registersOverMemory,
  vector,
} from '../memory/virtio-net.ts';
import { ringFormats } from '../memory/virtqueue-format.ts';
import type {
  DeviceEntry,
  DeviceHost,
  DeviceModel,
  DeviceOptions,
  IncomingFrame,
  Transfer,
} from './device.ts';
import { VirtioTransport } from './virtio.ts';

class VirtioNet implements DeviceModel {
  private readonly host: DeviceHost;
  private readonly memory: GuestMemory;
  private readonly transport: VirtioTransport;
  private readonly registers: NetRegisters;

  constructor(host: DeviceHost, options: DeviceOptions, registers: NetRegisters) {
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
    if (register !== this.registers.notifyTransmit || value !== queue.transmit) return;
    this.host.schedule();
  }

  take(): Transfer | undefined {
    const chain = this.transport.next(queue.transmit);
    if (chain === undefined) return undefined;
    let bytes = -headerBytes;
    for (const segment of chain.segments) bytes += segment.bytes;
    const at = this.transport.queue(queue.transmit).descriptorAt(chain.head);
    return { kind: 'send', payload: this.memory.payloadAt(at), bytes, token: chain.head };
  }

  finished({ token: head }: Transfer): void {
    this.transport.complete(queue.transmit, head, 0, vector.transmit);
  }

  hasBuffer(_frame: IncomingFrame, ahead: number): boolean {
    return this.transport.queue(queue.receive).hasAvailable(ahead);
  }

  miss(): void {
    this.awaitBuffer();
  }

  /** The driver notifies when it has made a buffer available. */
  awaitBuffer(): void {
    this.transport.queue(queue.receive).enableNotifications();
  }

  deliver(frame: IncomingFrame): boolean {
    const chain = this.transport.take(queue.receive);
    if (chain === undefined) return false;
    this.memory.putPayload(chain.segments[0]!.at, frame.payload);
    const bytes = frame.bytes + headerBytes;
    this.transport.complete(queue.receive, chain.head, bytes, vector.receive);
    return true;
  }
}

export const virtioNet: DeviceEntry = {
  id: 'virtio-net',
  title: 'virtio-net',
  kind: 'network',
  class: 'paravirtual',
  registers: Object.values(registers),
  variants: ringFormats,
  interrupts: ['msix', 'msix-shared', 'intx'],
  memoryBytes: 1 << 17,
  create: (host, options) => new VirtioNet(host, options, registers),
};

/** The same device on a board without PCI, as Firecracker and QEMU’s microvm have it. */
export const virtioNetMmio: DeviceEntry = {
  ...virtioNet,
  id: 'virtio-net-mmio',
  title: 'virtio-net over MMIO',
  registers: [...new Set(Object.values(registersOverMemory))],
  interrupts: ['isa', 'line'],
  create: (host, options) => new VirtioNet(host, options, registersOverMemory),
};
