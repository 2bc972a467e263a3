/**
 * How a virtual machine is defined and started on Hyper-V. Models: the request over WMI, the worker
 * process, the partition's hypercalls in the order of the TLFS, devices, firmware and the release of
 * the first virtual processor.
 * Leaves out: the file formats, security checks, saved states, and the other way in, HCS.
 * Checked against: the lifecycle of partitions in the TLFS; the joints between Windows' parts are inferred.
 */
import { management } from './domains.ts';
import { type Hypercall, hypercalls } from './hypercalls.ts';
import type { Procedure, ProcedureStep } from './procedure.ts';

const byHypercall = (
  id: string,
  hypercall: Hypercall,
  sentence: string,
  more: { repeats?: string; detail?: string; begins?: readonly string[] } = {},
): ProcedureStep => {
  const { repeats, ...rest } = more;
  return {
    id,
    actor: 'VID',
    domain: 'root',
    sentence,
    next: {
      to: 'hypervisor',
      by: 'hypercall',
      hypercall,
      ...(repeats === undefined ? {} : { repeats }),
    },
    evidence: 'documented',
    source: 'tlfs-virtualization-host',
    confidence: 'high',
    ...rest,
  };
};

const request: readonly ProcedureStep[] = [
  {
    id: 'define',
    actor: 'management client',
    domain: 'management',
    sentence: 'A management client asks VMMS over WMI to define a virtual machine',
    next: { to: 'management', by: 'call' },
    evidence: 'inferred',
    source: 'ms-wmi-hyper-v',
    confidence: 'medium',
    detail: 'root\\virtualization\\v2, Msvm_VirtualSystemManagementService.DefineSystem',
  },
  {
    id: 'write-configuration',
    actor: 'VMMS',
    domain: 'management',
    sentence: 'VMMS writes the configuration; no part of the virtual machine runs yet',
    evidence: 'inferred',
    source: 'ms-hyper-v-architecture',
    confidence: 'medium',
  },
  {
    id: 'request-start',
    actor: 'management client',
    domain: 'management',
    sentence: 'The client requests the state Enabled and receives a job to wait for',
    next: { to: 'management', by: 'call' },
    evidence: 'documented',
    source: 'ms-wmi-hyper-v',
    confidence: 'high',
    detail: 'Msvm_ComputerSystem.RequestStateChange(2)',
  },
  {
    id: 'start-worker',
    actor: 'VMMS',
    domain: 'management',
    sentence: 'VMMS starts a worker process for this virtual machine alone',
    next: { to: 'worker', by: 'process-start' },
    begins: ['worker'],
    evidence: 'documented',
    source: 'ms-hyper-v-architecture',
    confidence: 'high',
    detail: 'vmwp.exe',
  },
  {
    id: 'open-vid',
    actor: 'VMWP',
    domain: 'worker',
    sentence: 'The worker process asks the VID for a partition with memory and processors',
    next: { to: 'root', by: 'call' },
    evidence: 'inferred',
    source: 'ms-hyper-v-architecture',
    confidence: 'medium',
  },
];

const partition: readonly ProcedureStep[] = [
  byHypercall(
    'create-partition',
    hypercalls.createPartition,
    'The VID has the hypervisor create a partition, which cannot execute code yet',
    { begins: ['guest'] },
  ),
  byHypercall(
    'set-properties',
    hypercalls.setPartitionProperty,
    'The VID sets the properties that must be fixed early',
    { repeats: 'once a property' },
  ),
  byHypercall(
    'initialize-partition',
    hypercalls.initializePartition,
    'The VID has the configuration checked and the partition made ready for processors',
  ),
  byHypercall(
    'deposit-memory',
    hypercalls.depositMemory,
    'The VID gives the hypervisor memory for its own tables about the partition; the root loses access to it',
  ),
  byHypercall(
    'create-processors',
    hypercalls.createVp,
    'The VID creates the virtual processors; none of them runs yet',
    { repeats: 'once a virtual processor' },
  ),
  byHypercall(
    'map-memory',
    hypercalls.mapGpaPages,
    'The VID maps pages of the root into the partition as its memory',
    { repeats: 'a list of pages a call' },
  ),
  byHypercall(
    'install-intercepts',
    hypercalls.installIntercept,
    'The VID names what shall be reported to the root: I/O ports, MSRs, CPUID',
    { repeats: 'once an intercept' },
  ),
  byHypercall(
    'set-registers',
    hypercalls.setVpRegisters,
    'The VID sets the registers with which the first virtual processor will begin',
  ),
];

const devices: readonly ProcedureStep[] = [
  {
    id: 'create-devices',
    actor: 'VMWP',
    domain: 'worker',
    sentence: 'The worker process creates its virtual devices (VDevs)',
    evidence: 'inferred',
    source: 'windows-internals-6',
    confidence: 'medium',
  },
  {
    id: 'load-firmware',
    actor: 'VMWP',
    domain: 'worker',
    sentence: 'The worker process puts the firmware into the partition’s memory',
    next: { to: 'guest', by: 'load' },
    evidence: 'inferred',
    source: 'mu-msvm',
    confidence: 'medium',
    detail: 'Generation 1: BIOS. Generation 2: UEFI',
  },
  {
    id: 'offer-channels',
    actor: 'VSPs',
    domain: 'root',
    sentence:
      'The service providers register their channels with VMBus; the guest hears of them when it asks',
    evidence: 'inferred',
    source: 'linux-vmbus-doc',
    confidence: 'medium',
    detail: 'control messages REQUEST_OFFERS (3), OFFER (1), ALL_OFFERS (4)',
  },
  byHypercall(
    'release-processor',
    hypercalls.setVpRegisters,
    'The VID clears the explicit suspension of the first virtual processor',
    { detail: 'HvRegisterExplicitSuspend (register name 0) of VP 0' },
  ),
  {
    id: 'enter-guest',
    actor: 'hypervisor',
    domain: 'hypervisor',
    sentence: 'The hypervisor schedules the processor and enters the guest',
    next: { to: 'guest', by: 'hand-over' },
    evidence: 'inferred',
    source: 'tlfs-virtualization-host',
    confidence: 'medium',
  },
  {
    id: 'run-firmware',
    actor: 'guest firmware',
    domain: 'guest',
    sentence: 'The first virtual processor runs the firmware, which starts the guest’s boot loader',
    evidence: 'inferred',
    source: 'mu-msvm',
    confidence: 'medium',
    detail: 'Generation 2: the firmware reads the disk through its own VSC',
  },
];

export const startVmHyperV: Procedure = {
  id: 'start-vm-hyper-v',
  title: 'A virtual machine is created and started on Hyper-V',
  architecture: 'hyper-v',
  kind: 'start-vm',
  note: 'The hypercalls and most of their order are specified; where intercepts, registers, devices and firmware stand among them is this book’s reading. That the VID makes the calls follows from its published role; Windows’ code is not public.',
  domains: [
    management(
      'VMMS, the WMI service and management clients: user processes of the root partition.',
    ),
  ],
  present: ['hardware', 'hypervisor', 'root', 'management'],
  steps: [...request, ...partition, ...devices],
};
