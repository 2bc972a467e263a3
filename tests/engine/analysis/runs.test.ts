/** Laws of every run, on random scenarios of every pair that there is. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  passagesOf,
  patterns,
  type Operation,
  operationsOf,
  type Request,
  runRequest,
  stateAt,
  stepsOf,
} from '#engine/index.ts';
import { cells } from '../../support/requests.ts';

const pairs = cells.flatMap(({ architecture, device }) =>
  device.interrupts.flatMap((interrupts) =>
    operationsOf[device.kind].map((operation) => ({
      architecture,
      device: device.id,
      interrupts,
      operation,
    })),
  ),
);

/** Any size that the operation takes. */
const sizes = (operation: Operation): fc.Arbitrary<number> => {
  if (operation === 'flush') return fc.constant(0);
  const isBlock = operation === 'read' || operation === 'write';
  return isBlock
    ? fc.integer({ min: 1, max: 300 }).map((sectors) => sectors * 512)
    : fc.integer({ min: 60, max: operation === 'tx' ? 5000 : 1514 });
};

const anyRequest: fc.Arbitrary<Request> = fc.constantFrom(...pairs).chain((pair) =>
  fc
    .record({
      pattern: fc.constantFrom(...patterns),
      count: fc.integer({ min: 1, max: 30 }),
      batch: fc.integer({ min: 1, max: 6 }),
      bytes: sizes(pair.operation),
      seed: fc.nat(),
    })
    .map((load) => ({ ...pair, ...load })),
);

const law = (name: string, holds: (request: Request) => void): void =>
  test(name, () => fc.assert(fc.property(anyRequest, holds), { numRuns: 60 }));

describe('laws', () => {
  law('no request is lost or done twice while the rings have room', (request) => {
    const { trace, totals } = runRequest(request);
    const done = trace.flatMap((event) =>
      event.kind === 'request' && event.state === 'completed' ? [event.request] : [],
    );
    expect([...done].sort((a, b) => a - b)).toEqual(
      Array.from({ length: request.count! }, (_, index) => index + 1),
    );
    expect([totals.requests, totals.lost]).toEqual([request.count, 0]);
  });

  law('the same scenario gives the same run, byte for byte', (request) => {
    expect(JSON.stringify(runRequest(request))).toBe(JSON.stringify(runRequest(request)));
  });

  law('every event comes after its cause, and at no earlier time', (request) => {
    const { trace } = runRequest(request);
    for (const event of trace) {
      expect(event.cause).toBeLessThan(event.id);
      if (event.cause >= 0) expect(trace[event.cause]!.at).toBeLessThanOrEqual(event.at);
    }
  });

  law('every request has a path from its first step to its last', (request) => {
    for (const { from, to, path } of passagesOf(runRequest(request).trace)) {
      expect(path.length).toBeGreaterThan(2);
      expect(path[0]!.at).toBeGreaterThanOrEqual(from);
      const begins = request.operation === 'rx' ? ['device', 'process'] : ['submit'];
      expect(begins).toContain(path[0]!.phase);
      expect(path.at(-1)!.until).toBe(to);
    }
  });

  law('keys of steps are unique and causes point at steps', (request) => {
    const steps = stepsOf(runRequest(request));
    const keys = new Set(steps.map(({ key }) => key));
    expect(keys.size).toBe(steps.length);
    for (const { cause } of steps) if (cause !== null) expect(keys.has(cause)).toBe(true);
  });

  law('a replay of the whole trace ends with the guest running and no line raised', (request) => {
    const { trace, totals } = runRequest(request);
    expect(stateAt(trace, trace.length - 1)).toEqual({
      vcpuRuns: true,
      raised: [],
      submitted: totals.requests,
      served: totals.requests,
      completed: totals.requests,
      lost: 0,
    });
  });
});

test('an isolated request takes as long as the steps of its path, without a gap', () => {
  // The answer of an echo may wait for the processor, which reaps what it has sent; libata has interrupts off while it issues.
  const waits = ({ device, operation }: (typeof pairs)[number]): boolean =>
    operation === 'echo' || device.startsWith('ide-');
  for (const pair of pairs.filter((each) => !waits(each))) {
    const [passage] = passagesOf(runRequest(pair).trace);
    const { from, to, path } = passage!;
    path.forEach((event, index) => {
      if (index > 0) expect(event.at).toBe(path[index - 1]!.until);
    });
    expect(path.reduce((ns, event) => ns + event.until - event.at, 0)).toBe(to - from);
  }
});

test('a ring that is full drops what arrives and says so', () => {
  const { totals } = runRequest({
    architecture: 'reference',
    device: 'dec21140',
    operation: 'rx',
    count: 200,
    pattern: 'burst',
  });
  expect(totals.requests).toBe(200);
  expect(totals.lost).toBe(200 - 128);
});
