/** What ESXi is free to choose; VMware documents the coalescing of network interrupts, and little of the rest. */
import type { Architecture, Coalescing, Policy } from './architecture.ts';
import { assumed, documented } from './rows.ts';

const networkPlacements = ['emulated', 'paravirtual'] as const;

/** Holds back the interrupts of every virtual network adapter, as VMware's guide has it. */
const coalescing =
  (rule: Coalescing) =>
  (known: Architecture): Architecture => {
    const placement = { ...known.placement };
    for (const name of networkPlacements)
      placement[name] = { ...placement[name]!, coalescing: rule };
    return { ...known, placement };
  };

export const policies: readonly Policy[] = [
  {
    id: 'network-coalescing',
    title: 'how long the interrupts of a network adapter are held back',
    devices: ['e1000', 'pcnet32', 'vmxnet3'],
    choices: [
      {
        id: 'rate',
        title: 'At most 4,000 a second go out',
        consequence: 'A frame alone interrupts at once; of many in a row, many share an interrupt',
        ...documented('vmware-interrupt-coalescing'),
        change: coalescing({
          by: 'rate',
          gap: 'esxi.coalescing-gap',
          atOnce: 'esxi.coalescing-at-once',
        }),
      },
      {
        id: 'off',
        title: 'They are not held back',
        consequence:
          'The shortest wait, and an interrupt for each frame that finds its driver idle',
        ...documented('vmware-interrupt-coalescing'),
      },
      {
        id: 'static',
        title: 'One for 64 frames, or for fewer after 4 ms',
        consequence: 'Fewest interrupts; a frame alone waits for up to 4 ms',
        ...documented('vmware-interrupt-coalescing'),
        change: coalescing({
          by: 'number',
          number: 'esxi.coalescing-number',
          longest: 'esxi.coalescing-time',
        }),
      },
    ],
  },
  {
    id: 'transmit-threshold',
    title: 'how many frames vmxnet3 collects before it rings',
    devices: ['vmxnet3'],
    choices: [
      {
        id: 'each',
        title: 'It rings for each',
        consequence: 'An exit for each frame that is sent alone',
        ...assumed('qemu-vmxnet3'),
      },
      {
        id: 'eight',
        title: 'It rings for eight; the transmit world finds fewer when it looks',
        consequence: 'An exit for eight frames; one alone waits until the ring is looked at',
        ...assumed('linux-vmxnet3'),
        parameters: { 'esxi.transmit-threshold': 8 },
      },
    ],
  },
  {
    id: 'disk-threshold',
    title: 'from how many commands under way on a PVSCSI guest stops ringing',
    devices: ['pvscsi'],
    choices: [
      {
        id: 'off',
        title: 'It rings for each',
        consequence: 'An exit for each command',
        ...assumed('linux-pvscsi'),
      },
      {
        id: 'eight',
        title: 'It does not ring while eight are under way; ESXi looks at the ring',
        consequence: 'Fewer exits at a high queue depth, and a longer wait',
        ...assumed('linux-pvscsi'),
        parameters: { 'esxi.request-call-threshold': 8 },
      },
    ],
  },
];
