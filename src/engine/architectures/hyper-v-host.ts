/** What every placement of Hyper-V shares, whatever the device: who controls, and who schedules. */
import type { Placement } from './architecture.ts';
import { idle } from './roles.ts';

export const places = {
  'controlling-function': idle('worker', 'VMMS and worker process'),
  'vcpu-scheduler': idle('hypervisor', 'hypervisor scheduler'),
} as const satisfies Placement['places'];
