/**
 * Goal: frames that are sent back to back have the order of accesses of a real Linux: a poll ends before the next send
 * begins, and not before a list of frames has been handed over. Method: bursts, beside what one frame makes alone.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runRequest } from '#engine/execute.ts';
import { accessesOf, type Request } from '#engine/index.ts';
import { cells } from '../../support/requests.ts';

const accesses = (request: Request): string[] =>
  accessesOf(runRequest(request)).map((access) =>
    access.op === 'interrupt'
      ? 'interrupt'
      : `${access.op} ${access.name} ${access.value ?? ''} x ${access.times}`,
  );

/** Devices that send while the doorbell is written, and whose transmit path shows no index. */
test.each(['pcnet32', 'dec21140', 'virtio-net'])(
  '%s: a burst is what one frame makes, again and again',
  (device) => {
    const sent = { architecture: 'reference', device, pattern: 'burst' } as const;
    const one = accesses({ ...sent, count: 1 });
    for (const count of [2, 5, 16, 31]) {
      const expected = Array.from({ length: count }, () => one).flat();
      expect(accesses({ ...sent, count }), `${count} frames`).toEqual(expected);
    }
  },
);

/** What the PCnet driver does at CSR0 and CSR3: it sends, its handler masks, its poll enables. */
function phasesOf(request: Request): string[] {
  let selected = '';
  return accessesOf(runRequest(request)).flatMap((access) => {
    if (access.op !== 'write') return [];
    if (access.name === 'RAP') selected = access.value ?? '';
    else if (selected === '0x0' && access.value === '0x48') return ['sends'];
    else if (selected === '0x0' && access.value === '0x40') return ['enables'];
    else if (selected === '0x3' && access.value === '0x5f00') return ['masks'];
    return [];
  });
}

const withPcnet = cells.filter(({ device }) => device.id === 'pcnet32');

describe.each(withPcnet)('pcnet32 on $architecture', ({ architecture, device }) => {
  const anySend = fc.record({
    architecture: fc.constant(architecture),
    device: fc.constant(device.id),
    variant: fc.constantFrom(...device.variants),
    operation: fc.constantFrom('tx', 'echo'),
    pattern: fc.constantFrom('burst', 'spaced'),
    count: fc.integer({ min: 1, max: 40 }),
    bytes: fc.integer({ min: 60, max: 1514 }),
  });

  test('nothing is sent between the handler and the end of its poll', () => {
    fc.assert(
      fc.property(anySend, (request) => {
        const phases = phasesOf(request).join(' ');
        expect(phases).not.toMatch(/masks sends/);
        expect(phases).toMatch(/^(?:sends |masks enables ?)+$/);
      }),
      { numRuns: 25 },
    );
  });
});

test('a list is sent with polls off: the first one comes when the last frame has been handed over', () => {
  const lists = { count: 6, batch: 3, sentAs: 'list' } as const;
  const phases = phasesOf({ architecture: 'reference', device: 'pcnet32', ...lists });
  const list = ['sends', 'masks', 'sends', 'sends', 'enables'];
  // The causes of the frames after the first came after the handler's acknowledgement, and interrupt once more.
  const again = ['masks', 'enables'];
  expect(phases).toEqual([...list, ...again, ...list, ...again]);
});
