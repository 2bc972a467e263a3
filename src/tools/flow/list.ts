/** Everything there is to ask for, as data and as text. */
import {
  architectures,
  devices,
  devicesOf,
  driversOf,
  parameter,
  parameterIds,
  schedulersOf,
  procedures,
} from '#engine/execute.ts';
import {
  type Architecture,
  type DeviceEntry,
  loadLimits,
  operationsOf,
  patterns,
  type Policy,
  seedLimits,
  sizeLimits,
  waysToSend,
} from '#engine/index.ts';

/** Devices that some architecture offers, in the order of the list of devices. */
const offered: readonly DeviceEntry[] = devices.filter(({ id }) =>
  architectures.some((architecture) => Object.hasOwn(architecture.devices, id)),
);

export function list() {
  return {
    architectures: architectures.map((architecture) => ({
      id: architecture.id,
      title: architecture.title,
      devices: devicesOf(architecture).map(({ id }) => id),
      schedulers: schedulersOf(architecture),
      policies: (architecture.policies ?? []).map(({ id, title, devices: concerned, choices }) => ({
        id,
        title,
        devices: concerned,
        choices: choices.map(told),
      })),
    })),
    devices: offered.map((device) => ({
      id: device.id,
      title: device.title,
      kind: device.kind,
      class: device.class,
      operations: operationsOf[device.kind],
      drivers: driversOf(device).map(({ id }) => id),
      variants: device.variants,
      interrupts: device.interrupts,
      rings: Object.fromEntries(driversOf(device).map((driver) => [driver.id, ringsOf(driver)])),
    })),
    matrix: Object.fromEntries(
      offered.map(({ id }) => [
        id,
        Object.fromEntries(
          architectures.map((architecture) => [
            architecture.id,
            Object.hasOwn(architecture.devices, id),
          ]),
        ),
      ]),
    ),
    operations: operationsOf,
    patterns,
    waysToSend,
    procedures: procedures.map(({ id }) => id),
    interruptModes: [...new Set(offered.flatMap(({ interrupts }) => interrupts))],
    limits: { ...loadLimits, bytes: sizeLimits },
    parameters: Object.fromEntries(
      parameterIds.map((id) => [
        id,
        { value: parameter(id).value, range: parameter(id).range, unit: parameter(id).unit },
      ]),
    ),
    defaults: {
      pattern: patterns[0],
      count: loadLimits.count.usual,
      batch: loadLimits.batch.usual,
      vms: loadLimits.vms.usual,
      seed: seedLimits.usual,
    },
  };
}

export function printedList(): string {
  const all = list();
  return [
    'devices and the architectures that offer them',
    ...matrixLines(),
    'devices',
    ...all.devices.map(
      ({ id, title, operations, drivers, variants, interrupts }) =>
        `  ${id.padEnd(15)}${title}: ${operations.join(', ')}; drivers ${drivers.join(', ')}; variants ${variants.join(', ')}; interrupts ${interrupts.join(', ')}`,
    ),
    'schedulers',
    ...all.architectures
      .filter(({ schedulers }) => schedulers.length > 0)
      .map(({ id, schedulers }) => `  ${id.padEnd(15)}${schedulers.join(', ')}`),
    'policies (--policy name=choice), the default first',
    ...architectures.flatMap(policyLines),
    'rings (--ring transmit=entries)',
    ...ringLines(),
    `patterns         ${patterns.join(', ')}`,
    `ways to send     ${waysToSend.join(', ')}`,
    `procedures       ${all.procedures.join(', ')}`,
    `defaults         ${Object.entries(all.defaults)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ')}, bytes ${sizeLimits.network.usual} or ${sizeLimits.storage.usual}`,
    'parameters (--set name=value)',
    ...parameterIds.map(
      (id) =>
        `  ${id.padEnd(30)}${parameter(id).value} ${parameter(id).unit}: ${parameter(id).title}`,
    ),
  ].join('\n');
}

/** What the host of an architecture is free to choose, and what each choice changes. */
const policyLines = ({ id, policies = [] }: Architecture): string[] =>
  policies.flatMap((policy) => [
    `  ${id.padEnd(15)}${policy.id}: ${policy.title} (${policy.devices.join(', ')})`,
    ...policy.choices.map(
      (choice) =>
        `  ${''.padEnd(15)}  ${choice.id}, ${choice.evidence}: ${choice.title}. ${choice.consequence}`,
    ),
  ]);

type NamedDriver = ReturnType<typeof driversOf>[number];

/** Lengths of a network driver's rings: by itself, and what they may be set to. */
const ringsOf = (driver: NamedDriver) =>
  driver.kind === 'network'
    ? Object.fromEntries(
        Object.entries(driver.rings).map(([ring, { usual, min, max, step, how }]) => [
          ring,
          { usual, min, max, step: step ?? null, how },
        ]),
      )
    : {};

const ringLines = (): string[] =>
  offered.flatMap((device) =>
    driversOf(device).flatMap((driver) =>
      driver.kind === 'network' ? [`  ${driver.id.padEnd(20)}${ringsIn(driver.rings)}`] : [],
    ),
  );

const ringsIn = (rings: Extract<NamedDriver, { kind: 'network' }>['rings']): string =>
  Object.entries(rings)
    .map(([ring, { usual, min, max, step, how }]) =>
      min === max
        ? `${ring} ${usual}, fixed (${how})`
        : `${ring} ${usual}, ${min} to ${max}${step === undefined ? '' : `, step ${step}`} (${how})`,
    )
    .join('; ');

const told = ({ id, title, consequence, evidence, source }: Policy['choices'][number]) => ({
  id,
  title,
  consequence,
  evidence,
  source: source ?? null,
});

/** Device by device, a cross below each architecture that offers it. */
function matrixLines(): string[] {
  const columns = architectures.map(({ id }) => id);
  const padded = (cell: string, index: number) => cell.padEnd((columns[index]?.length ?? 0) + 2);
  const row = (name: string, cells: readonly string[]): string =>
    `  ${name.padEnd(15)}${cells.map(padded).join('')}`.trimEnd();
  return [
    row('', columns),
    ...offered.map(({ id }) =>
      row(
        id,
        architectures.map((architecture) => (Object.hasOwn(architecture.devices, id) ? 'x' : '.')),
      ),
    ),
  ];
}
