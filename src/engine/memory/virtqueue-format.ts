/** The two formats of a virtqueue, and its ends in either. */
import type { GuestMemory } from './guest-memory.ts';
import type { SharedLayout } from './layout.ts';
import {
  descriptor,
  type DeviceRing,
  DeviceQueue,
  type DriverRing,
  DriverQueue,
  layOutQueue,
  type QueuePlace,
} from './virtqueue.ts';
import {
  layOutPackedQueue,
  packedDescriptor,
  PackedDeviceQueue,
  PackedDriverQueue,
} from './virtqueue-packed.ts';

/** As variants of a device name them (VIRTIO_F_RING_PACKED), the usual one first. */
export const ringFormats = ['split', 'packed'] as const;

const isPacked = (variant: string): boolean => variant === 'packed';

/** Lays out a queue of a device of that variant, and gives the driver's end; `name` leads the names of its parts. */
export function driverRing(
  memory: GuestMemory,
  variant: string,
  size: number,
  name: string,
): DriverRing {
  return isPacked(variant)
    ? new PackedDriverQueue(memory, layOutPackedQueue(memory, size, name))
    : new DriverQueue(memory, layOutQueue(memory, size, name));
}

/** The device's end of a queue that its driver has placed. */
export const deviceRing = (memory: GuestMemory, variant: string, place: QueuePlace): DeviceRing =>
  isPacked(variant) ? new PackedDeviceQueue(memory, place) : new DeviceQueue(memory, place);

/** What a descriptor looks like there, in the queue and in tables of their own. */
export const descriptorLayout = (variant: string): SharedLayout =>
  isPacked(variant) ? packedDescriptor : descriptor;
