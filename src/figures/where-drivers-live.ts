import type { PlacementFigure } from './kinds/placement.tsx';

export default {
  kind: 'placement',
  title: 'Where drivers live',
  caption:
    'Device model, virtual switch, storage stack, physical driver, and who controls one virtual machine, on the bare machine, on Hyper-V and on ESXi. The services that manage all machines are not drawn.',
  alternative:
    'Three stacks. On the bare machine the driver is in the kernel of the operating system. On Hyper-V the physical driver, the switch and the storage stack are in the root kernel, and the model of an emulated card is in the worker process. On ESXi they are in the VMkernel, below the edge of the hypervisor, with the device models of the data path; those of slow devices are in a process above it. What controls one virtual machine is a process above the edge on both.',
  architectures: ['native', 'hyper-v', 'esxi'],
} satisfies PlacementFigure;
