/**
 * What every placement of Hyper-V shares, whatever the device: who controls one virtual machine, and who schedules.
 * VMMS, which manages all of them, is a service beside it and on no request's way.
 */
import type { Placement } from './architecture.ts';
import { idle } from './roles.ts';

export const places = {
  'controlling-function': idle('worker', 'worker process'),
  'vcpu-scheduler': idle('hypervisor', 'hypervisor scheduler'),
} as const satisfies Placement['places'];
