import { expect, test } from 'vitest';
import { files, importsOf, resolve, type SourceFile } from './files.ts';

/**
 * Circles that the engine still has, imports of types included, each by one file of it and with the reason. Add none:
 * a type that two files need stands in a third.
 */
const known: Readonly<Record<string, string>> = {
  'src/engine/parameters/parameter.ts':
    'the names of parameters are taken from the rows, and the rows are checked against the shape of a parameter',
  'src/engine/faults/fault.ts': 'an outcome carries the scenario that goes on after it',
  'src/engine/vocabulary/run.ts': 'a run carries what the analysis worked out',
};

/** Files that lead to each other by imports: the strongly connected parts of the graph, after Tarjan. */
function circlesIn(sources: readonly SourceFile[]): string[][] {
  const paths = new Set(sources.map(({ path }) => path));
  const imports = new Map(
    sources.map((file) => [
      file.path,
      importsOf(file)
        .map((specifier) => resolve(file.path, specifier) ?? '')
        .filter((path) => paths.has(path)),
    ]),
  );
  const order = new Map<string, number>();
  const earliest = new Map<string, number>();
  const open: string[] = [];
  const circles: string[][] = [];
  const visit = (path: string): number => {
    order.set(path, order.size);
    earliest.set(path, order.get(path)!);
    open.push(path);
    for (const next of imports.get(path)!) {
      const reached = !order.has(next)
        ? visit(next)
        : open.includes(next)
          ? order.get(next)!
          : Infinity;
      earliest.set(path, Math.min(earliest.get(path)!, reached));
    }
    if (earliest.get(path) === order.get(path)) {
      const circle = open.splice(open.indexOf(path));
      if (circle.length > 1) circles.push(circle.toSorted());
    }
    return earliest.get(path)!;
  };
  for (const path of paths) if (!order.has(path)) visit(path);
  return circles;
}

const engine = files.filter(({ path }) => path.startsWith('src/engine/'));

test('the files of the engine import each other in no circle', () => {
  const unknown = circlesIn(engine).filter((circle) => !circle.some((path) => path in known));
  expect(unknown).toEqual([]);
});

test('the circles that are known are still there', () => {
  const paths = circlesIn(engine).flat();
  expect(Object.keys(known).filter((path) => !paths.includes(path))).toEqual([]);
});

test('a circle is found, by way of a third file and of a type', () => {
  const file = (name: string, text: string): SourceFile => ({
    path: `src/engine/${name}.ts`,
    text,
  });
  const a = file('a', "import { b } from './b.ts';");
  const b = file('b', "import type { C } from './c.ts';");
  const c = file('c', "export { a } from './a.ts';");
  expect(circlesIn([a, b, c])).toEqual([[a.path, b.path, c.path]]);
  expect(circlesIn([a, b, file('c', '')])).toEqual([]);
});
