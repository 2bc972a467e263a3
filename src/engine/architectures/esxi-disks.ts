/**
 * Where ESXi's disks are served. Models: storage controllers whose data path is in the VMkernel, inside the exit and
 * without a thread to wake; IDE in the VMX, a process to which the monitor switches for every access; below both the
 * VMkernel's own storage stack and driver; the interrupt to the processor on which the guest's monitor runs.
 * Leaves out: coalescing of virtual interrupts, queues of the PSA and its choice of a path, NFS and vSAN, snapshots.
 * That LSI Logic, AHCI and NVMe are served as PVSCSI is follows from VMware's rule for storage, not from a trace; that
 * the VMX moves no data by processor is assumed. Checked against: tests/engine/architectures/esxi, a VMkernel
 * backtrace.
 */
import type { Doing, Placement } from './architecture.ts';
import * as host from './esxi-host.ts';
import { disk, diskDriver, touchesRing, works, worksOnEntry } from './roles.ts';
import { assumed, documented, inferred, once } from './rows.ts';

const path = 'vmware-storage-path';
const rule = inferred('vmware-kb-1019471');

const kernelPlaces: Placement['places'] = {
  'storage-stack': {
    domain: 'vmkernel',
    actor: 'storage stack',
    does: {
      submit: [
        works(
          'VMFS maps the blocks to the physical disk, and the PSA chooses the path to it',
          documented(path),
          'esxi.storage-stack',
        ),
      ],
      complete: [works('the VMkernel’s storage stack completes the command', inferred(path))],
    },
  },
  'physical-driver': {
    domain: 'vmkernel',
    actor: 'physical driver',
    does: diskDriver('the disk’s driver in the VMkernel', documented(path)),
  },
  disk: { domain: 'hardware', actor: 'disk', does: disk },
  ...host.places,
};

/** The adapter interrupts any processor; the monitor of the guest may run on another. */
const reachesMonitor: Doing = {
  ...works(
    'the VMkernel interrupts the processor that runs the guest’s monitor',
    documented('vmware-vic-2011'),
    'esxi.completion-ipi',
  ),
  batched: true,
};

/** Controllers in the VMkernel: the guest's access waits until its requests are with the disk. */
const inKernel = (serves: Doing, submit: Doing, complete: Doing): Placement => ({
  runs: 'inside',
  places: {
    ...kernelPlaces,
    'device-model': {
      domain: 'vmkernel',
      actor: 'VMkernel',
      does: { access: [serves], submit: [submit], complete: [complete, reachesMonitor] },
    },
  },
});

export const emulated = inKernel(
  host.serves(rule),
  worksOnEntry(
    'Its {device} model reads the command from guest memory; the data stays there',
    assumed(),
  ),
  worksOnEntry('the {device} model reports the command as done', assumed()),
);

/** PVSCSI: its ring is read by the VMkernel itself, and looked at unasked where the guest need not ring. */
export const paravirtual: Placement = {
  ...inKernel(
    host.serves(inferred('vmware-kb-416277')),
    touchesRing(
      'consume',
      'request ring',
      'The VMkernel reads the request from the shared ring; the data stays in guest memory',
      documented('vmware-kb-416277'),
    ),
    touchesRing(
      'publish',
      'completion ring',
      'The VMkernel writes the completion into the shared ring',
      inferred('linux-pvscsi'),
    ),
  ),
  looks: {
    sentence: 'The VMkernel looks at the ring unasked',
    ...assumed(),
    prices: once('esxi.ring-look'),
  },
  doorbellThreshold: 'esxi.request-call-threshold',
};

/** Devices that are not performance critical live in the VMX, a process of the virtual machine. */
export const inVmx: Placement = {
  runs: 'inside',
  places: {
    ...kernelPlaces,
    'device-model': {
      domain: 'vmx',
      actor: 'VMX',
      does: {
        access: [works('the device model serves the {op} {register}', rule, 'device-model-access')],
        submit: [worksOnEntry('The device model takes the command', rule)],
        complete: [worksOnEntry('the device model sets the drive’s status', rule)],
      },
    },
  },
};
