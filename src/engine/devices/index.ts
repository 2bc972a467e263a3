/** Every device model. */
import { ahci } from './ahci.ts';
import { dec21140 } from './dec21140.ts';
import type { DeviceEntry } from './device.ts';
import { e1000 } from './e1000.ts';
import { ideDma, idePio } from './ide.ts';
import { lsiSas1068 } from './lsi-sas1068.ts';
import { netvsc } from './netvsc.ts';
import { netvscVf } from './netvsc-vf.ts';
import { nvme } from './nvme.ts';
import { pcnet32 } from './pcnet32.ts';
import { pvscsi } from './pvscsi.ts';
import { storvsc, storvscIde } from './storvsc.ts';
import { virtioBlk, virtioBlkMmio } from './virtio-blk.ts';
import { sriovVf } from './sriov-vf.ts';
import { virtioNet, virtioNetMmio } from './virtio-net.ts';
import { vmxnet3 } from './vmxnet3.ts';
import { xenBlkfront } from './xen-blkfront.ts';
import { xenNetfront } from './xen-netfront.ts';

export const devices: readonly DeviceEntry[] = [
  dec21140,
  netvsc,
  netvscVf,
  pcnet32,
  e1000,
  vmxnet3,
  virtioNet,
  virtioNetMmio,
  sriovVf,
  xenNetfront,
  ideDma,
  idePio,
  lsiSas1068,
  pvscsi,
  ahci,
  nvme,
  virtioBlk,
  virtioBlkMmio,
  storvsc,
  storvscIde,
  xenBlkfront,
];
