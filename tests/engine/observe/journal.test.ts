import { describe, expect, test } from 'vitest';
import { observed, runRequest } from '#engine/execute.ts';
import {
  bytesAt,
  type JournalEntry,
  setUp,
  structureNamed,
  type TraceEvent,
} from '#engine/index.ts';
import { cells, offered } from '../../support/requests.ts';
import { seenIn } from '../../support/watched-run.ts';

const devices = [...new Map(cells.map((cell) => [cell.device.id, cell])).values()];
const everything = { writes: true, reads: true, registers: true, interrupts: true };

const after = (entries: readonly JournalEntry[]): JournalEntry[] =>
  entries.filter(({ event }) => event !== setUp);

describe.each(devices)('$device.id', ({ architecture, device }) => {
  const operations = offered.filter(
    (one) => one.architecture === architecture && one.device === device.id,
  );

  test.each(operations)('$operation runs the same whether it is watched or not', (one) => {
    const request = { ...one, count: 4, pattern: 'burst' };
    expect(observed(request, everything).run).toEqual(runRequest(request));
  });

  test.each(operations)('$operation: the journal ends with the bytes that memory holds', (one) => {
    const request = { ...one, count: 4, pattern: 'burst' };
    const { run, journal } = observed(request);
    const { memory } = seenIn(request);
    const written = journal.entries.flatMap((entry) =>
      entry.kind === 'write' ? [[entry.structure, entry.index].join()] : [],
    );
    expect(journal.structures.map(({ at }) => at)).toEqual(memory.structures.map(({ at }) => at));
    for (const key of new Set(written)) {
      const [structure, index] = key.split(',').map(Number) as [number, number];
      const { at, stride, layout } = journal.structures[structure]!;
      const { bytes } = bytesAt(journal, { structure, index }, run.trace.length);
      expect([...bytes]).toEqual([...memory.bytes(at + index * stride, layout.bytes)]);
    }
  });

  test('nothing belongs to an event that begins later, and the guest’s code to events of the guest', () => {
    const { run, journal } = observed({ architecture, device: device.id, count: 4 }, everything);
    const entries = after(journal.entries);
    const wrong = entries.filter((entry) => {
      const event: TraceEvent = run.trace[entry.event]!;
      const byDriver = (entry.kind === 'write' || entry.kind === 'read') && entry.by === 'driver';
      return event.at > entry.at || (byDriver && event.domain !== 'guest');
    });
    expect(wrong).toEqual([]);
    expect(entries.length).toBeGreaterThan(0);
  });

  test('registers are noted as the trace has them', () => {
    const { run, journal } = observed({ architecture, device: device.id, count: 2 });
    const noted = after(journal.entries).flatMap((entry) =>
      entry.kind === 'register' ? [[entry.op, entry.register, entry.value]] : [],
    );
    const traced = run.trace.flatMap((event) => {
      if (event.kind !== 'access') return [];
      const { op, register, value, times } = event.access;
      return Array.from({ length: times }, () => [op, register, value]);
    });
    expect(noted).toEqual(traced);
  });
});

describe('a frame on the legacy network adapter', () => {
  const { run, journal } = observed({ architecture: 'hyper-v', device: 'dec21140' });
  const descriptor = { structure: structureNamed(journal, 'transmit ring'), index: 0 };
  const names = (event: number): string[] =>
    bytesAt(journal, descriptor, event).changed.map(({ name }) => name);
  const written = journal.entries.filter(
    (entry) =>
      entry.kind === 'write' && entry.structure === descriptor.structure && entry.event !== setUp,
  );

  test('the driver fills the descriptor with the step that says so, and the device gives it back', () => {
    const [filled, back] = [written[0]!.event, written.at(-1)!.event];
    expect(run.trace[filled]!.activity.sentence).toContain('fills a transmit descriptor');
    expect(names(filled)).toEqual(['TDES0', 'TDES1', 'TDES2']);
    expect(bytesAt(journal, descriptor, filled).bytes[3]).toBe(0x80);
    expect(bytesAt(journal, descriptor, filled - 1).bytes[3]).toBe(0);
    expect(back).toBeGreaterThan(filled);
    expect(names(back)).toEqual(['TDES0']);
    expect(bytesAt(journal, descriptor, back).bytes[3]).toBe(0);
    expect(names(back + 1)).toEqual([]);
  });

  test('both writes of the owner’s bit are publications, by driver and device', () => {
    const shown = written.flatMap((entry) =>
      entry.kind === 'write' && entry.publishes ? [entry.by] : [],
    );
    expect(shown).toEqual(['driver', 'device']);
  });

  test('the line rises once, and falls when the guest acknowledges', () => {
    const levels = after(journal.entries).filter((entry) => entry.kind === 'line');
    expect(levels.map(({ raised }) => raised)).toEqual([true, false]);
    const fall = run.trace[levels[1]!.event]!;
    expect(fall.phase).toBe('interrupt');
  });
});

test('PCnet’s data port is noted with the register behind it', () => {
  const { journal } = observed({ architecture: 'esxi', device: 'pcnet32' });
  const through = after(journal.entries).flatMap((entry) =>
    entry.kind === 'register' && entry.register === 'RDP' ? [`${entry.op} ${entry.behind}`] : [],
  );
  expect(through).toEqual([
    'write CSR0',
    'read CSR0',
    'write CSR0',
    'read CSR3',
    'write CSR3',
    'read CSR3',
    'write CSR3',
    'write CSR0',
  ]);
});

describe('what is asked for is written down, and nothing else', () => {
  const kindsOf = (wanted: Parameters<typeof observed>[1]): string[] => {
    const { journal } = observed({ architecture: 'esxi', device: 'e1000' }, wanted);
    return [...new Set(journal.entries.map(({ kind }) => kind))].sort();
  };
  test.each([
    [{}, []],
    [{ writes: true }, ['write']],
    [{ reads: true }, ['read']],
    [{ registers: true }, ['register']],
    [{ interrupts: true }, ['line']],
    [undefined, ['line', 'register', 'write']],
  ])('%j: %j', (wanted, kinds) => {
    expect(kindsOf(wanted)).toEqual(kinds);
  });
});

test('a name that nothing has is told with the names that there are', () => {
  const { journal } = observed({ architecture: 'esxi', device: 'e1000' });
  expect(() => structureNamed(journal, 'x')).toThrow(
    "no structure is named 'x': use transmit ring, receive ring",
  );
  expect(() => bytesAt(journal, { structure: 0, index: 256 }, 0)).toThrow('no structure 0');
});

test('the journal ends where a window of the trace ends', () => {
  const { run, journal } = observed({
    architecture: 'esxi',
    device: 'e1000',
    count: 50,
    window: 40,
  });
  const end = Math.max(...run.trace.map(({ until }) => until));
  expect(Math.max(...journal.entries.map(({ at }) => at))).toBeLessThanOrEqual(end);
});
