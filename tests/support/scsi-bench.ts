/** Driver and model of a SCSI adapter on one memory; the test plays the host and its disk, step by step. */
import type { DeviceEntry, DeviceModel, Transfer } from '#engine/devices/device.ts';
import type {
  BlockCommand,
  Op,
  StorageDriver,
  StorageDriverEntry,
} from '#engine/drivers/driver.ts';
import { GuestMemory } from '#engine/memory/guest-memory.ts';
import type { InterruptMode } from '#engine/memory/interrupt.ts';
import { seededRandom } from '#engine/random.ts';
import { DirectKernel, RecordingHost } from './device-bench.ts';

/** Address of a page of data; no two pages are neighbours. */
export const dataPage = (number: number): number => 0x6000_0000 + number * 0x2000;

/** A read of one page, unless the rest says otherwise; its payload is 100 more than its tag. */
export const blockCommand = (tag: number, rest: Partial<BlockCommand> = {}): BlockCommand => ({
  payload: 100 + tag,
  kind: 'read',
  sector: 8 * tag,
  bytes: 4096,
  pages: [dataPage(tag)],
  tag,
  cpu: 0,
  ...rest,
});

/** A command over so many whole pages. */
export const pagesOf = (tag: number, pages: number, kind: 'read' | 'write'): BlockCommand =>
  blockCommand(tag, {
    kind,
    bytes: 4096 * pages,
    pages: Array.from({ length: pages }, (_, page) => dataPage(1000 + page)),
  });

export const flush = (tag: number): BlockCommand =>
  blockCommand(tag, { kind: 'flush', sector: 0, bytes: 0, pages: [] });

/** A kernel in whose work something may happen. */
class BusyKernel extends DirectKernel {
  meanwhile = (): void => undefined;
  override work(): Op {
    this.meanwhile();
    return super.work();
  }
}

export class ScsiBench {
  readonly memory: GuestMemory;
  readonly host: RecordingHost;
  readonly kernel: BusyKernel;
  readonly model: DeviceModel;
  readonly guest: StorageDriver;
  /** Accesses of the set-up. */
  readonly setUp: readonly string[];

  constructor(
    device: DeviceEntry,
    driver: StorageDriverEntry,
    interrupts: InterruptMode,
    doorbellThreshold = 1,
  ) {
    this.memory = new GuestMemory(device.memoryBytes);
    this.host = new RecordingHost(this.memory);
    this.kernel = new BusyKernel(this.memory, interrupts);
    const variant = device.variants[0]!;
    this.model = device.create(this.host, { variant, interrupts, doorbellThreshold });
    this.kernel.device = this.model;
    this.guest = driver.create(this.kernel);
    this.kernel.run(this.guest.open());
    this.setUp = this.kernel.accesses.splice(0);
  }

  submit(...commands: readonly BlockCommand[]): void {
    for (const each of commands) this.kernel.run(this.guest.submit(each, true));
  }

  /** Everything that the device finds. */
  takeAll(): Transfer[] {
    const taken: Transfer[] = [];
    for (let next = this.model.take(); next !== undefined; next = this.model.take())
      taken.push(next);
    return taken;
  }

  finish(...transfers: readonly Transfer[]): void {
    for (const transfer of transfers) this.model.finished(transfer);
  }

  interrupt(): void {
    this.kernel.run(this.guest.interrupt(0));
  }

  /** Commands from submission to completion with one interrupt; the accesses they took. */
  serve(...commands: readonly BlockCommand[]): string[] {
    this.submit(...commands);
    this.finish(...this.takeAll());
    this.interrupt();
    return this.kernel.accesses.splice(0);
  }
}

/**
 * Submits commands of random sizes while the disk finishes others in any order and interrupts come at any
 * time, also in the middle of a submission. Returns the tags in the order in which they were handed out and
 * in which they came back, and the payloads that the device found.
 */
export function runAtRandom(bench: ScsiBench, seed: number, depth: number) {
  const random = seededRandom(seed);
  const submitted: number[] = [];
  const found: number[] = [];
  const out: Transfer[] = [];
  const freeTags = Array.from({ length: depth }, (_, tag) => tag);
  let back = 0;
  let handling = false;
  const take = (): void => {
    for (const transfer of bench.takeAll()) {
      found.push(transfer.payload);
      out.push(transfer);
    }
  };
  const interrupt = (): void => {
    if (handling) return;
    handling = true;
    bench.interrupt();
    handling = false;
    freeTags.push(...bench.kernel.completedTags.slice(back));
    back = bench.kernel.completedTags.length;
  };
  const something = (): void => {
    if (random.below(3) === 0) take();
    if (out.length > 0) bench.finish(...out.splice(random.below(out.length), 1 + random.below(3)));
    if (random.below(3) === 0) interrupt();
  };
  bench.kernel.meanwhile = something;
  for (let left = 3000; left > 0; left--) {
    const tag = freeTags.splice(random.below(freeTags.length), 1)[0];
    if (tag === undefined) something();
    else {
      submitted.push(tag);
      const command =
        random.below(8) === 0 ? flush(tag) : pagesOf(tag, 1 + random.below(20), 'read');
      bench.submit({ ...command, payload: submitted.length });
    }
  }
  bench.kernel.meanwhile = () => undefined;
  take();
  bench.finish(...out.splice(0));
  interrupt();
  return { submitted, completed: bench.kernel.completedTags, found };
}

/** Bytes of memory as hexadecimal, in groups of four. */
export const hexadecimalBytes = (memory: GuestMemory, at: number, length: number): string =>
  [...memory.bytes(at, length)]
    .map((byte, index) => (index > 0 && index % 4 === 0 ? ' ' : '') + twoDigits(byte))
    .join('');

/** A 32-bit value as it stands in memory. */
export const littleEndian = (value: number): string =>
  [0, 8, 16, 24].map((by) => twoDigits((value >>> by) & 0xff)).join('');

const twoDigits = (byte: number): string => byte.toString(16).padStart(2, '0');
