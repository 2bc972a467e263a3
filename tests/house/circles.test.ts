import { expect, test } from 'vitest';
import { files, importsOf, resolve, type SourceFile } from './files.ts';

/** Files that lead to each other by imports: the strongly connected parts of the graph, after Tarjan. */
function circlesIn(sources: readonly SourceFile[]): string[][] {
  const paths = new Set(sources.map(({ path }) => path));
  const imports = new Map(
    sources.map((file) => [
      file.path,
      importsOf(file)
        .map(({ specifier }) => resolve(file.path, specifier) ?? '')
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

test('the files of the engine import each other in no circle, types included', () => {
  expect(circlesIn(engine)).toEqual([]);
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
