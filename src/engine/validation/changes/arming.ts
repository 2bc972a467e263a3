/**
 * virtio-net whose device asks for a kick after each buffer it takes, and so while it still drains the ring; the
 * device of this engine asks only when the ring is empty.
 */
import type {
  DeviceModel,
  DeviceEntry,
  DeviceHost,
  DeviceOptions,
  Transfer,
} from '../../devices/device.ts';
import type { IncomingFrame } from '../../devices/device.ts';
import type { GuestMemory } from '../../memory/guest-memory.ts';
import type { Register } from '../../memory/register.ts';
import { queue, registers } from '../../memory/virtio-net.ts';
import type { Change } from '../runs.ts';
import { kickInKernel } from './user-space-net.ts';

/** The available event index stands behind the entries of the used ring (virtio 1.2, 2.7.8). */
const eventIndexAt = (used: number, size: number): number => used + 4 + 8 * size;

class ArmsAlways implements DeviceModel {
  private readonly device: DeviceModel;
  private readonly memory: GuestMemory;
  private readonly values = new Map<Register, number>();
  private armsAt = 0;
  private taken = 0;

  constructor(entry: DeviceEntry, host: DeviceHost, options: DeviceOptions) {
    this.device = entry.create(host, options);
    this.memory = host.memory;
  }

  read(register: Register): number {
    return this.device.read(register);
  }

  write(register: Register, value: number): void {
    this.values.set(register, value);
    if (register === registers.queueEnable) this.learn();
    this.device.write(register, value);
  }

  /** Where the event index of the transmit queue stands. */
  private learn(): void {
    const value = (of: Register): number => this.values.get(of) ?? 0;
    if (value(registers.queueSelect) === queue.transmit)
      this.armsAt = eventIndexAt(value(registers.queueDevice), value(registers.queueSize));
  }

  take(): Transfer | undefined {
    const transfer = this.device.take();
    if (transfer === undefined) return undefined;
    this.taken = (this.taken + 1) & 0xffff;
    this.memory.write16(this.armsAt, this.taken);
    return transfer;
  }

  finished(transfer: Transfer, more?: boolean): void {
    this.device.finished(transfer, more);
  }

  hasBuffer(frame: IncomingFrame, ahead: number): boolean {
    return this.device.hasBuffer!(frame, ahead);
  }

  deliver(frame: IncomingFrame): boolean {
    return this.device.deliver!(frame);
  }
}

export const armsAlways: Change = {
  ...kickInKernel,
  id: 'arms-always',
  says: 'a thread in user space serves virtio-net, and asks for a kick after each buffer it takes',
  source: 'openvmm-98339adf4',
  device: (entry) => ({
    ...entry,
    create: (host, options) => new ArmsAlways(entry, host, options),
  }),
};
