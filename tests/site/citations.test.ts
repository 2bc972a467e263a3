import { expect, test } from 'vitest';
import { citationsOf } from '#site/citations.ts';

test('sources are numbered by their first citation, with the places of all', () => {
  const body = `A <Cite id="b" at="section 2" />, B <Cite id="a" /> and again
    <Cite
      id="b"
      at="table 1"
    /> <Cite at="section 2" id="b" />. <Citation id="c" />`;
  expect(citationsOf(body)).toEqual([
    { id: 'b', places: ['section 2', 'table 1'] },
    { id: 'a', places: [] },
  ]);
});
