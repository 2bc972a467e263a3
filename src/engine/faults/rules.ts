/**
 * What it means when a domain fails, by what sort of domain it is. On an architecture whose own sources say so, a row
 * of its parts takes the place of what is inferred here. Leaves out: restarts, unless a part's row has one. Checked
 * against: tests/engine/faults, the tables of failures in the dossiers on Hyper-V and ESXi.
 */
import type { Failing } from '../architectures/parts.ts';
import { assumed, inferred } from '../architectures/rows.ts';
import type { DomainKind } from '../vocabulary/domain.ts';

export const rules: Readonly<Record<DomainKind, Failing>> = {
  'guest-user': {
    is: 'a process of the guest',
    radius: 'none',
    state: 'unaffected',
    consequence: 'the guest’s kernel and its drivers go on',
    ...assumed(),
  },
  'guest-kernel': {
    is: 'the kernel of the guest',
    radius: 'own',
    state: 'lost',
    consequence: 'its own virtual machine is lost, and no other',
    ...inferred('vmware-kb-315245'),
  },
  hypervisor: {
    is: 'below every virtual machine',
    radius: 'host',
    state: 'lost',
    consequence: 'the machine stops, and every virtual machine on it is lost',
    ...inferred('vmware-kb-337182'),
  },
  'privileged-kernel': {
    is: 'a kernel that every virtual machine depends on',
    radius: 'host',
    state: 'lost',
    consequence: 'the machine is restarted, and every virtual machine on it is lost',
    ...inferred('tlfs-2-0'),
  },
  'privileged-user-process': {
    is: 'a process that each virtual machine has for itself',
    radius: 'own',
    state: 'lost',
    consequence: 'its own virtual machine is lost, and no other',
    ...inferred('vmware-kb-1019471'),
  },
  'driver-domain': {
    is: 'a driver domain',
    radius: 'users',
    state: 'paused',
    consequence:
      'those whose I/O goes through it wait until it has been restarted, and nobody else',
    ...inferred('xoar-2011'),
  },
  hardware: {
    is: 'hardware',
    radius: 'users',
    state: 'paused',
    consequence: 'those whose I/O goes through it get no further',
    ...assumed(),
  },
};

/** A process that there is once a host, or with a role that there is once, is none that a machine has for itself. */
export const sharedProcess: Failing = {
  is: 'one process that serves all virtual machines',
  radius: 'users',
  state: 'paused',
  consequence:
    'those whose I/O goes through it wait until it has been started again, and nobody else',
  ...inferred('xoar-2011'),
};

/** A driver domain of one virtual machine is a stub domain: it has its device model, and nothing else. */
export const stubDomain: Failing = {
  is: 'a domain that each virtual machine has for its device model',
  radius: 'own-way',
  state: 'paused',
  consequence: 'its own virtual machine waits for answers that do not come, and no other does',
  ...inferred('xen-stub-domains'),
};

/** A monitor is as privileged as a hypervisor, but each virtual machine has its own. */
export const monitor: Failing = {
  is: 'a monitor that each virtual machine has for itself',
  radius: 'own',
  state: 'lost',
  consequence: 'its own virtual machine is lost, and no other',
  ...inferred('vmware-kb-332520'),
};

/** Management is on nobody's way, as long as it is no part of the hypervisor. */
export const managementAgent: Failing = {
  is: 'a process of its own',
  radius: 'none',
  state: 'unaffected',
  consequence:
    'virtual machines run on, because nobody’s I/O goes through it; only their management waits until it is started again',
  ...inferred('ms-bpa'),
};
