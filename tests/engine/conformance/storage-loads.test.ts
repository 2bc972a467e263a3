/**
 * Goal: large requests and several at once reach a device in as many commands and notifications as from a real guest.
 * Method: doorbells of each load, counted by tracing QEMU 7.2 with a Debian 12 guest (Linux 6.1, one virtual processor,
 * direct I/O to pages that are not contiguous, blocks apart), against the same load on `reference`; for the IDE channel
 * its reads and writes too. Loads whose doorbells differ from one recording to the next are left out: all on NVMe that
 * ring more than once, since QEMU's controller has shadow doorbells.
 */
import { expect, test } from 'vitest';
import { runRequest } from '#engine/execute.ts';
import type { Request } from '#engine/index.ts';

type Load = readonly [operation: 'read' | 'write' | 'flush', kib: number, atOnce: number];

const run = (device: string, [operation, kib, batch]: Load, more: Partial<Request> = {}) => {
  const bytes = operation === 'flush' ? {} : { bytes: kib * 1024 };
  const load = { pattern: 'spaced', batch, count: batch, ...bytes, ...more };
  return runRequest({ architecture: 'reference', device, operation, ...load }).totals;
};

/** Loads, and the doorbells that each device got. */
const devices = ['ide-dma', 'lsi-sas1068', 'pvscsi', 'ahci', 'virtio-blk', 'nvme'] as const;
const varies = undefined;
const doorbells: readonly (readonly [Load, ...(number | undefined)[]])[] = [
  [['read', 0.5, 1], 1, 1, 1, 1, 1, 1],
  [['write', 4, 1], 1, 1, 1, 1, 1, 1],
  [['flush', 0, 1], 1, 1, 1, 1, 1, 1],
  [['read', 128, 1], 1, 1, 1, 1, 1, 1],
  [['write', 256, 1], 1, 1, 1, 2, 1, 1],
  [['read', 512, 1], 1, 1, 1, 4, 1, 1],
  [['write', 512, 1], 1, 1, 1, 4, 1, varies],
  [['read', 1024, 1], 2, 2, 2, 8, 1, varies],
  [['write', 1024, 1], 2, 2, 2, 8, 2, varies],
  [['flush', 0, 2], 2, 2, 2, 2, 2, 2],
  [['read', 4, 2], 2, 2, 2, 2, 2, 2],
  [['read', 4, 3], 3, 3, 3, 3, 1, 1],
  [['write', 4, 8], 8, 8, 8, 8, 1, 1],
  [['read', 0.5, 8], 8, 8, 8, 8, 1, 1],
  [['write', 4, 32], 32, 32, 32, 32, 1, 1],
  [['read', 4, 40], 40, 40, 40, 40, 2, 2],
  [['read', 64, 4], 4, 4, 4, 4, 1, 1],
  [['write', 128, 8], 8, 8, 8, 8, 8, varies],
  [['read', 128, 32], 32, 32, 32, 32, 32, varies],
  [['read', 256, 4], 4, 4, 4, 8, 4, varies],
  [['read', 512, 4], 4, 4, 4, 16, 4, varies],
  [['read', 1024, 4], 8, 8, 8, 32, 5, varies],
];

const rows = doorbells.map(([load, ...counts]) => ({ load, counts }));

test.each(rows)('doorbells of $load', ({ load, counts }) => {
  const seen = devices.map((device, index) =>
    counts[index] === varies ? varies : run(device, load).doorbells,
  );
  expect(seen).toEqual(counts);
});

const dma = 'ide-dma';
const pio = 'ide-pio';
const accesses: readonly (readonly [string, Load, reads: number, writes: number])[] = [
  [dma, ['read', 128, 1], 13, 13],
  [dma, ['write', 512, 1], 13, 18],
  [dma, ['read', 1024, 1], 26, 36],
  [dma, ['flush', 0, 1], 8, 4],
  [dma, ['read', 256, 4], 52, 72],
  [pio, ['read', 0.5, 1], 138, 9],
  [pio, ['write', 0.5, 1], 10, 137],
  [pio, ['write', 8, 1], 10, 2057],
  [pio, ['read', 12, 1], 3086, 10],
  [pio, ['read', 64, 1], 16_422, 16],
  [pio, ['write', 64, 1], 38, 16_400],
  [pio, ['write', 256, 1], 134, 65_581],
  [pio, ['read', 1024, 1], 262_668, 154],
  [pio, ['write', 1024, 1], 524, 262_298],
  [pio, ['flush', 0, 1], 8, 4],
  [pio, ['write', 4, 8], 80, 8264],
  ['ahci', ['flush', 0, 1], 3, 3],
  ['lsi-sas1068', ['flush', 0, 1], 2, 1],
];

test.each(accesses)('accesses of %s: %j', (device, load, reads, writes) => {
  expect(run(device, load).accesses).toEqual({ reads, writes });
});

/** By the pin, for one request of 4 KiB and for a flush. */
test.each([
  ['ahci', 3, 4, 3, 3],
  ['nvme', 0, 2, 0, 2],
  ['pvscsi', 1, 2, 1, 2],
  ['virtio-blk', 1, 1, 1, 1],
] as const)('accesses of %s by INTx', (device, reads, writes, flushReads, flushWrites) => {
  const pin = { interrupts: 'intx' };
  expect(run(device, ['read', 4, 1], pin).accesses).toEqual({ reads, writes });
  const flush = { reads: flushReads, writes: flushWrites };
  expect(run(device, ['flush', 0, 1], pin).accesses).toEqual(flush);
});

/**
 * By messages, for one request of 4 KiB and for a flush: of the LSI controller as traced with mpt_msi_enable_sas=1, of
 * the others as their drivers' source has it, since QEMU's models do not have them.
 */
test.each([
  ['lsi-sas1068', 'msi', 2, 1, 2, 1],
  ['ahci', 'msi-per-port', 2, 3, 2, 2],
  ['ahci', 'msix', 2, 3, 2, 2],
  ['nvme', 'msi', 0, 2, 0, 2],
  ['pvscsi', 'msix', 0, 1, 0, 1],
] as const)(
  'accesses of %s by %s',
  (device, interrupts, reads, writes, flushReads, flushWrites) => {
    expect(run(device, ['read', 4, 1], { interrupts }).accesses).toEqual({ reads, writes });
    const flush = { reads: flushReads, writes: flushWrites };
    expect(run(device, ['flush', 0, 1], { interrupts }).accesses).toEqual(flush);
  },
);

test('a message of the LSI controller is acknowledged without the exit that the pin takes on KVM', () => {
  const exits = (interrupts: string) =>
    runRequest({ architecture: 'kvm', device: 'lsi-sas1068', interrupts }).totals.vmExits;
  const [pin, message] = [exits('intx'), exits('msi')];
  expect(message).toEqual({ guest: pin['guest']! - 1 });
});
