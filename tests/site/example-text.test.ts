import { expect, test } from 'vitest';
import { exampleText } from '#site/example-text.ts';

const source = `export default function run() {
  // #region inner
  const a = 1;
  if (a) {
    b();
  }
  // #endregion inner
}
`;

test('the whole file is shown without its markers', () => {
  expect(exampleText(source)).toBe(
    'export default function run() {\n  const a = 1;\n  if (a) {\n    b();\n  }\n}',
  );
});

test('a region is shown alone, from the left edge', () => {
  expect(exampleText(source, 'inner')).toBe('const a = 1;\nif (a) {\n  b();\n}');
});

test('a region must begin and end', () => {
  expect(() => exampleText(source, 'outer')).toThrow('no region "outer"');
  expect(() => exampleText('// #region a\n', 'a')).toThrow('no region "a"');
});
