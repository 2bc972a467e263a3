/** Registers that every virtio device has over PCI (virtio 1.2, 4.1.4), with the names of the recorded regions. */
import { flag, type Register } from './register.ts';

const spec = 'virtio 1.2, 4.1.4';

/** What the registers of every transport have in common. */
export interface VirtioRegisters {
  readonly queueSelect: Register;
  readonly queueSize: Register;
  readonly queueEnable: Register;
  readonly queueDescriptors: Register;
  readonly queueDriver: Register;
  readonly queueDevice: Register;
  readonly interruptStatus: Register;
  /** Where what the status holds is acknowledged, if reading it does not do so: over MMIO. */
  readonly interruptAcknowledge?: Register;
}

/** The common configuration and the interrupt status of a device, such as `virtio-net`. */
export function commonRegisters(device: string): Omit<VirtioRegisters, 'interruptAcknowledge'> {
  const common = (name: string, title: string, offset: number, size: 2 | 4): Register => ({
    name,
    title,
    label: name,
    region: `virtio-pci-common-${device}`,
    space: 'memory',
    offset,
    size,
    doorbell: false,
    fields: [],
    spec,
  });
  const interruptStatus: Register = {
    name: 'ISR',
    title: 'interrupt status',
    label: 'ISR',
    region: `virtio-pci-isr-${device}`,
    space: 'memory',
    offset: 0x1000,
    size: 1,
    doorbell: false,
    fields: [
      flag(0, 'QUEUE', 'a queue has used buffers'),
      flag(1, 'CONFIG', 'the configuration changed'),
    ],
    spec: 'virtio 1.2, 4.1.4.5',
  };
  return {
    queueSelect: common('QUEUE_SELECT', 'queue select', 0x16, 2),
    queueSize: common('QUEUE_SIZE', 'queue size', 0x18, 2),
    queueEnable: common('QUEUE_ENABLE', 'queue enable', 0x1c, 2),
    queueDescriptors: common('QUEUE_DESC', 'descriptor table base', 0x20, 4),
    queueDriver: common('QUEUE_DRIVER', 'available ring base', 0x28, 4),
    queueDevice: common('QUEUE_DEVICE', 'used ring base', 0x30, 4),
    interruptStatus,
  };
}

/** The register that announces what is new in a queue. */
export const notifyRegister = (device: string, queue: number, what: string): Register => ({
  name: `NOTIFY q${queue}`,
  title: `notification of queue ${queue}`,
  label: `NOTIFY q${queue}`,
  region: `virtio-pci-notify-${device}`,
  space: 'memory',
  offset: 0x3000 + 4 * queue,
  size: 2,
  doorbell: true,
  fields: [{ at: 0, bits: 16, name: 'queue', meaning: `number of the queue with new ${what}` }],
  spec,
});
