/**
 * Goal: a paravirtual adapter sends and receives no less than an emulated one of the same host, loses no more, and
 * takes no more of the guest's processor for a frame, from one frame to more than the host can carry. Method: both
 * adapters under the same loads; what a source or a named cause says to be otherwise stands in a table.
 */
import { describe, expect, test } from 'vitest';
import { drivers } from '#engine/drivers/index.ts';
import { parameter, runRequest } from '#engine/execute.ts';
import type { Request } from '#engine/index.ts';

const hosts = [
  { architecture: 'esxi', paravirtual: 'vmxnet3', emulated: 'e1000' },
  { architecture: 'hyper-v', paravirtual: 'netvsc', emulated: 'dec21140' },
  { architecture: 'kvm', paravirtual: 'virtio-net', emulated: 'e1000' },
  { architecture: 'xen', paravirtual: 'xen-netfront', emulated: 'e1000' },
] as const;

const rates = [1000, 10_000, 50_000, 200_000, 500_000, 1_000_000];
const bursts = [1, 8, 64, 512, 5000];
const sizes = [64, 1514, 65_536];
/** Frames beyond which a load of large messages says nothing new. */
const mostLarge = 300;

/** Where the direction is another one or cannot be compared, and why. */
const exceptions: readonly {
  readonly architecture: string;
  readonly operation: string;
  readonly measure: Measure;
  /** The size for which it holds; all where it does not say. */
  readonly bytes?: number;
  readonly why: string;
}[] = [
  {
    architecture: 'xen',
    operation: 'tx',
    measure: 'time',
    bytes: 65_536,
    why: 'netfront hands a large message over in frames of 1,514 bytes, each in a page that is mapped and unmapped: three times the pages that e1000’s large frame takes',
  },
  {
    architecture: 'kvm',
    operation: 'rx',
    measure: 'processor time',
    why: 'e1000 interrupts once in 128 us at the most (QEMU’s mitigation), virtio-net has no coalescing of its own',
  },
];

/** Frames of a message that the driver cannot hand over in one: each takes a place in the guest’s queue. */
const segmentsItself = (device: string): boolean =>
  drivers.some(
    (driver) =>
      driver.device === device && driver.kind === 'network' && driver.largeSend !== undefined,
  );

/** The worker process of an emulated adapter is a second processor of the host; the VSP gets one for it. */
const asManyProcessors: Readonly<Record<string, Request['parameters']>> = {
  'hyper-v': { 'driver-contexts': 2 },
};

/** Interrupts that are held back end a load later, by the gap between two of them. */
const heldBackNs: Readonly<Record<string, number>> = {
  esxi: parameter('esxi.coalescing-gap').value,
};

type Measure = 'time' | 'loss' | 'processor time';

function measured(request: Request): Readonly<Record<Measure, number>> & { done: number } {
  const { totals, statistics } = runRequest({ ...request, window: 0 });
  const done = totals.requests - totals.lost;
  return {
    done,
    time: statistics.endNs,
    loss: totals.lost,
    'processor time': (statistics.guestUtilization * statistics.endNs) / Math.max(1, done),
  };
}

const loadsOf = (bytes: number): Partial<Request>[] => {
  const large = bytes > 9000;
  return [
    ...rates.map((rate) => ({ rate, count: large ? mostLarge : 2000 })),
    ...bursts.map((count) => ({
      pattern: 'burst',
      count: large ? Math.min(count, mostLarge) : count,
    })),
  ];
};

describe.each(hosts)('$architecture: $paravirtual beside $emulated', (host) => {
  const { architecture, paravirtual, emulated } = host;
  const cases = ['tx', 'rx'].flatMap((operation) => sizes.map((bytes) => ({ operation, bytes })));

  test.each(cases)('$operation of $bytes bytes', ({ operation, bytes }) => {
    const isExcepted = (measure: Measure): boolean =>
      exceptions.some(
        (each) =>
          each.architecture === architecture &&
          each.operation === operation &&
          each.measure === measure &&
          (each.bytes ?? bytes) === bytes,
      );
    for (const load of loadsOf(bytes)) {
      const request = { architecture, operation, bytes, ...load };
      const parameters = operation === 'rx' ? (asManyProcessors[architecture] ?? {}) : {};
      const own = measured({ ...request, device: paravirtual, parameters });
      const other = measured({ ...request, device: emulated });
      const at = JSON.stringify(load);
      if (operation === 'rx' || bytes < 9000 || segmentsItself(paravirtual))
        expect(own.loss, `loss at ${at}`).toBeLessThanOrEqual(other.loss);
      // Who loses more is done earlier: time is compared for frames that were carried.
      const late = other.time * 1.01 + (heldBackNs[architecture] ?? 0);
      if (!isExcepted('time'))
        expect(own.time / own.done, `time at ${at}`).toBeLessThanOrEqual(late / other.done);
      if (!isExcepted('processor time'))
        expect(own['processor time'], `processor time at ${at}`).toBeLessThanOrEqual(
          1.01 * other['processor time'],
        );
    }
  });
});

test('every exception is one: its direction is the other one somewhere', () => {
  for (const { architecture, operation, measure, bytes = 1514, why } of exceptions) {
    const { paravirtual, emulated } = hosts.find((host) => host.architecture === architecture)!;
    const count = bytes > 9000 ? mostLarge : 5000;
    const load = { architecture, operation, bytes, pattern: 'burst', count };
    const own = measured({ ...load, device: paravirtual });
    const other = measured({ ...load, device: emulated });
    const perFrame = (each: typeof own): number =>
      measure === 'time' ? each.time / each.done : each[measure];
    expect(perFrame(own), why).toBeGreaterThan(perFrame(other));
  }
});

test('the VSP with one processor beside a model with two is overtaken, and has its reason', () => {
  const load = { architecture: 'hyper-v', operation: 'rx', pattern: 'burst', count: 5000 };
  const one = measured({ ...load, device: 'netvsc' });
  const two = measured({ ...load, device: 'netvsc', parameters: { 'driver-contexts': 2 } });
  const emulated = measured({ ...load, device: 'dec21140' });
  expect(one.done / one.time).toBeLessThan(emulated.done / emulated.time);
  expect(two.done / two.time).toBeGreaterThan(emulated.done / emulated.time);
});
