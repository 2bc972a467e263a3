/**
 * Goal: a flow changes by its rules, and nobody else's does. Method: each change, beside a fork that was taken
 * before.
 */
import { expect, test } from 'vitest';
import {
  announce,
  begin,
  enter,
  type Flow,
  follow,
  fork,
  forkLater,
  rejoin,
  resumeAs,
  runGuest,
  takeUp,
} from '#engine/host/flow.ts';
import type { Phase } from '#engine/vocabulary/trace.ts';

test.each<[string, (flow: Flow) => void, Flow]>([
  ['an event', (flow) => follow(flow, 9), { request: 1, phase: 'submit', cause: 9 }],
  ['a phase', (flow) => enter(flow, 'drive'), { request: 1, phase: 'drive', cause: 4 }],
  [
    'what it waited for',
    (flow) => rejoin(flow, begin(2, 'device', 7)),
    { request: 1, phase: 'submit', cause: 7 },
  ],
  [
    'its work done',
    (flow) => resumeAs(flow, begin(2, 'device', 7)),
    { request: 1, phase: 'device', cause: 7 },
  ],
  [
    'interrupt work',
    (flow) => runGuest(flow, 'interrupt'),
    { request: 1, phase: 'interrupt', cause: 4 },
  ],
  ['an announcement', announce, { request: 1, phase: 'notify', cause: 4 }],
  ['another request', (flow) => takeUp(flow, 3, -1), { request: 3, phase: 'submit', cause: -1 }],
])('%s changes the flow and no fork of it', (_, change, changed) => {
  const flow = begin(1, 'submit', 4);
  const before = fork(flow);
  change(flow);
  expect(flow).toEqual(changed);
  expect(before).toEqual({ request: 1, phase: 'submit', cause: 4 });
});

test.each<[Phase, Phase, Phase]>([
  ['cross', 'complete', 'complete'],
  ['interrupt', 'interrupt', 'interrupt'],
  ['answer', 'answer', 'complete'],
])('from the phase %s a flow enters %s, and a later fork is in %s', (from, entered, later) => {
  const flow = begin(1, from);
  expect(forkLater(flow, 'complete').phase).toBe(later);
  enter(flow, 'complete');
  expect(flow.phase).toBe(entered);
});

test('the guest announces what it submits, and nothing else', () => {
  const handler = begin(1, 'interrupt');
  announce(handler);
  expect(handler.phase).toBe('interrupt');
});
