import { lanes } from '#engine/index.ts';
import { type DuelFigure, onePacketSent } from './kinds/duel.ts';

export default {
  kind: 'duel',
  title: 'One packet received',
  caption:
    'Receiving begins at the wire, at the lower edge of each lane. Look at where the frame is copied, and at what the guest does once it is interrupted.',
  alternative:
    'Four lanes that begin in hardware. On Hyper-V the frame climbs through the root kernel, for the emulated card also through the worker process; on ESXi it stays in the VMkernel. The guest is interrupted; the emulated cards then cost a series of register accesses, the paravirtual ones hardly any.',
  setup: {
    shared: { ...onePacketSent, operation: 'rx' },
    lanes: lanes('hyper-v/dec21140', 'hyper-v/netvsc', 'esxi/e1000', 'esxi/vmxnet3'),
  },
} satisfies DuelFigure;
