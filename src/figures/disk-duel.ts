import { lanes } from '#engine/index.ts';
import { type DuelFigure, oneBlockRead } from './kinds/duel.ts';

export default {
  kind: 'duel',
  title: 'One block, four ways to the disk',
  caption:
    'One block is read through an emulated and a paravirtual controller, on Hyper-V and on ESXi. Look at how much of the uppermost lane is spent on saying what is wanted, before the disk hears of it.',
  alternative:
    'Four lanes. On Hyper-V the guest of the emulated IDE controller writes the command register by register, each time through the hypervisor up to the worker process and back, and asks for the status in the same way once it is interrupted; the synthetic controller takes the request from a shared ring by one signal. On ESXi the emulated SAS controller takes a whole command with one register access, and costs a few more when it is done; the paravirtual one needs no access after its signal.',
  setup: {
    shared: oneBlockRead,
    lanes: lanes('hyper-v/ide-dma', 'hyper-v/storvsc', 'esxi/lsi-sas1068', 'esxi/pvscsi'),
  },
} satisfies DuelFigure;
