/**
 * Goal: a driver may place its queues in any order, as Linux does that enables them when all are placed. Method: the
 * registers of a device with several queues, written in many orders.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { VirtioTransport } from '#engine/devices/virtio.ts';
import { virtioBlk } from '#engine/devices/virtio-blk.ts';
import { virtioNet } from '#engine/devices/virtio-net.ts';
import type { DeviceEntry } from '#engine/devices/device.ts';
import { virtioNet as driver } from '#engine/drivers/virtio-net.ts';
import { GuestMemory } from '#engine/memory/guest-memory.ts';
import type { Register } from '#engine/memory/register.ts';
import { registers as blockRegisters } from '#engine/memory/virtio-blk.ts';
import { registers as networkRegisters } from '#engine/memory/virtio-net.ts';
import { commonRegisters } from '#engine/memory/virtio-pci.ts';
import { DriverQueue, layOutQueue } from '#engine/memory/virtqueue.ts';
import { DirectKernel, RecordingHost } from '../../support/device-bench.ts';

const registers = commonRegisters('virtio-net');
const queueCount = 3;
const options = { variant: 'split', interrupts: 'msix', doorbellThreshold: 1 } as const;

/** Writes of a driver: to which queue, which of its registers. The enabling comes after a queue's other ones. */
const anyOrder: fc.Arbitrary<{ queue: number; name: keyof typeof registers }[]> = fc
  .tuple(
    ...Array.from({ length: queueCount }, () =>
      fc.shuffledSubarray(
        ['queueSize', 'queueDescriptors', 'queueDriver', 'queueDevice'] as const,
        { minLength: 4 },
      ),
    ),
  )
  .chain((orders) =>
    fc
      .shuffledSubarray(
        orders.flatMap((_, queue) => Array<number>(5).fill(queue)),
        { minLength: 5 * queueCount },
      )
      .map((turns) => {
        const left = orders.map((order) => [...order, 'queueEnable' as const]);
        return turns.map((queue) => ({ queue, name: left[queue]!.shift()! }));
      }),
  );

function made() {
  const memory = new GuestMemory(1 << 17);
  const host = new RecordingHost(memory);
  const transport = new VirtioTransport(host, options, registers);
  const places = [8, 32, 128].map((size) => layOutQueue(memory, size, `queue of ${size}`));
  const valueOf = (queue: number, name: string): number => {
    const { size, descriptors, available, used } = places[queue]!;
    const values: Record<string, number> = {
      queueSize: size,
      queueDescriptors: descriptors,
      queueDriver: available,
      queueDevice: used,
      queueEnable: 1,
    };
    return values[name]!;
  };
  return { memory, transport, places, valueOf };
}

test('each queue keeps its own place, in whatever order the queues are placed and enabled', () => {
  fc.assert(
    fc.property(anyOrder, (order) => {
      const { memory, transport, places, valueOf } = made();
      for (const { queue, name } of order) {
        transport.write(registers.queueSelect, queue);
        transport.write(registers[name], valueOf(queue, name));
      }
      for (const [queue, place] of places.entries()) {
        transport.write(registers.queueSelect, queue);
        expect(transport.read(registers.queueSelect)).toBe(queue);
        for (const { name } of order)
          expect(transport.read(registers[name])).toBe(valueOf(queue, name));
        const buffer = { at: 0x5000_0000 + queue, bytes: 60, writable: false };
        const guest = new DriverQueue(memory, place);
        const head = guest.add([buffer]);
        expect(transport.take(queue)).toEqual({ head, segments: [buffer] });
        transport.complete(queue, head, 0, 0);
        expect(guest.takeUsed()?.head).toBe(head);
      }
    }),
  );
});

test('the Linux driver places all queues before it enables one', () => {
  const memory = new GuestMemory(virtioNet.memoryBytes);
  const kernel = new DirectKernel(memory, 'msix');
  kernel.device = virtioNet.create(new RecordingHost(memory), options);
  kernel.run(driver.create(kernel).open());
  const enables = kernel.accesses.indexOf('W QUEUE_ENABLE');
  expect(kernel.accesses.lastIndexOf('W QUEUE_DEVICE')).toBeLessThan(enables);
  expect(kernel.accesses.slice(enables - 1, enables + 3)).toEqual([
    'W QUEUE_SELECT',
    'W QUEUE_ENABLE',
    'W QUEUE_SELECT',
    'W QUEUE_ENABLE',
  ]);
});

test.each<[DeviceEntry, Register]>([
  [virtioNet, networkRegisters.notifyTransmit],
  [virtioBlk, blockRegisters.notify],
])('$id: a notification before its queue is enabled finds nothing', (entry, notification) => {
  const model = entry.create(new RecordingHost(new GuestMemory(entry.memoryBytes)), options);
  model.write(notification, 0);
  expect(model.take()).toBeUndefined();
  expect(model.deliver?.({ payload: 1, bytes: 60 }) ?? false).toBe(false);
});
