/** What a Linux host with KVM is free to choose. */
import type { ParameterId } from '../parameters/index.ts';
import type { Architecture, Crossing, Placement, Policy } from './architecture.ts';
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

/** A thread that polls a ring it has drained, by what it finds there, and for how long. */
const polls = (who: string, pollsFor: ParameterId): Partial<Placement> => ({
  pollsFor,
  looks: {
    sentence: `${who} polls the ring and finds it there`,
    ...documented('linux-vhost-net'),
    prices: row.once('ring-entry'),
  },
});

const busy = (known: Architecture): Architecture => {
  const { paravirtual, 'io-thread': ioThread, ...others } = known.placement;
  return {
    ...known,
    placement: {
      ...others,
      paravirtual: { ...paravirtual!, ...polls('The vhost worker', 'kvm.vhost-poll') },
      'io-thread': { ...ioThread!, ...polls('The I/O thread', 'kvm.io-thread-poll') },
    },
  };
};

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
  {
    id: 'polling',
    title: 'whether vhost and the I/O thread poll a ring that they have drained',
    devices: ['virtio-net', 'virtio-blk', 'virtio-blk-mmio'],
    choices: [
      {
        id: 'none',
        title: 'They ask to be told of what comes, and sleep',
        consequence: 'An exit and a wake-up for each time that the ring was empty',
        ...documented('linux-vhost-net'),
      },
      {
        id: 'busy',
        title:
          'They look at it for a time first (poll-us of a tap device, poll-max-ns of a thread)',
        consequence:
          'No exit and no wake-up while work follows within that time; a processor is busy that long',
        ...documented('linux-vhost-net'),
        change: busy,
      },
    ],
  },
];
