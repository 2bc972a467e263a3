/** What a Linux host with KVM is free to choose. */
import type { Architecture, Crossing, Policy } from './architecture.ts';
import * as row from './rows.ts';
import { across, documented } from './rows.ts';

const vmx = documented('linux-kvm-vmx');
const kicks = documented('kvm-vcpu-requests');
const vtd = documented('intel-vt-d');

/** Brings a virtual processor out, and pays for its way back in: the interrupt goes with that. */
const kick = across('guest', 'kvm', {
  any: row.hop(
    'vm-exit',
    'vm-exit',
    'exit-handler',
    'vm-entry',
    'exit-indirect',
  )('KVM makes the virtual processor exit by an interrupt to its processor', kicks),
})[0]!;

/** The message of a card that is given to the guest: the host takes it, and KVM injects it. */
const throughHost: readonly Crossing[] = [
  ...across('hardware', 'host-kernel', {
    'inject-direct': row.interrupts('The card’s message interrupts the host kernel', vtd),
  }),
  ...across('host-kernel', 'kvm', {
    'inject-direct': row.hop('call', 'kvm.eventfd-signal')(
      'VFIO signals the eventfd that is bound to the interrupt',
      documented('linux-source'),
    ),
  }),
  ...across('kvm', 'guest', { 'inject-direct': row.injects('KVM injects the interrupt', vmx) }),
];

const isPosted = ({ from, for: purposes }: Crossing): boolean =>
  from === 'hardware' && purposes?.includes('inject-direct') === true;

const injected = (known: Architecture): Architecture => ({
  ...known,
  kick,
  crossings: [...known.crossings.filter((crossing) => !isPosted(crossing)), ...throughHost],
  endOfInterrupt: { ...known.endOfInterrupt, edge: 'trapped' },
});

export const policies: readonly Policy[] = [
  {
    id: 'interrupts',
    title: 'how interrupts reach a virtual processor that runs',
    devices: [
      'pcnet32',
      'e1000',
      'vmxnet3',
      'virtio-net',
      'virtio-net-mmio',
      'sriov-vf',
      'ide-dma',
      'ide-pio',
      'lsi-sas1068',
      'pvscsi',
      'ahci',
      'nvme',
      'virtio-blk',
      'virtio-blk-mmio',
    ],
    choices: [
      {
        id: 'posted',
        title: 'They are posted to it, and the processor keeps its interrupt controller',
        consequence: 'No exit for an interrupt; none at its end unless it is level-triggered',
        ...vmx,
      },
      {
        id: 'injected',
        title: 'KVM makes it exit, and injects them as it enters again',
        consequence: 'An exit for each interrupt of a guest that runs, and one at its end',
        ...vmx,
        change: injected,
      },
    ],
  },
];
