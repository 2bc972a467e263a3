/**
 * What every Linux virtio driver does to set its queues up and when it is interrupted (Linux 6.1). Over PCI it places
 * all queues and enables them afterwards (vp_modern_find_vqs); over MMIO it enables each when it is placed
 * (vm_setup_vq). On a line it reads the interrupt status, which clears it over PCI (vp_interrupt) and is written back
 * over MMIO (vm_interrupt). Leaves out: features, vectors, the device status, upper halves of addresses, what is read
 * of a queue before it is placed.
 */
import type { InterruptMode } from '../memory/interrupt.ts';
import type { VirtioRegisters } from '../memory/virtio-pci.ts';
import type { QueuePlace } from '../memory/virtqueue.ts';
import type { Driver, GuestKernel } from './driver.ts';

/** Places the queues, which have the numbers from 0 on, and enables them. */
export function* enableQueues(
  kernel: GuestKernel,
  registers: VirtioRegisters,
  places: readonly QueuePlace[],
): Driver {
  const overMemory = registers.interruptAcknowledge !== undefined;
  for (const [number, place] of places.entries()) {
    yield kernel.write(registers.queueSelect, number);
    yield kernel.write(registers.queueSize, place.size);
    yield kernel.write(registers.queueDescriptors, place.descriptors);
    yield kernel.write(registers.queueDriver, place.available);
    yield kernel.write(registers.queueDevice, place.used);
    if (overMemory) yield kernel.write(registers.queueEnable, 1);
  }
  if (overMemory) return;
  for (const number of places.keys()) {
    yield kernel.write(registers.queueSelect, number);
    yield kernel.write(registers.queueEnable, 1);
  }
}

/** Whether interrupts come by messages, for which no register is read. */
export const hasMessages = (interrupts: InterruptMode): boolean =>
  interrupts === 'msix' || interrupts === 'msix-shared';

/** On a line: whether the interrupt is of this device’s queues, which is acknowledged by asking. */
export function* acknowledge(kernel: GuestKernel, registers: VirtioRegisters): Driver<boolean> {
  const causes = yield kernel.read(registers.interruptStatus);
  const { interruptAcknowledge } = registers;
  if (interruptAcknowledge !== undefined) yield kernel.write(interruptAcknowledge, causes);
  return causes !== 0;
}
