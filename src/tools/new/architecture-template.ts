/**
 * The file of a new architecture: a small one that works, to be turned into the real one. A hypervisor without drivers,
 * a kernel that has them, a process for each virtual machine; every row is assumed, and priced by the bare processor.
 */
import { camelCase, imports, sentenceCase } from './names.ts';

export const table = (name: string): string => `
/**
 * ${sentenceCase(name)}. Models: a hypervisor without drivers, a kernel with the physical drivers and paravirtual
 * devices, and a process for each virtual machine with its emulated ones.
 * Leaves out: all that makes it another one than that; every row is assumed.
 * Checked against: tests/engine/architectures, which runs every device, move and failure on it.
 */
${imports('type { Architecture, Crossing, Placement }', './architecture.ts')}
${imports('{ copies, devicesOfHost, diskDriver, idle, physicalDriver, works, worksOnEntry }', './roles.ts')}
${imports('* as row', './rows.ts')}
${imports('{ across, assumed }', './rows.ts')}

const unknown = assumed();

// --- where roles live -----------------------------------------------------------------------------------
${placements}
// --- crossings ------------------------------------------------------------------------------------------
${crossings}
export const ${camelCase(name)}: Architecture = {
  id: '${name}',
  title: '${sentenceCase(name)}',
  paravirtualName: 'paravirtual',
  hasHypervisor: true,
${rows}};
`;

const placements = `
const forwards = works('the virtual switch forwards the frame', unknown);

const hostPlaces: Placement['places'] = {
  'virtual-switch': {
    domain: 'host-kernel',
    actor: 'virtual switch',
    does: { transmit: [forwards], receive: [forwards] },
  },
  'storage-stack': {
    domain: 'host-kernel',
    actor: 'storage stack',
    does: {
      submit: [works('the storage stack finds the blocks on the disk', unknown)],
      complete: [works('the storage stack completes the command', unknown)],
    },
  },
  'physical-driver': {
    domain: 'host-kernel',
    actor: 'physical driver',
    does: {
      ...diskDriver('the physical driver', unknown),
      ...physicalDriver('the physical driver', unknown),
    },
  },
  ...devicesOfHost,
  'controlling-function': idle('host-process', 'host process'),
  'vcpu-scheduler': idle('hypervisor', 'hypervisor scheduler'),
};

/** A device model that serves an access while the guest waits. */
const modelIn = (domain: string, actor: string): Placement => ({
  runs: 'inside',
  places: {
    ...hostPlaces,
    'device-model': {
      domain,
      actor,
      does: {
        access: [
          works('its {device} model serves the {op} {register}', unknown, 'device-model-access'),
        ],
        transmit: [worksOnEntry('The {device} model takes the frame', unknown)],
        submit: [worksOnEntry('The {device} model takes the command', unknown)],
        complete: [worksOnEntry('its {device} model reports it as done', unknown)],
        receive: [copies('The frame of {bytes} bytes is copied into the guest’s buffer', unknown)],
      },
    },
  },
});
`;

const crossings = `
const hypercall = row.hop('hypercall', 'vm-exit', 'exit-handler');
const wakes = row.hop('wake-up', 'thread-wake-up', 'mode-switch');
const systemCall = row.hop('call', 'mode-switch');

const callsKernel = systemCall('The host process calls the host kernel', unknown);
const wakesProcess = wakes('A thread of the host process wakes', unknown);
const callsHypervisor = hypercall('The host kernel calls the hypervisor by hypercall', unknown);

const withGuest: readonly Crossing[] = [
  ...across('guest', 'hypervisor', {
    access: row.exits('The processor exits to the hypervisor', unknown),
    'end-of-interrupt': row.exitsToEndInterrupt(
      'The processor exits to the hypervisor, which ends the interrupt',
      unknown,
    ),
  }),
  ...across('hypervisor', 'guest', {
    resume: row.resumes('The guest resumes', unknown),
    'end-of-interrupt-return': row.resumesAfterInterrupt('The guest resumes', unknown),
    inject: row.injects('The hypervisor injects the interrupt', unknown),
  }),
];

const inHost: readonly Crossing[] = [
  ...across('hypervisor', 'host-kernel', {
    access: row.injects('The hypervisor passes the access on', unknown),
    'device-interrupt': row.injects('The hypervisor passes the interrupt on', unknown),
  }),
  ...across('host-kernel', 'hypervisor', { resume: callsHypervisor, inject: callsHypervisor }),
  ...across('host-kernel', 'host-process', {
    access: wakesProcess,
    'hand-over': wakesProcess,
    'hand-back': row.freeReturn('The system call returns', unknown),
  }),
  ...across('host-process', 'host-kernel', {
    resume: callsKernel,
    inject: callsKernel,
    'hand-over': callsKernel,
  }),
  ...across('host-kernel', 'hardware', {
    'hand-over': row.gate('The host kernel reaches its own device', unknown),
  }),
  ...across('hardware', 'hypervisor', {
    'device-interrupt': row.interrupts('The device interrupts the hypervisor', unknown),
  }),
];
`;

const rows = `  domains: [
    row.guest('A virtual machine: the guest’s kernel with its drivers.'),
    row.process('host-process', 'host process', 'One process a virtual machine: its emulated devices.'),
    row.kernel('host-kernel', 'host kernel', 'Physical drivers, virtual switch, storage stack.'),
    row.hypervisor('hypervisor', 'hypervisor', 'Processors, memory and interrupts. No drivers.'),
    row.hardware('The network card and the disk.'),
  ],
  crossings: [...withGuest, ...inHost],
  parts: [
    { word: 'host-process', called: 'The host process', domain: 'host-process', as: 'vm-process' },
    { word: 'host-kernel', called: 'The host kernel', domain: 'host-kernel', as: 'driver-kernel' },
  ],
  placement: {
    emulated: modelIn('host-process', 'host process'),
    paravirtual: modelIn('host-kernel', 'host kernel'),
  },
  endOfInterrupt: { level: 'trapped', edge: 'without-exit', event: 'automatic' },
  devices: { e1000: {}, 'virtio-net': {}, 'ide-dma': {}, 'virtio-blk': {} },
`;
