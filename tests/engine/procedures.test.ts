/** Procedures are declared, not run: so what they say is held against sources, domains and each other. */
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { architectures, procedures } from '#engine/execute.ts';
import { hypercalls } from '#engine/procedures/hypercalls.ts';

const sources = new Set(readdirSync('content/sources').map((file) => file.replace(/\.yaml$/, '')));
const named = (id: string) => procedures.find((procedure) => procedure.id === id)!;
const placeOf = (procedure: string, step: string) => {
  const place = named(procedure).steps.findIndex(({ id }) => id === step);
  expect(place, `${procedure} has a step ${step}`).toBeGreaterThanOrEqual(0);
  return place;
};

test('ids are unique, and a variant is one of a procedure of the same kind', () => {
  const ids = procedures.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { variantOf, kind, architecture } of procedures)
    if (variantOf !== undefined) expect(named(variantOf)).toMatchObject({ kind, architecture });
});

test('every architecture with a procedure has one of each kind', () => {
  const kinds = procedures.map(({ architecture, kind }) => `${architecture} ${kind}`);
  expect(new Set(kinds)).toEqual(
    new Set(['hyper-v boot', 'hyper-v start-vm', 'esxi boot', 'esxi start-vm']),
  );
});

describe.each(procedures.map((procedure) => [procedure.id, procedure] as const))('%s', (_, it) => {
  const architecture = architectures.find(({ id }) => id === it.architecture)!;
  const ofArchitecture = architecture.domains.map(({ id }) => id);
  const own = it.domains.map(({ id }) => id);

  test('steps have ids of their own, a source that the book lists, and no full stop', () => {
    const ids = it.steps.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { source, sentence } of it.steps) {
      expect(sources, sentence).toContain(source);
      expect(sentence).toMatch(/^\S.*[^.\s]$/);
    }
  });

  test('only what was read in a primary source is called documented', () => {
    const evidenceOf = { high: 'documented', medium: 'inferred', low: 'assumed' };
    for (const { confidence, evidence, sentence } of it.steps)
      expect(evidence, sentence).toBe(evidenceOf[confidence]);
  });

  test('its own domains have no name of the architecture’s', () => {
    expect(own.filter((id) => ofArchitecture.includes(id))).toEqual([]);
  });

  test('a domain acts, and is called, only when it exists; the first to load or start one may name it', () => {
    const known = [...ofArchitecture, ...own];
    const existing = new Set(it.present);
    expect(known).toEqual(expect.arrayContaining([...existing]));
    for (const { domain, next, begins = [], sentence } of it.steps) {
      expect([...existing], sentence).toContain(domain);
      for (const id of begins) {
        expect(known, sentence).toContain(id);
        expect([...existing], `${sentence}: ${id} begins once`).not.toContain(id);
        existing.add(id);
      }
      if (next?.by === 'load') expect(known, sentence).toContain(next.to);
      else if (next) expect([...existing], sentence).toContain(next.to);
    }
  });

  test('a step follows what reached its domain, or one to which control returns', () => {
    const been = new Set<string>();
    let reached = it.steps[0]!.domain;
    for (const { domain, next, sentence } of it.steps) {
      expect([reached, ...been], sentence).toContain(domain);
      been.add(domain);
      reached = next?.to ?? domain;
      if (next?.by === 'hand-over' && next.to !== domain) been.delete(domain);
    }
  });

  test('hypercalls go to the hypervisor, and nothing else carries a code', () => {
    for (const { next } of it.steps) {
      expect(next?.hypercall !== undefined).toBe(next?.by === 'hypercall');
      if (next?.by === 'hypercall') expect(next.to).toBe('hypervisor');
    }
  });
});

test('hypercalls have the codes of the specification', () => {
  expect(Object.values(hypercalls)).toEqual([
    { name: 'HvCallCreatePartition', code: 0x40 },
    { name: 'HvCallInitializePartition', code: 0x41 },
    { name: 'HvCallSetPartitionProperty', code: 0x45 },
    { name: 'HvCallDepositMemory', code: 0x48 },
    { name: 'HvCallMapGpaPages', code: 0x4b },
    { name: 'HvCallInstallIntercept', code: 0x4d },
    { name: 'HvCallCreateVp', code: 0x4e },
    { name: 'HvCallSetVpRegisters', code: 0x51 },
  ]);
});

test('a partition is created, initialized, given memory and processors, and then released', () => {
  const called = named('start-vm-hyper-v').steps.flatMap(({ next }) =>
    next?.hypercall ? [next.hypercall.code] : [],
  );
  expect(called).toEqual([0x40, 0x45, 0x41, 0x48, 0x4e, 0x4b, 0x4d, 0x51, 0x51]);
});

test.each([
  // The worker process exists before its partition; the processor runs when all else is ready.
  ['start-vm-hyper-v', ['request-start', 'start-worker', 'create-partition', 'create-devices']],
  ['start-vm-hyper-v', ['load-firmware', 'offer-channels', 'release-processor', 'run-firmware']],
  ['start-vm-esxi', ['power-on', 'start-vmx', 'set-up-monitors', 'run-processor', 'run-firmware']],
  // Since 2012 the hypervisor runs before the Windows kernel; in 2008 it was the other way round.
  ['boot-hyper-v', ['launch-hypervisor', 'create-root', 'start-kernel', 'start-vmms']],
  ['boot-hyper-v-2008', ['start-kernel', 'launch-hypervisor', 'create-root', 'start-vmms']],
  [
    'boot-esxi',
    ['read-configuration', 'start-kernel', 'bind-drivers', 'start-init', 'start-hostd'],
  ],
])('%s keeps the order %j', (procedure, steps) => {
  const places = steps.map((step) => placeOf(procedure, step));
  expect(places).toEqual(places.toSorted((a, b) => a - b));
});

test('since 2012 the Windows kernel starts in the root partition, in 2008 on the bare machine', () => {
  const reaches = (id: string) => named(id).steps[placeOf(id, 'start-kernel')]!.next?.to;
  expect(reaches('boot-hyper-v')).toBe('root');
  expect(reaches('boot-hyper-v-2008')).toBe('windows');
});
