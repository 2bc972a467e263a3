/**
 * What Hyper-V's root partition is free to choose. Windows' own service providers are not public: what they choose is
 * assumed, and Microsoft's OpenVMM, which speaks the same protocol, is what the other choices rest on.
 */
import type { Architecture, Placement, Policy } from './architecture.ts';
import { assumed, documented } from './rows.ts';

/** The architecture with something added to one of its placements. */
const placed =
  (name: string, added: Partial<Placement>) =>
  (known: Architecture): Architecture => ({
    ...known,
    placement: { ...known.placement, [name]: { ...known.placement[name]!, ...added } },
  });

export const policies: readonly Policy[] = [
  {
    id: 'network-signals',
    title: 'how a guest announces frames in a network channel',
    devices: ['netvsc', 'netvsc-vf'],
    formerly: {
      parameter: 'hyper-v.monitored-channel',
      choices: ['hypercall', 'monitor-page'],
    },
    choices: [
      {
        id: 'hypercall',
        title: 'The guest announces them by hypercall',
        consequence: 'One hypercall for each time the channel was empty; the root hears at once',
        ...assumed('openvmm-netvsp'),
      },
      {
        id: 'monitor-page',
        title: 'The guest sets a bit in the monitor page, and the hypervisor finds it later',
        consequence: 'No hypercall of the guest; a frame alone waits for about 100 µs',
        ...documented('openvmm-netvsp'),
        change: placed('paravirtual', { monitored: true }),
      },
    ],
  },
  {
    id: 'network-quiet',
    title: 'when the network VSP asks to be told of new frames',
    devices: ['netvsc', 'netvsc-vf'],
    choices: [
      {
        id: 'ring-empty',
        title: 'It asks whenever it finds the ring empty',
        consequence: 'A frame that comes while others are on their way out is announced again',
        ...assumed('openvmm-netvsp'),
      },
      {
        id: 'nothing-under-way',
        title: 'It asks when no frame is on its way out, and looks for itself as each has left',
        consequence: 'Fewer hypercalls of the guest where frames follow each other closely',
        ...documented('openvmm-netvsp'),
        change: placed('paravirtual', { quietFrom: 1 }),
      },
    ],
  },
  {
    id: 'disk-quiet',
    title: 'when the storage VSP asks to be told of new commands',
    devices: ['storvsc', 'storvsc-ide'],
    choices: [
      {
        id: 'ring-empty',
        title: 'It asks whenever it finds the ring empty',
        consequence: 'A command that comes while others are with the disk is announced again',
        ...assumed('openvmm-storvsp'),
      },
      {
        id: 'nothing-under-way',
        title: 'It asks when no command is with the disk, and looks for itself as each is done',
        consequence:
          'Far fewer hypercalls of the guest, and a longer wait, at a queue depth above 1',
        ...documented('openvmm-storvsp'),
        change: placed('paravirtual-disk', { quietFrom: 1 }),
      },
      {
        id: 'below-four-under-way',
        title: 'It asks while fewer than four commands are with the disk',
        consequence: 'As with none under way, from a queue depth of 4 on',
        ...documented('openvmm-storvsp'),
        change: placed('paravirtual-disk', { quietFrom: 4 }),
      },
    ],
  },
  {
    id: 'event-end',
    title: 'how the interrupt of VMBus channels ends',
    devices: ['netvsc', 'netvsc-vf', 'storvsc', 'storvsc-ide'],
    choices: [
      {
        id: 'automatic',
        title: 'It ends by itself as the guest takes it (auto-EOI)',
        consequence: 'No acknowledgement of the guest',
        ...documented('tlfs-virtual-interrupts'),
      },
      {
        id: 'explicit',
        title: 'The host advises against auto-EOI, and the guest acknowledges each; no exit',
        consequence:
          'One acknowledgement for each interrupt, which the processor or an enlightened guest keeps in the guest',
        ...documented('linux-mshyperv'),
        change: (known) => ({
          ...known,
          endOfInterrupt: { ...known.endOfInterrupt, event: 'without-exit' },
        }),
      },
    ],
  },
];
