import { describe, expect, test } from 'vitest';
import { actionForKey, actionIn, performed } from '#components/widgets/kit/actions.ts';
import { ticked } from '#components/widgets/kit/stepping.ts';
import {
  actions,
  type Context,
  position,
  stepper,
  stops,
} from '#components/widgets/flow-explorer/actions.ts';
import {
  columnAt,
  crossingColumns,
  nameOf,
  stepIndexAt,
} from '#components/widgets/flow-explorer/duel.ts';
import { initialState } from '#components/widgets/flow-explorer/state.ts';
import { duels } from '#figures/index.ts';
import { duelFor, duelNamed, setupNamed } from './duels.ts';

const start = (id = 'duel', oneLane = false): Context => ({
  state: initialState(setupNamed(id)),
  duel: duelNamed(id),
  oneLane,
});

const given = (context: Context, ...ids: readonly string[]): Context =>
  ids.reduce((now, id) => ({ ...now, state: performed(actions, id, now) ?? now.state }), context);
const can = (context: Context, id: string): boolean => actionIn(actions, id).when(context);

describe('steps', () => {
  test('lead through every column once, and back', () => {
    const seen: number[] = [];
    let context = start();
    while (can(context, 'forward')) {
      context = given(context, 'forward');
      seen.push(position(context));
    }
    expect(seen).toEqual(context.duel!.columns.map((_, index) => index));
    while (can(context, 'back')) {
      context = given(context, 'back');
      expect(position(context)).toBe(seen.at(-2));
      seen.pop();
    }
  });

  test('in a view of one lane stop where that lane has a step', () => {
    const context = { ...start('duel', true) };
    const lead = { ...context, state: { ...context.state, lead: 1 } };
    expect(stops(lead)).toHaveLength(context.duel!.lanes[1]!.path.length);
  });

  test('first, last and clear', () => {
    const context = start();
    expect(position(given(context, 'last'))).toBe(context.duel!.columns.length - 1);
    expect(position(given(context, 'last', 'first'))).toBe(0);
    expect(given(context, 'last', 'clear').state.cursor).toBeNull();
    expect(can(context, 'clear')).toBe(false);
  });
});

describe('crossings', () => {
  test.each([...duels])('of %s are as many as the ledger counts', (_, { setup }) => {
    const duel = duelFor(setup);
    duel.lanes.forEach(({ run }, lane) =>
      expect(crossingColumns(duel, lane)).toHaveLength(run.totals.lineCrossings),
    );
  });

  test('are stopped at one after another', () => {
    let context = start();
    let count = 0;
    while (can(context, 'next-landmark')) {
      context = given(context, 'next-landmark');
      count++;
    }
    expect(count).toBe(context.duel!.lanes[0]!.run.totals.lineCrossings);
  });
});

test('a lead without a hypervisor borrows the crossings of the other lanes', () => {
  const context = given(start('native-and-virtual'), 'next-landmark');
  expect(position(context)).toBeGreaterThan(0);
});

describe('play', () => {
  test('goes to the end and stops', () => {
    let context = given(start(), 'play');
    expect(context.state.playing).toBe(true);
    for (let ticks = 0; context.state.playing && ticks < 1000; ticks++) {
      context = { ...context, state: ticked(stepper, context) };
    }
    expect(context.state.playing).toBe(false);
    expect(position(context)).toBe(context.duel!.columns.length - 1);
    expect(position(given(context, 'play'))).toBe(0);
  });

  test('a step by hand ends it', () => {
    expect(given(start(), 'play', 'forward').state.playing).toBe(false);
  });
});

describe('the cursor', () => {
  test('finds its place by name, and the last one before it where the name is not there', () => {
    const duel = duelNamed('duel');
    duel.columns.forEach((column, index) => expect(columnAt(duel, nameOf(column))).toBe(index));
    const notify = duel.columns.findLastIndex(({ phase }) => phase === 'notify');
    expect(columnAt(duel, 'r1.notify.99')).toBe(notify);
    expect(columnAt(duel, null)).toBe(-1);
  });

  test('shows each lane at its last step at or before the column', () => {
    const duel = duelNamed('duel');
    const last = duel.columns.length - 1;
    duel.lanes.forEach((lane, index) =>
      expect(stepIndexAt(duel, index, last)).toBe(lane.path.length - 1),
    );
  });
});

describe('the table of actions', () => {
  test('has one command a key, none of them a letter', () => {
    const keys = actions.flatMap(({ key }) => key ?? []);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.filter((key) => key.length === 1)).toEqual([]);
  });

  test('does nothing while runs are computed', () => {
    const waiting: Context = { ...start(), duel: null };
    expect(actionForKey(actions, 'ArrowRight', waiting)).toBeUndefined();
    expect(performed(actions, 'forward', waiting)).toBeUndefined();
  });

  test('documented steps only changes what is faint, and neither steps nor counts', () => {
    const context = given(start(), 'documented-only');
    expect(context.state.documentedOnly).toBe(true);
    const { lanes, undocumented } = context.duel!;
    const steps = lanes.flatMap((lane) => lane.steps);
    expect(undocumented).toBeGreaterThan(0);
    expect(undocumented).toBeLessThan(steps.length);
    expect(given(context, 'documented-only').state).toEqual(start().state);
  });
});
