import type { PlacementFigure } from './kinds/placement.tsx';

export default {
  kind: 'placement',
  title: 'Who owns what',
  caption:
    'The parts of each system, above and below the edge of the hypervisor. Look for the physical driver.',
  alternative:
    'Two stacks. On Hyper-V the guest stands beside the root partition, which holds the worker process, the virtual switch, the storage stack and the physical drivers; below the line is the hypervisor with its scheduler. On ESXi the VMkernel, below the line, holds the switch, the storage stack, the drivers and the scheduler; above it are the guest and a process for slow devices.',
  architectures: ['hyper-v', 'esxi'],
} satisfies PlacementFigure;
