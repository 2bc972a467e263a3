/**
 * Where ESXi's disks are served. Models: storage controllers whose data path is in the VMkernel, inside the exit and
 * without a thread to wake; IDE in the VMX, a process to which the monitor switches for every access; below both the
 * VMkernel's own storage stack and driver; the interrupt to the processor on which the guest's monitor runs.
 * Leaves out: coalescing of virtual interrupts, queues of the PSA and its choice of a path, NFS and vSAN, snapshots.
 * That LSI Logic, AHCI and NVMe are served as PVSCSI is follows from VMware's rule for storage, not from a trace; that
 * the VMX moves no data by processor is assumed. Checked against: tests/engine/architectures/esxi, a VMkernel backtrace.
 */
import type { Activity } from '../vocabulary/trace.ts';
import type { Doing, Placement } from './architecture.ts';
import { disk, diskDriver, touchesRing, works } from './roles.ts';

const kernelPlaces: Placement['places'] = {
  'storage-stack': {
    domain: 'vmkernel',
    actor: 'storage stack',
    does: {
      submit: [
        works({
          sentence: 'VMFS maps the blocks to the physical disk, and the PSA chooses the path to it',
          evidence: 'documented',
          source: 'vmware-storage-path',
          prices: [{ parameter: 'esxi.storage-stack', per: 'once' }],
        }),
      ],
      complete: [
        works({
          sentence: 'the VMkernel’s storage stack completes the command',
          evidence: 'inferred',
          source: 'vmware-storage-path',
          prices: [],
        }),
      ],
    },
  },
  'physical-driver': {
    domain: 'vmkernel',
    actor: 'physical driver',
    does: diskDriver('the disk’s driver in the VMkernel', 'vmware-storage-path'),
  },
  disk: { domain: 'hardware', actor: 'disk', does: disk },
  'controlling-function': { domain: 'vmx', actor: 'hostd and VMX', does: {} },
  'vcpu-scheduler': { domain: 'vmkernel', actor: 'VMkernel scheduler', does: {} },
};

/** The adapter interrupts any processor; the monitor of the guest may run on another. */
const reachesMonitor: Doing = {
  ...works({
    sentence: 'the VMkernel interrupts the processor that runs the guest’s monitor',
    evidence: 'documented',
    source: 'vmware-vic-2011',
    prices: [{ parameter: 'esxi.completion-ipi', per: 'once' }],
  }),
  batched: true,
};

/** Controllers in the VMkernel: the guest's access waits until its requests are with the disk. */
const inKernel = (serves: Activity, submit: Doing, complete: Doing): Placement => ({
  runs: 'inside',
  places: {
    ...kernelPlaces,
    'device-model': {
      domain: 'vmkernel',
      actor: 'VMkernel',
      does: {
        access: [works(serves)],
        submit: [submit],
        complete: [complete, reachesMonitor],
      },
    },
  },
});

const access: Activity = {
  sentence: 'its {device} model serves the {op} {register}',
  evidence: 'inferred',
  source: 'vmware-kb-1019471',
  prices: [
    { parameter: 'decode-access', per: 'once' },
    { parameter: 'device-model-access', per: 'once' },
  ],
};

export const emulated = inKernel(
  access,
  works({
    sentence: 'Its {device} model reads the command from guest memory; the data stays there',
    evidence: 'assumed',
    prices: [{ parameter: 'ring-entry', per: 'entry' }],
  }),
  works({
    sentence: 'the {device} model reports the command as done',
    evidence: 'assumed',
    prices: [{ parameter: 'ring-entry', per: 'entry' }],
  }),
);

/** PVSCSI: its ring is read by the VMkernel itself, and looked at unasked where the guest need not ring. */
export const paravirtual: Placement = {
  ...inKernel(
    { ...access, evidence: 'documented', source: 'vmware-kb-416277' },
    touchesRing(
      'consume',
      'request ring',
      'The VMkernel reads the request from the shared ring; the data stays in guest memory',
      'documented',
      'vmware-kb-416277',
    ),
    touchesRing(
      'publish',
      'completion ring',
      'The VMkernel writes the completion into the shared ring',
      'inferred',
      'linux-pvscsi',
    ),
  ),
  looks: {
    sentence: 'The VMkernel looks at the ring unasked',
    evidence: 'assumed',
    prices: [{ parameter: 'esxi.ring-look', per: 'once' }],
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
        access: [
          works({
            sentence: 'the device model serves the {op} {register}',
            evidence: 'inferred',
            source: 'vmware-kb-1019471',
            prices: [{ parameter: 'device-model-access', per: 'once' }],
          }),
        ],
        submit: [
          works({
            sentence: 'The device model takes the command',
            evidence: 'inferred',
            source: 'vmware-kb-1019471',
            prices: [{ parameter: 'ring-entry', per: 'entry' }],
          }),
        ],
        complete: [
          works({
            sentence: 'the device model sets the drive’s status',
            evidence: 'inferred',
            source: 'vmware-kb-1019471',
            prices: [{ parameter: 'ring-entry', per: 'entry' }],
          }),
        ],
      },
    },
  },
};
