/**
 * Goal: a processor waits for a port and not for a write to memory. Method: every device on the bare machine; when
 * does the guest run again after it wrote a register?
 */
import { describe, expect, test } from 'vitest';
import { devices, runRequest } from '#engine/execute.ts';
import { operationsOf, type TraceEvent } from '#engine/index.ts';
import { cells } from '../../support/requests.ts';

/** By label of a written register: whether the guest ran again in no time, at every write of it. */
function writtenOn(device: string, operation: string): Map<string, Set<boolean>> {
  const { trace } = runRequest({ architecture: 'native', device, operation, count: 3 });
  const written = new Map<string, Set<boolean>>();
  for (const [index, event] of trace.entries()) {
    if (event.kind !== 'access' || event.access.op !== 'write') continue;
    const { register } = event.access;
    written.set(register, (written.get(register) ?? new Set()).add(runsAtOnce(trace, index)));
  }
  return written;
}

/** The guest stops when the access leaves it, and runs again when it may go on. */
function runsAtOnce(trace: readonly TraceEvent[], access: number): boolean {
  const after = trace.slice(access).filter((event) => event.kind === 'vcpu');
  const stopped = after.find(({ running }) => !running)!;
  const running = after.find((event) => event.running && event.id > stopped.id)!;
  return running.at === stopped.at;
}

const native = cells.filter(({ architecture }) => architecture === 'native');

describe.each(native.map(({ device }) => device))('$id', ({ id, kind, registers }) => {
  test.each(operationsOf[kind])('%s', (operation) => {
    const space = new Map(registers.map((register) => [register.name, register.space]));
    for (const [register, atOnce] of writtenOn(id, operation))
      expect([register, [...atOnce]]).toEqual([register, [space.get(register) === 'memory']]);
  });
});

test('ports are those of the chips that came before memory-mapped registers', () => {
  const withPorts = devices.filter(({ registers }) =>
    registers.some(({ space }) => space === 'ports'),
  );
  expect(withPorts.map(({ id }) => id).toSorted()).toEqual([
    'dec21140',
    'ide-dma',
    'ide-pio',
    'pcnet32',
  ]);
});
