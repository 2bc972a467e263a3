/**
 * What the placements of ESXi share, whatever the device: who controls one virtual machine, who schedules, and how an
 * access is served. hostd, which manages all of them, is a process beside it and on no request's way.
 */
import type { Grounds } from '../vocabulary/trace.ts';
import type { Doing, Placement } from './architecture.ts';
import { idle, works } from './roles.ts';

export const places = {
  'controlling-function': idle('vmx', 'VMX'),
  'vcpu-scheduler': idle('vmkernel', 'VMkernel scheduler'),
} as const satisfies Placement['places'];

/** A device model of the VMkernel decodes the access and serves it. */
export const serves = (grounds: Grounds): Doing =>
  works(
    'its {device} model serves the {op} {register}',
    grounds,
    'decode-access',
    'device-model-access',
  );
