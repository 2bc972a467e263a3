/** Every procedure, in the order in which controls and tables show them. */
import { bootEsxi } from './boot-esxi.ts';
import { bootHyperV, bootHyperV2008 } from './boot-hyper-v.ts';
import type { Procedure } from './procedure.ts';
import { startVmEsxi } from './start-vm-esxi.ts';
import { startVmHyperV } from './start-vm-hyper-v.ts';

export const procedures: readonly Procedure[] = [
  bootHyperV,
  bootHyperV2008,
  bootEsxi,
  startVmHyperV,
  startVmEsxi,
];
