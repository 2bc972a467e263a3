import { lanes } from '#engine/index.ts';
import { type DuelFigure, onePacketSent } from './kinds/duel.ts';

export default {
  kind: 'duel',
  title: 'One driver, with and without a hypervisor',
  caption:
    'The same driver sends the same packet on the bare machine and in a guest of ESXi. The accesses are the same; what each one reaches is not.',
  alternative:
    'Two lanes. On the bare machine the driver’s accesses go straight to the card. Under ESXi each of them is an exit to the monitor, and the VMkernel’s model of the card answers it.',
  setup: { shared: onePacketSent, lanes: lanes('native/e1000', 'esxi/e1000') },
} satisfies DuelFigure;
