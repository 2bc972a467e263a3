import { describe, expect, test } from 'vitest';
import { devices } from '#engine/execute.ts';
import { field, layout, type SharedLayout, type Structure } from '#engine/memory/layout.ts';
import { type MemoryWrite, type Seen, seenIn } from '../../support/watched-run.ts';
import { cells } from '../../support/requests.ts';

const modules: Readonly<Record<string, object>> = import.meta.glob('/src/engine/memory/*.ts', {
  eager: true,
});

const isLayout = (value: unknown): value is SharedLayout =>
  typeof value === 'object' && value !== null && 'fields' in value && 'publishes' in value;

/** Every layout that the memory folder exports, with the file and name it has there. */
const layouts = Object.entries(modules).flatMap(([path, module]) =>
  Object.entries(module)
    .filter((entry): entry is [string, SharedLayout] => isLayout(entry[1]))
    .map(([name, rows]) => [`${path.split('/').at(-1)!} ${name}`, rows] as const),
);

/** The first byte of each field that another one covers too, or that lies outside. */
function faults({ fields, bytes: length }: SharedLayout): string[] {
  const taken = new Set<number>();
  return fields.flatMap(({ name, offset, bytes }) => {
    const own = Array.from({ length: bytes }, (_, index) => offset + index);
    const wrong = own.filter((at) => taken.has(at) || at < 0 || at >= length);
    for (const at of own) taken.add(at);
    return wrong.length > 0 ? [`${name} at ${wrong[0]}`] : [];
  });
}

test('the check sees a field that overlaps and one that sticks out', () => {
  const rows = layout('x', 8, {
    a: field(0, 4, 'a', ''),
    b: field(3, 1, 'b', ''),
    c: field(6, 4, 'c', ''),
  });
  expect(faults(rows)).toEqual(['b at 3', 'c at 8']);
});

describe.each(layouts)('%s', (_, rows) => {
  test('fields lie apart, inside, and have names of their own', () => {
    expect(faults(rows)).toEqual([]);
    expect(new Set(rows.fields.map(({ name }) => name)).size).toBe(rows.fields.length);
  });

  test('what is published is a field', () => {
    const offsets = rows.fields.map(({ offset }) => offset);
    for (const { offset } of rows.publishes) expect(offsets).toContain(offset);
  });
});

/** Where a write lies: the structure, and the offset in it; undefined where nothing is declared. */
function placeOf(at: number, structures: readonly Structure[]) {
  const structure = structures.find(
    ({ at: start, count, stride, layout: { bytes } }) =>
      at >= start && at < start + count * stride && (at - start) % stride < bytes,
  );
  return structure && { structure, offset: (at - structure.at) % structure.stride };
}

/** Writes of a run with a byte that no declared field covers. */
function strays({ writes, memory }: Seen): string[] {
  const stray = writes.filter(({ at, bytes }: MemoryWrite) =>
    Array.from({ length: bytes }, (_, index) => placeOf(at + index, memory.structures)).some(
      (place) =>
        place === undefined ||
        (place.structure.layout.fields.length > 0 &&
          !place.structure.layout.fields.some(
            (row) => place.offset >= row.offset && place.offset < row.offset + row.bytes,
          )),
    ),
  );
  const named = stray.map(({ at, bytes }) => {
    const place = placeOf(at, memory.structures);
    return place === undefined
      ? `${bytes} bytes at 0x${at.toString(16)}`
      : `${place.structure.name}: ${bytes} bytes at ${place.offset}`;
  });
  return [...new Set(named)];
}

describe.each(devices.map(({ id }) => id))('%s', (device) => {
  const operations = { network: ['tx', 'rx'], storage: ['read', 'write', 'flush'] } as const;
  const { kind } = devices.find(({ id }) => id === device)!;
  test.each(operations[kind])('every write of %s lands on a declared field', (operation) => {
    const { architecture } = cells.find((cell) => cell.device.id === device)!;
    const seen = seenIn({ architecture, device, operation, count: 6, pattern: 'burst' });
    expect(seen.run.totals.requests).toBe(6);
    expect(strays(seen)).toEqual([]);
  });
});
