import { lanes } from '#engine/index.ts';
import { type DuelFigure, onePacketSent } from './kinds/duel.ts';

export default {
  kind: 'duel',
  title: 'One access, two placements',
  caption:
    'An emulated card on each system. On Hyper-V the device model is above the line, in a process; on ESXi it is below, in the VMkernel.',
  alternative:
    'Two lanes. Each register access on Hyper-V is a wave: down to the hypervisor, up through the root kernel to the worker process, and back the same way. On ESXi it is a shallow dip: the monitor passes it to the VMkernel, whose model answers, and the guest goes on.',
  setup: { shared: onePacketSent, lanes: lanes('hyper-v/dec21140', 'esxi/e1000') },
} satisfies DuelFigure;
