/** Registers that every virtio device has over MMIO (virtio 1.2, 4.2.2), with Linux’s names for them. */
import type { VirtioRegisters } from './virtio-pci.ts';
import { flag, mappedRegisters, type Register } from './register.ts';

/** The registers of a device, such as `virtio-net`, in 4 bytes each; one announces what is new in any queue. */
export function mmioRegisters(
  device: string,
): Required<VirtioRegisters> & Readonly<Record<'notify', Register>> {
  const register = mappedRegisters(`virtio-mmio-${device}`, 'virtio 1.2, 4.2.2');
  const causes = [
    flag(0, 'QUEUE', 'a queue has used buffers'),
    flag(1, 'CONFIG', 'the configuration changed'),
  ];
  const queue = { at: 0, bits: 32, name: 'queue', meaning: 'number of the queue with new buffers' };
  return {
    queueSelect: register('QUEUE_SEL', 'queue select', 0x30),
    queueSize: register('QUEUE_NUM', 'queue size', 0x38),
    queueEnable: register('QUEUE_READY', 'queue ready', 0x44),
    notify: register('QUEUE_NOTIFY', 'queue notification', 0x50, [queue], true),
    interruptStatus: register('INTERRUPT_STATUS', 'interrupt status', 0x60, causes),
    interruptAcknowledge: register('INTERRUPT_ACK', 'interrupt acknowledge', 0x64, causes),
    queueDescriptors: register('QUEUE_DESC_LOW', 'descriptor area', 0x80),
    queueDriver: register('QUEUE_AVAIL_LOW', 'driver area', 0x90),
    queueDevice: register('QUEUE_USED_LOW', 'device area', 0xa0),
  };
}
