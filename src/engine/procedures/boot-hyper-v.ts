/**
 * How a Hyper-V host starts: since Windows Server 2012, and as Windows Server 2008 did it. Models: who
 * loads the hypervisor, when the root partition comes into being, when the Windows kernel starts.
 * Leaves out: measured boot, microcode updates, other processors, virtualization-based security.
 * Checked against: chapter 22 of the TLFS 2.0a, of Windows Server 2008 R2, for what holds after the launch;
 * no later edition with that chapter was found. Microsoft has not published the loader's steps: they come from
 * secondary sources and are inferred. Since when the loader has the file that is named was not found.
 */
import { bootLoader, firmware, management } from './domains.ts';
import type { Procedure, ProcedureStep } from './procedure.ts';

const loader = bootLoader('The Windows boot loader with its helpers, on the bare machine.');
const services = management('VMMS, a service of Windows in the root partition.');

const startLoader: ProcedureStep = {
  id: 'start-loader',
  actor: 'firmware',
  domain: 'firmware',
  sentence: 'The firmware starts the Windows boot loader from the disk',
  next: { to: 'boot-loader', by: 'hand-over' },
  begins: ['boot-loader'],
  evidence: 'assumed',
  source: 'tlfs-2-0',
  confidence: 'low',
};

const createRoot = (sentence: string): ProcedureStep => ({
  id: 'create-root',
  actor: 'hypervisor',
  domain: 'hypervisor',
  sentence,
  next: { to: 'root', by: 'hand-over' },
  begins: ['root'],
  evidence: 'documented',
  source: 'tlfs-2-0',
  confidence: 'high',
  detail: 'TLFS 2.0a, sections 22.1 to 22.3',
});

const imageFiles = 'hvix64.exe (Intel), hvax64.exe (AMD)';

/** What follows in the root partition, in either order. */
const intoService: readonly ProcedureStep[] = [
  {
    id: 'start-drivers',
    actor: 'Windows kernel',
    domain: 'root',
    sentence: 'Windows in the root partition finds the devices and starts their drivers',
    next: { to: 'hardware', by: 'call' },
    evidence: 'inferred',
    source: 'ms-hyper-v-tuning',
    confidence: 'medium',
  },
  {
    id: 'start-virtualization-stack',
    actor: 'Windows kernel',
    domain: 'root',
    sentence: 'It starts the kernel’s part of the virtualization stack: VID, VMBus, virtual switch',
    evidence: 'inferred',
    source: 'ms-hyper-v-architecture',
    confidence: 'medium',
  },
  {
    id: 'start-vmms',
    actor: 'Windows',
    domain: 'root',
    sentence: 'Windows starts VMMS; virtual machines can now be started',
    next: { to: 'management', by: 'process-start' },
    begins: ['management'],
    evidence: 'inferred',
    source: 'ms-hyper-v-architecture',
    confidence: 'medium',
    detail: 'vmms.exe',
  },
];

export const bootHyperV: Procedure = {
  id: 'boot-hyper-v',
  title: 'A Hyper-V host starts',
  architecture: 'hyper-v',
  kind: 'boot',
  note: 'Since Windows Server 2012. The specification of Windows Server 2008 R2 fixes what holds after the launch; that the launch comes first, and the steps of the loader, are from secondary sources.',
  domains: [firmware, loader, services],
  present: ['hardware', 'firmware'],
  steps: [
    startLoader,
    {
      id: 'load-hvloader',
      actor: 'winload',
      domain: 'boot-loader',
      sentence:
        'The Windows boot loader loads the loader of the hypervisor, if the setting says so',
      next: { to: 'boot-loader', by: 'load' },
      evidence: 'inferred',
      source: 'windows-internals-7',
      confidence: 'medium',
      detail: 'hvloader.dll in Windows 10; boot setting hypervisorlaunchtype (BCDEdit)',
    },
    {
      id: 'load-hypervisor',
      actor: 'hvloader',
      domain: 'boot-loader',
      sentence: 'It loads the hypervisor that fits the processor',
      next: { to: 'hypervisor', by: 'load' },
      evidence: 'inferred',
      source: 'windows-internals-6',
      confidence: 'medium',
      detail: `${imageFiles}; the source has HvBoot.sys load them`,
    },
    {
      id: 'launch-hypervisor',
      actor: 'boot agent',
      domain: 'boot-loader',
      sentence: 'The boot agent calls the entry point of the hypervisor',
      next: { to: 'hypervisor', by: 'call' },
      begins: ['hypervisor'],
      evidence: 'documented',
      source: 'tlfs-2-0',
      confidence: 'high',
    },
    createRoot(
      'The hypervisor creates the root partition and returns; its caller now runs inside that partition',
    ),
    {
      id: 'start-kernel',
      actor: 'winload',
      domain: 'root',
      sentence:
        'The boot loader starts the Windows kernel, on a virtual processor from its first instruction',
      next: { to: 'root', by: 'hand-over' },
      evidence: 'inferred',
      source: 'duran-early-launch',
      confidence: 'medium',
      detail: 'ntoskrnl.exe',
    },
    ...intoService,
  ],
};

export const bootHyperV2008: Procedure = {
  id: 'boot-hyper-v-2008',
  title: 'A Hyper-V host of 2008 starts',
  architecture: 'hyper-v',
  kind: 'boot',
  variantOf: 'boot-hyper-v',
  note: 'Windows Server 2008 and 2008 R2: a driver of Windows launched the hypervisor under the Windows that was starting.',
  domains: [
    firmware,
    loader,
    services,
    {
      id: 'windows',
      label: 'Windows kernel',
      kind: 'privileged-kernel',
      band: 'kernel',
      colour: 'kernel',
      describes: 'The Windows kernel before the launch, on the bare machine.',
    },
  ],
  present: ['hardware', 'firmware'],
  steps: [
    startLoader,
    {
      id: 'start-kernel',
      actor: 'boot loader',
      domain: 'boot-loader',
      sentence: 'The boot loader starts the Windows kernel on the bare machine',
      next: { to: 'windows', by: 'hand-over' },
      begins: ['windows'],
      evidence: 'documented',
      source: 'armstrong-2008',
      confidence: 'high',
      detail: 'ntoskrnl.exe',
    },
    {
      id: 'load-hypervisor',
      actor: 'HvBoot.sys',
      domain: 'windows',
      sentence: 'A boot driver finds no other hypervisor and loads the one that fits the processor',
      next: { to: 'hypervisor', by: 'load' },
      evidence: 'inferred',
      source: 'duran-early-launch',
      confidence: 'medium',
      detail: `${imageFiles}, as Windows Internals 6 names them`,
    },
    {
      id: 'launch-hypervisor',
      actor: 'HvBoot.sys',
      domain: 'windows',
      sentence: 'The driver launches the hypervisor while Windows is starting',
      next: { to: 'hypervisor', by: 'call' },
      begins: ['hypervisor'],
      evidence: 'documented',
      source: 'armstrong-2008',
      confidence: 'high',
    },
    createRoot(
      'The hypervisor creates the root partition and returns; the Windows that called it goes on inside',
    ),
    ...intoService,
  ],
};
