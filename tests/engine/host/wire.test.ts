/**
 * Goal: a large send takes the wire for as long as the segments that it becomes. Method: times of the machine's wire,
 * and a load that keeps it busy, on every device that takes large sends.
 */
import { describe, expect, test } from 'vitest';
import { architectureOf, devices, driversOf, runRequest } from '#engine/execute.ts';
import { placementOf } from '#engine/architectures/architecture.ts';
import { Machine } from '#engine/host/machine.ts';
import { priceList } from '#engine/parameters/price-list.ts';
import { segmentBytes, segmentHeaderBytes } from '#engine/memory/segmentation.ts';

const segments = 45;
const large = segmentHeaderBytes + segments * segmentBytes;

test('the wire is taken for as long as by the segments one by one', () => {
  const platform = { architecture: 'native', scheduler: null, moves: [], policies: {} };
  const architecture = architectureOf(platform);
  const machine = new Machine(architecture, priceList({}));
  const placement = placementOf(
    architecture,
    devices.find(({ id }) => id === 'e1000')!,
  );
  const one = machine.wireTime(placement, segmentHeaderBytes + segmentBytes);
  expect(machine.wireTime(placement, large) / segments).toBeCloseTo(one, 0);
});

describe('a card that is never idle', () => {
  const takers = devices.filter((device) =>
    driversOf(device).some((driver) => driver.kind === 'network' && driver.largeSend !== undefined),
  );
  test.each(
    takers.map(({ id }) => ({ id, architecture: id.startsWith('netvsc') ? 'hyper-v' : 'kvm' })),
  )(
    '$architecture $id: data leave as fast in large sends as the wire carries their segments',
    ({ id, architecture }) => {
      const load = { count: 100, pattern: 'burst', bytes: large, window: 0 } as const;
      const { statistics } = runRequest({ architecture, device: id, ...load });
      const nsPerSend = 1e9 / statistics.throughputPerSecond;
      // 0.8 ns for each byte and for 24 bytes beside each frame.
      const wire = 0.8 * segments * (segmentBytes + segmentHeaderBytes + 24);
      expect(nsPerSend / wire).toBeGreaterThan(0.999);
      expect(nsPerSend / wire).toBeLessThan(1.1);
    },
  );
});
