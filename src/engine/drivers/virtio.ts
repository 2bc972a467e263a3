/**
 * What every Linux virtio driver does over PCI to set its queues up (vp_modern_find_vqs, Linux 6.1): it places all
 * of them, and enables them afterwards. Leaves out: features, vectors, the device status, upper halves of addresses.
 */
import type { commonRegisters } from '../memory/virtio-pci.ts';
import type { QueuePlace } from '../memory/virtqueue.ts';
import type { Driver, GuestKernel } from './driver.ts';

/** Places the queues, which have the numbers from 0 on, and then enables them. */
export function* enableQueues(
  kernel: GuestKernel,
  registers: ReturnType<typeof commonRegisters>,
  places: readonly QueuePlace[],
): Driver {
  for (const [number, place] of places.entries()) {
    yield kernel.write(registers.queueSelect, number);
    yield kernel.write(registers.queueSize, place.size);
    yield kernel.write(registers.queueDescriptors, place.descriptors);
    yield kernel.write(registers.queueDriver, place.available);
    yield kernel.write(registers.queueDevice, place.used);
  }
  for (const number of places.keys()) {
    yield kernel.write(registers.queueSelect, number);
    yield kernel.write(registers.queueEnable, 1);
  }
}
