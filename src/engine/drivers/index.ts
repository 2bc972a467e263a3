/** Every guest driver; the first of a device is its default. */
import { ahci } from './ahci.ts';
import { dec21140 } from './dec21140.ts';
import type { DriverEntry } from './driver.ts';
import { e1000 } from './e1000.ts';
import { ideBios } from './ide-bios.ts';
import { ideDma } from './ide-dma.ts';
import { ideInt13 } from './ide-int13.ts';
import { idePio } from './ide-pio.ts';
import { lsiSas1068 } from './lsi-sas1068.ts';
import { netvsc } from './netvsc.ts';
import { netvscVf } from './netvsc-vf.ts';
import { nvmePolled } from './nvme-polled.ts';
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

export const drivers: readonly DriverEntry[] = [
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
  ideInt13,
  idePio,
  ideBios,
  lsiSas1068,
  pvscsi,
  ahci,
  nvme,
  nvmePolled,
  virtioBlk,
  virtioBlkMmio,
  storvsc,
  storvscIde,
  xenBlkfront,
];
