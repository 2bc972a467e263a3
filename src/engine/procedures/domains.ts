/** Domains that only procedures have: what runs before the hypervisor, and what manages it. */
import type { Domain } from '../vocabulary/domain.ts';

export const firmware: Domain = {
  id: 'firmware',
  label: 'firmware',
  kind: 'hardware',
  band: 'hardware',
  colour: 'hardware',
  describes: 'The firmware of the physical machine, BIOS or UEFI.',
};

/** The program that firmware starts from the disk. */
export const bootLoader = (describes: string): Domain => ({
  id: 'boot-loader',
  label: 'boot loader',
  kind: 'privileged-kernel',
  band: 'kernel',
  colour: 'kernel',
  describes,
});

/** Processes that manage virtual machines and serve none of their requests. */
export const management = (describes: string): Domain => ({
  id: 'management',
  label: 'management',
  kind: 'privileged-user-process',
  band: 'user',
  colour: 'user',
  describes,
});
