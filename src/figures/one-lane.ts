import { lanes } from '#engine/index.ts';
import { type DuelFigure, onePacketSent } from './kinds/duel.ts';

export default {
  kind: 'duel',
  title: 'One lane',
  caption:
    'One packet is sent through an emulated card of ESXi. Most symbols of the list below occur here or in the figure at the end of the page.',
  alternative:
    'One lane of ESXi. The guest writes a descriptor and a register, exits to the monitor, and the VMkernel takes the packet to the network card. The completion interrupts the guest, whose driver then accesses the card’s registers several times, each time with an exit.',
  setup: { shared: onePacketSent, lanes: lanes('esxi/e1000') },
} satisfies DuelFigure;
