/**
 * A virtual function of the network card that has a synthetic adapter with the same address beside it (Hyper-V's
 * accelerated networking). Models: both devices, each where it is served; frames take the virtual function until the
 * guest switches the data path. Leaves out: what both models leave out, and how the host offers the one to the other.
 * Checked against: tests/engine/devices/netvsc-vf.
 */
import type { DeviceEntry } from './device.ts';
import { netvsc } from './netvsc.ts';
import { sriovVf } from './sriov-vf.ts';

export const netvscVf: DeviceEntry = {
  ...sriovVf,
  id: 'netvsc-vf',
  title: 'VMBus netvsc with a virtual function',
  memoryBytes: sriovVf.memoryBytes + netvsc.memoryBytes,
  standby: netvsc.id,
};
