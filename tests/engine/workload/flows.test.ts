/**
 * Goal: a flow keeps its queue, and only who says so sends lists. Method: loads of one and of several flows on drivers
 * with queues, and batches sent both ways on every driver that listens to xmit_more.
 */
import { describe, expect, test } from 'vitest';
import { runRequest, scenarioFor } from '#engine/execute.ts';
import { type Request, ScenarioError } from '#engine/index.ts';

const netvsc = { architecture: 'hyper-v', device: 'netvsc' } as const;

describe('flows', () => {
  const received = (more: Partial<Request>) =>
    runRequest({ ...netvsc, operation: 'rx', count: 2000, rate: 200_000, window: 0, ...more });

  test('one flow uses one channel, however many processors there are', () => {
    const one = received({});
    const eight = received({ processors: 8 });
    expect(eight.totals.interrupts).toEqual(one.totals.interrupts);
    expect(eight.totals.hypercalls).toEqual(one.totals.hypercalls);
  });

  test('several flows use as many channels, and share them where there are fewer', () => {
    const rings = (flows: number, processors: number): number => {
      const { trace } = runRequest({ ...netvsc, count: 16, flows, processors });
      const used = trace.flatMap((event) =>
        event.kind === 'ring' && event.ring.startsWith('to host') ? [event.ring] : [],
      );
      return new Set(used).size;
    };
    expect([rings(1, 8), rings(3, 8), rings(8, 8), rings(8, 2)]).toEqual([1, 3, 8, 2]);
  });

  test('interrupts of several channels are more than of one', () => {
    const interrupts = (flows: number) =>
      received({ processors: 8, flows }).totals.interrupts['guest']!;
    expect(interrupts(8)).toBeGreaterThan(interrupts(1));
  });

  test('are refused where there are none', () => {
    const asked = { architecture: 'hyper-v', device: 'storvsc', flows: 2 };
    expect(() => scenarioFor(asked)).toThrow(ScenarioError);
    expect(() => scenarioFor(asked)).toThrow("leave out flows '2'");
  });
});

describe('a batch', () => {
  const sent = (device: string, architecture: string, sentAs: 'calls' | 'list') =>
    runRequest({ architecture, device, count: 8, batch: 8, sentAs }).totals;

  test.each([
    ['native', 'e1000'],
    ['reference', 'virtio-net'],
  ])('%s %s: calls ring for each frame, a list once', (architecture, device) => {
    expect(sent(device, architecture, 'calls').doorbells).toBeGreaterThan(1);
    expect(sent(device, architecture, 'list').doorbells).toBe(1);
  });

  test('netvsc puts the frames of a list into one section, and those of calls into their own', () => {
    const load = { ...netvsc, count: 400, batch: 8 } as const;
    const interrupts = (sentAs: 'calls' | 'list'): number =>
      runRequest({ ...load, sentAs }).totals.interrupts['guest']!;
    expect(interrupts('list')).toBeLessThan(interrupts('calls'));
  });

  test.each(['vmxnet3', 'sriov-vf'])('%s rings alike: its driver does not listen', (device) => {
    const { doorbells } = sent(device, 'esxi', 'calls');
    expect(sent(device, 'esxi', 'list').doorbells).toBe(doorbells);
  });

  test.each([
    [
      { architecture: 'hyper-v', device: 'netvsc', operation: 'rx', sentAs: 'list' },
      'rx sends none',
    ],
    [{ architecture: 'hyper-v', device: 'storvsc', sentAs: 'list' }, 'read sends none'],
    [{ ...netvsc, sentAs: 'bursts' }, "unknown way to send 'bursts': use calls, list"],
  ])('%j is refused', (asked, reason) => {
    expect(() => scenarioFor(asked)).toThrow(reason);
  });
});
