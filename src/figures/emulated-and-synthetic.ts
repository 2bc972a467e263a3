import { lanes } from '#engine/index.ts';
import { type DuelFigure, onePacketSent } from './kinds/duel.ts';

export default {
  kind: 'duel',
  title: 'Emulated and synthetic on Hyper-V',
  caption:
    'The same packet through the emulated DEC 21140 and through VMBus. The wave that repeats in the upper lane is one register access.',
  alternative:
    'Two lanes of Hyper-V. In the upper one the guest leaves for the hypervisor at every register access, a thread of the worker process answers, and a hypercall leads back. In the lower one the guest writes into a shared ring and signals; the root kernel takes the packet, and the worker process never appears.',
  setup: { shared: onePacketSent, lanes: lanes('hyper-v/dec21140', 'hyper-v/netvsc') },
} satisfies DuelFigure;
