/** Roles: what has to be done on a host for a guest’s I/O, wherever it lives. Plain data. */
import type { DomainId } from './trace.ts';

export type Role =
  | 'device-model'
  | 'virtual-switch'
  | 'storage-stack'
  | 'physical-driver'
  | 'network-card'
  | 'disk'
  | 'controlling-function' // of one virtual machine: sets it up and holds its state
  | 'vcpu-scheduler';

/** A role that is put into another domain than the product has it in. */
export interface Move {
  readonly role: Role;
  readonly to: DomainId;
}
