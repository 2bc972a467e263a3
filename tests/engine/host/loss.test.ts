/**
 * Goal: a frame that is lost was put nowhere in the guest, and cost only what was done up to there. Method: every
 * network adapter of every architecture, with frames lost for each reason there is.
 */
import { expect, test } from 'vitest';
import { runRequest } from '#engine/execute.ts';
import type { Run, TraceEvent } from '#engine/index.ts';
import { cells } from '../../support/requests.ts';

const bytes = 1514;
const adapters = cells.filter(({ device }) => device.kind === 'network');
const rx = { operation: 'rx', bytes };

/** Why frames are lost: the device's side takes nothing for a while, or the guest never empties its ring. */
const reasons = {
  'a back end that takes nothing': {
    ...rx,
    count: 20,
    rate: 300_000,
    faults: ['ring-full=100000'],
  },
  'a guest that takes nothing': {
    ...rx,
    count: 12_000,
    rate: 200_000,
    faults: ['lost-interrupt=1'],
    window: 1_000_000,
  },
} as const;
const cases = Object.keys(reasons).flatMap((reason) =>
  adapters.map(({ architecture, device }) => ({ reason, architecture, device: device.id })),
);

/** Requests in a state, as the trace says. */
const inState = ({ trace }: Run, wanted: string): Set<number> =>
  new Set(
    trace.flatMap((event) =>
      event.kind === 'request' && event.state === wanted ? [event.request] : [],
    ),
  );

/** What a copy says that ends in the guest's memory. */
const intoGuest = ({ kind, activity }: TraceEvent): boolean =>
  kind === 'copy' && /guest|packet buffer/.test(activity.sentence);

test.each(cases)('$architecture $device: with $reason', ({ reason, architecture, device }) => {
  const run = runRequest({ architecture, device, ...reasons[reason as keyof typeof reasons] });
  const lost = inState(run, 'lost');
  expect(lost.size).toBeGreaterThan(0);
  expect(run.totals.lost).toBe(lost.size);
  const ofLost = run.trace.filter(
    (event) => lost.has(event.request) && event.kind !== 'request' && event.phase === 'process',
  );
  expect(ofLost.filter(intoGuest)).toEqual([]);
  expect(ofLost.filter(({ kind }) => kind === 'ring')).toEqual([]);
  // Every frame that was not lost was put into the guest once: by a copy, or by the card itself.
  const served = inState(run, 'served');
  expect([...served].filter((request) => lost.has(request))).toEqual([]);
  expect(served.size + lost.size).toBe(run.totals.requests);
});

test('a lost frame is copied by nobody where the device model copies', () => {
  const { totals } = runRequest({
    architecture: 'esxi',
    device: 'vmxnet3',
    ...reasons['a back end that takes nothing'],
  });
  const delivered = totals.requests - totals.lost;
  expect(totals.lost).toBeGreaterThan(0);
  expect(totals.copies).toBe(delivered);
  expect(totals.bytesCopied).toBe(delivered * bytes);
});
