/** Goal: a cursor goes where its stops are, and play ends. Method: a walk over plain numbers. */
import { describe, expect, test } from 'vitest';
import { actionForKey, actionIn, keysOf, performed } from '#components/widgets/kit/actions.ts';
import {
  atRest,
  type Playback,
  speeds,
  type Stepper,
  stepping,
  stopNumber,
  ticked,
} from '#components/widgets/kit/stepping.ts';

interface State extends Playback {
  readonly at: number;
}
interface Given {
  readonly state: State;
  readonly stops: readonly number[];
}

const stepper: Stepper<Given, State> = {
  walk: ({ state, stops }) => ({ stops, at: state.at }),
  go: ({ state }, place) => ({ ...state, at: place ?? -1 }),
  landmarks: { noun: 'crossing', places: () => [4, 9] },
};
const actions = stepping(stepper);
const given = (at: number, stops: readonly number[] = [1, 4, 6, 9]): Given => ({
  state: { ...atRest, at },
  stops,
});
const after = (from: Given, ...ids: readonly string[]): State =>
  ids.reduce((state, id) => performed(actions, id, { ...from, state }) ?? state, from.state);

describe('steps', () => {
  test('stop at each stop once, and go back the same way', () => {
    expect(after(given(-1), 'forward').at).toBe(1);
    expect(after(given(-1), 'forward', 'forward', 'forward').at).toBe(6);
    expect(after(given(9), 'back', 'back').at).toBe(4);
  });

  test('at the ends there is no step on, and none to where the cursor is', () => {
    expect(performed(actions, 'forward', given(9))).toBeUndefined();
    expect(performed(actions, 'back', given(1))).toBeUndefined();
    expect(performed(actions, 'first', given(1))).toBeUndefined();
    expect(after(given(1), 'last').at).toBe(9);
    expect(after(given(9), 'first').at).toBe(1);
  });

  test('between stops a step goes to the next one in its direction', () => {
    expect(after(given(5), 'forward').at).toBe(6);
    expect(after(given(5), 'back').at).toBe(4);
  });

  test('landmarks are reached one after another', () => {
    expect(after(given(-1), 'next-landmark', 'next-landmark').at).toBe(9);
    expect(after(given(9), 'previous-landmark').at).toBe(4);
    expect(actionIn(actions, 'next-landmark').label).toBe('Next crossing');
    const without = stepping<Given, State>({ walk: stepper.walk, go: stepper.go });
    expect(() => actionIn(without, 'next-landmark')).toThrow("no action 'next-landmark'");
  });

  test('the whole picture takes the cursor away, if there is one', () => {
    expect(after(given(4), 'clear').at).toBe(-1);
    expect(performed(actions, 'clear', given(-1))).toBeUndefined();
  });

  test('with nothing to walk through there is nothing to do', () => {
    for (const { id, when } of actions)
      if (!['speed', 'next-landmark'].includes(id)) expect(when(given(-1, [])), id).toBe(false);
  });

  test('are numbered from 1; between stops the last one counts', () => {
    expect([-1, 0, 1, 5, 9].map((at) => stopNumber({ stops: [1, 4, 6, 9], at }))).toEqual([
      0, 0, 1, 2, 4,
    ]);
  });
});

describe('play', () => {
  test('goes on from the cursor to the end, and stops there', () => {
    let state = after(given(4), 'play');
    expect(state).toMatchObject({ playing: true, at: 6 });
    state = ticked(stepper, { ...given(0), state });
    expect(state).toMatchObject({ playing: true, at: 9 });
    state = ticked(stepper, { ...given(0), state });
    expect(state).toMatchObject({ playing: false, at: 9 });
  });

  test('begins again at the end, and ends by a pause or any step', () => {
    expect(after(given(9), 'play').at).toBe(1);
    expect(after(given(1), 'play', 'pause')).toMatchObject({ playing: false, at: 4 });
    expect(after(given(1), 'play', 'forward').playing).toBe(false);
    expect(performed(actions, 'pause', given(1))).toBeUndefined();
  });

  test('has its speeds in a round, and moves nothing by it', () => {
    const rounds = speeds.map((_, count) =>
      after(given(4), ...Array.from({ length: count }, () => 'speed')),
    );
    expect(new Set(rounds.map(({ speed }) => speed))).toEqual(new Set(speeds));
    expect(rounds.every(({ at }) => at === 4)).toBe(true);
  });
});

describe('the table', () => {
  test('a key is one action, and only in its moment', () => {
    expect(actionForKey(actions, 'ArrowRight', given(-1))?.id).toBe('forward');
    expect(actionForKey(actions, 'ArrowRight', given(9))).toBeUndefined();
    const keys = actions.flatMap(({ key }) => key ?? []);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('tells its keys in words', () => {
    expect(keysOf(actions)).toContainEqual({ key: '→', does: 'one step on' });
    expect(keysOf(actions)).toContainEqual({ key: 'Page Down', does: 'Next crossing' });
  });
});
