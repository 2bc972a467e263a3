/**
 * Goal: rings and interrupts of the 2114x as driver and chip keep them. Method: bursts on the
 * reference machine.
 */
import { expect, test } from 'vitest';
import { dec21140 as device } from '#engine/devices/dec21140.ts';
import { dec21140 as driver } from '#engine/drivers/dec21140.ts';
import { runRequest } from '#engine/execute.ts';
import { accessesOf, type Request } from '#engine/index.ts';
import { GuestMemory } from '#engine/memory/guest-memory.ts';
import { DirectKernel, RecordingHost } from '../../support/device-bench.ts';

const reads = (request: Omit<Request, 'architecture' | 'device'>): string[] =>
  accessesOf(runRequest({ architecture: 'reference', device: 'dec21140', ...request })).flatMap(
    (access) =>
      access.op === 'read' && access.name === 'CSR5(Status)' && access.value !== undefined
        ? [access.value]
        : [],
  );

test('the last entry of the ring asks for its interrupt: TI stands beside TU every 32 frames', () => {
  const first = reads({ count: 64 }).filter((_, index) => index % 2 === 0);
  const withTransmitInterrupt = first.flatMap((value, index) =>
    Number(value) & 1 ? [index + 1] : [],
  );
  expect(withTransmitInterrupt).toEqual([32, 64]);
});

test('a poll that received several frames switches mitigation on, on the chip that has it', () => {
  const writes = (variant: string) =>
    accessesOf(
      runRequest({
        architecture: 'reference',
        device: 'dec21140',
        variant,
        operation: 'rx',
        count: 3,
        pattern: 'burst',
      }),
    ).flatMap((access) =>
      access.op === 'write' && access.name === 'CSR11(Timer)' ? [access.value] : [],
    );
  expect(writes('21143')).toEqual(['0x80f10000']);
  expect(writes('21140')).toEqual([]);
});

test('a poll handles fifteen frames, gives way, and begins again with the status', () => {
  const accesses = (count: number) => {
    const request = { operation: 'rx', pattern: 'burst', count } as const;
    return reads(request).length;
  };
  expect([1, 15, 16, 30, 31, 45].map(accesses)).toEqual([4, 4, 5, 5, 6, 6]);
});

test('the interrupt mask is the chip’s', () => {
  const masks = (variant: string) =>
    accessesOf(
      runRequest({ architecture: 'hyper-v', device: 'dec21140', variant, operation: 'rx' }),
    ).flatMap((access) =>
      access.op === 'write' && access.name === 'CSR7(IntrEn)' ? [access.value] : [],
    );
  expect(masks('21140')).toEqual(['0x1e82f', '0x1ebef']);
  expect(masks('21143')).toEqual(['0x801f83f', '0x801fbff']);
});

test('a burst longer than the ring waits for room and loses nothing', () => {
  const { totals } = runRequest({
    architecture: 'hyper-v',
    device: 'dec21140',
    count: 100,
    pattern: 'burst',
  });
  expect([totals.requests, totals.lost, totals.doorbells]).toEqual([100, 0, 100]);
});

test('every packet has its poll demand, whatever follows; payloads are told apart by descriptor', () => {
  const memory = new GuestMemory(device.memoryBytes);
  const host = new RecordingHost(memory);
  const kernel = new DirectKernel(memory, 'intx', '21140');
  const model = device.create(host, {
    variant: '21140',
    interrupts: 'intx',
    doorbellThreshold: 1,
  });
  kernel.device = model;
  const guest = driver.create(kernel);
  kernel.run(guest.open());
  kernel.accesses.length = 0;
  for (const payload of [1, 2, 3])
    kernel.run(guest.transmit({ payload, bytes: 60, buffer: 0x5000_0000, cpu: 0 }, payload < 3));
  expect(kernel.accesses).toEqual(['W CSR1', 'W CSR1', 'W CSR1']);
  const payloads = [1, 2, 3].map(() => {
    const frame = model.take()!;
    model.finished(frame);
    return frame.payload;
  });
  expect(payloads).toEqual([1, 2, 3]);
});
