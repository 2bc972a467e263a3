import { describe, expect, test } from 'vitest';
import {
  alongPoints,
  lengthTo,
  partOf,
  pointAfter,
  wayOf,
} from '#components/widgets/kit/motion/way.ts';

const stops = [
  { index: 0, x1: 0, x2: 20, y: 0 },
  { index: 1, x1: 20, x2: 40, y: 30 },
  { index: 4, x1: 40, x2: 60, y: 30 },
];
const way = wayOf(stops);

describe('a way along plateaus', () => {
  test('goes level, up or down where a step begins, and level again', () => {
    const corners = partOf(way, lengthTo(way, 0)!, lengthTo(way, 1)!);
    expect(corners.map(({ x, y }) => [x, y])).toEqual([
      [10, 0],
      [20, 0],
      [20, 30],
      [30, 30],
    ]);
    expect(corners.map(({ offset }) => offset)).toEqual([0, 0.2, 0.8, 1]);
  });

  test('leads back over the same corners', () => {
    const there = partOf(way, lengthTo(way, 0)!, lengthTo(way, 4)!);
    const back = partOf(way, lengthTo(way, 4)!, lengthTo(way, 0)!);
    expect(back.toReversed().map(({ x, y }) => [x, y])).toEqual(there.map(({ x, y }) => [x, y]));
  });

  test('can be taken up anywhere', () => {
    expect(partOf(way, 25, lengthTo(way, 1)!)[0]).toMatchObject({ x: 20, y: 15 });
  });

  test('ends at the last step drawn, where steps are folded', () => {
    expect(lengthTo(way, 3)).toBe(lengthTo(way, 1));
    expect(lengthTo(way, -1)).toBeUndefined();
  });
});

test('a place on a way is found by its share', () => {
  const points = alongPoints([
    { x: 0, y: 0 },
    { x: 30, y: 0 },
    { x: 30, y: 10 },
  ]);
  expect(pointAfter(points, 0)).toMatchObject({ x: 0, y: 0 });
  expect(pointAfter(points, 0.5)).toMatchObject({ x: 20, y: 0 });
  expect(pointAfter(points, 1)).toMatchObject({ x: 30, y: 10 });
});
