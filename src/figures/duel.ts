import { lanes } from '#engine/index.ts';
import { type DuelFigure, onePacketSent } from './kinds/duel.ts';

export default {
  kind: 'duel',
  title: 'One packet, four ways down',
  caption:
    'One packet is sent through an emulated and a paravirtual card, on Hyper-V and on ESXi. Look at how often each path crosses the heavy line.',
  alternative:
    'Four lanes. On Hyper-V the emulated card takes every register access through the hypervisor up to the worker process and back; the synthetic card goes once through a shared ring to the root kernel. On ESXi both cards are served below the edge of the hypervisor, in the VMkernel; the paravirtual one makes fewer accesses.',
  setup: {
    shared: onePacketSent,
    lanes: lanes('hyper-v/dec21140', 'hyper-v/netvsc', 'esxi/e1000', 'esxi/vmxnet3'),
  },
} satisfies DuelFigure;
