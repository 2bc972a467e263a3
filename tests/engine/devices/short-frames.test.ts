/**
 * Goal: an adapter for a wire receives no frame under 60 bytes, a device of shared memory any. Method: every network
 * device, driven by its Linux driver, is given frames of all short lengths; what does the length say that the device
 * writes, less what its headers and check sequence add?
 */
import { expect, test } from 'vitest';
import type { DeviceEntry } from '#engine/devices/device.ts';
import { dec21140 } from '#engine/devices/dec21140.ts';
import { e1000 } from '#engine/devices/e1000.ts';
import { pcnet32 } from '#engine/devices/pcnet32.ts';
import { sriovVf } from '#engine/devices/sriov-vf.ts';
import { virtioNet } from '#engine/devices/virtio-net.ts';
import { vmxnet3 } from '#engine/devices/vmxnet3.ts';
import { drivers } from '#engine/drivers/index.ts';
import { GuestMemory } from '#engine/memory/guest-memory.ts';
import { DirectKernel, RecordingHost } from '../../support/device-bench.ts';

/** Writes of a memory, as far as they can hold the length of a frame. */
class WatchedMemory extends GuestMemory {
  readonly written: number[] = [];
  override write16(at: number, value: number): void {
    this.written.push(value);
    super.write16(at, value);
  }
  override write32(at: number, value: number): void {
    this.written.push(value);
    super.write32(at, value);
  }
}

/** What the device writes when a frame arrives. */
function writtenFor(device: DeviceEntry, bytes: number): number[] {
  const memory = new WatchedMemory(device.memoryBytes);
  const [interrupts] = device.interrupts;
  const [variant] = device.variants;
  const model = device.create(new RecordingHost(memory), {
    variant: variant!,
    interrupts: interrupts!,
    doorbellThreshold: 1,
  });
  const kernel = new DirectKernel(memory, interrupts!, variant);
  kernel.device = model;
  const entry = drivers.find((one) => one.device === device.id)!;
  kernel.run(entry.create(kernel).open());
  memory.written.length = 0;
  expect(model.deliver!({ payload: 1, bytes })).toBe(true);
  return memory.written;
}

const checkSequence = 4;

test.each([
  {
    device: dec21140,
    shortest: 60,
    length: (bytes: number) => ((bytes + checkSequence) << 16) | 0x300,
  },
  { device: pcnet32, shortest: 60, length: (bytes: number) => bytes + checkSequence },
  { device: e1000, shortest: 60, length: (bytes: number) => bytes + checkSequence },
  { device: vmxnet3, shortest: 60, length: (bytes: number) => bytes },
  { device: sriovVf, shortest: 60, length: (bytes: number) => bytes },
  { device: virtioNet, shortest: 14, length: (bytes: number) => bytes + 12 },
])('$device.id: $shortest bytes at the least', ({ device, shortest, length }) => {
  for (const bytes of [14, 42, 59, 60, 61, 106])
    expect(writtenFor(device, bytes), `${bytes} bytes`).toContain(
      length(Math.max(bytes, shortest)),
    );
});
