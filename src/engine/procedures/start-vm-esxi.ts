/**
 * How a virtual machine is created and started on ESXi. Models: the request to hostd, the VMX process, a
 * monitor for each virtual processor, where devices are set up.
 * Leaves out: vCenter with its placement and its agent vpxa, file locks, the swap file, snapshots.
 * Checked against: VMware's description of the processes of a running virtual machine, and the SDK's of what
 * a client asks for. The order inside the host is not published: those steps are inferred or assumed.
 */
import { management } from './domains.ts';
import type { Procedure, ProcedureStep } from './procedure.ts';

const request: readonly ProcedureStep[] = [
  {
    id: 'create',
    actor: 'management client',
    domain: 'management',
    sentence: 'A management client asks hostd to create a virtual machine',
    next: { to: 'management', by: 'call' },
    evidence: 'inferred',
    source: 'vsphere-create-vm',
    confidence: 'medium',
    detail: 'CreateVM_Task of the vSphere API; that hostd serves it is inferred',
  },
  {
    id: 'write-configuration',
    actor: 'hostd',
    domain: 'management',
    sentence: 'hostd writes the configuration file and lists the virtual machine in its inventory',
    evidence: 'inferred',
    source: 'vsphere-create-vm',
    confidence: 'medium',
    detail: 'a .vmx file on the datastore',
  },
  {
    id: 'power-on',
    actor: 'management client',
    domain: 'management',
    sentence: 'The client asks for the virtual machine to be powered on and receives a task',
    next: { to: 'management', by: 'call' },
    evidence: 'documented',
    source: 'vsphere-power-on',
    confidence: 'high',
    detail: 'PowerOnVM_Task',
  },
  {
    id: 'start-vmx',
    actor: 'hostd',
    domain: 'management',
    sentence: 'hostd starts a VMX process for this virtual machine alone',
    next: { to: 'vmx', by: 'process-start' },
    begins: ['vmx'],
    evidence: 'inferred',
    source: 'vmware-kb-1019471',
    confidence: 'medium',
    detail: 'a process of the VMkernel (userworld)',
  },
];

const machine: readonly ProcedureStep[] = [
  {
    id: 'ask-resources',
    actor: 'VMX',
    domain: 'vmx',
    sentence: 'The VMX reads the configuration and asks the VMkernel for memory, overhead included',
    next: { to: 'vmkernel', by: 'call' },
    evidence: 'inferred',
    source: 'vsphere-power-operations',
    confidence: 'medium',
  },
  {
    id: 'admit',
    actor: 'VMkernel',
    domain: 'vmkernel',
    sentence:
      'The VMkernel admits the virtual machine and makes a world for each virtual processor',
    evidence: 'inferred',
    source: 'vmware-cpu-scheduler',
    confidence: 'medium',
  },
  {
    id: 'set-up-monitors',
    actor: 'VMX',
    domain: 'vmx',
    sentence: 'A monitor is set up for each virtual processor',
    next: { to: 'vmm', by: 'load', repeats: 'once a virtual processor' },
    begins: ['vmm'],
    evidence: 'inferred',
    source: 'vmware-kb-1019471',
    confidence: 'medium',
    detail: 'one VMM a virtual processor is documented, who loads it is not',
  },
  {
    id: 'create-slow-devices',
    actor: 'VMX',
    domain: 'vmx',
    sentence: 'The VMX creates the devices that are not performance critical',
    next: { to: 'vmkernel', by: 'call' },
    evidence: 'inferred',
    source: 'vmware-kb-1019471',
    confidence: 'medium',
  },
  {
    id: 'connect-fast-devices',
    actor: 'VMkernel',
    domain: 'vmkernel',
    sentence: 'The VMkernel connects network cards to the virtual switch and disks to their files',
    evidence: 'inferred',
    source: 'vmware-kb-1019471',
    confidence: 'medium',
  },
  {
    id: 'schedule-processor',
    actor: 'VMkernel',
    domain: 'vmkernel',
    sentence: 'The VMkernel schedules the world of the first virtual processor',
    next: { to: 'vmm', by: 'hand-over' },
    evidence: 'inferred',
    source: 'vmware-cpu-scheduler',
    confidence: 'medium',
  },
  {
    id: 'run-processor',
    actor: 'VMM',
    domain: 'vmm',
    sentence: 'The monitor lets its virtual processor run',
    next: { to: 'guest', by: 'hand-over' },
    begins: ['guest'],
    evidence: 'inferred',
    source: 'vmware-kb-1019471',
    confidence: 'medium',
  },
  {
    id: 'run-firmware',
    actor: 'guest firmware',
    domain: 'guest',
    sentence: 'The virtual processor runs the firmware, which starts the guest’s boot loader',
    evidence: 'assumed',
    source: 'vmware-kb-1019471',
    confidence: 'low',
    detail: 'BIOS or UEFI',
  },
];

export const startVmEsxi: Procedure = {
  id: 'start-vm-esxi',
  title: 'A virtual machine is created and started on ESXi',
  architecture: 'esxi',
  kind: 'start-vm',
  note: 'Which processes a virtual machine has is documented; the order in which they come into being is inferred.',
  domains: [management('hostd and management clients: processes beside the virtual machines.')],
  present: ['hardware', 'vmkernel', 'management'],
  steps: [...request, ...machine],
};
