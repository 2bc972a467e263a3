/** Targets on how a guest announces its work to a back end, and on back ends in user space. */
import type { Request } from '../../vocabulary/request.ts';
import { kickByHypercalls, kickByPage, kickInKernel } from '../changes/user-space-net.ts';
import type { Change, Runs } from '../runs.ts';
import { gigabits, hostProcessors } from '../measures.ts';
import { about, atMost, between, type Measure, type Target } from '../target.ts';
import { largeSend, networkStack } from './frames.ts';

const fastLine = { 'wire-byte': 0.2 };
const transmits = {
  architecture: 'kvm',
  device: 'virtio-net',
  operation: 'tx',
  window: 0,
} as const;

// --- V12, V13 -----------------------------------------------------------------------------------------

/** One flow of large sends, with several under way, as TCP has them. */
const sends = (queueDepth: number): Request => ({
  ...transmits,
  bytes: largeSend,
  count: 2000,
  queueDepth,
  parameters: { ...fastLine, ...networkStack },
});

const depths = [4, 16, 64] as const;

/** Throughput where kicks are served in one way to that where they are served in another. */
const gains = (better: Change, worse: Change, says: string): readonly Measure[] =>
  depths.map((depth) => ({
    what: `throughput, ${depth} outstanding: ${says}`,
    unit: 'ratio',
    band: between(1.3, 1.7),
    compute: (runs: Runs) =>
      gigabits(runs.of(sends(depth), better)) / gigabits(runs.of(sends(depth), worse)),
  }));

// --- V21 ----------------------------------------------------------------------------------------------

const large = {
  ...transmits,
  bytes: largeSend,
  count: 3000,
  parameters: { ...fastLine, 'copy-byte': 0.32 },
};

export const kickTargets: readonly Target[] = [
  {
    id: 'V12',
    title: 'kick signalled by the hypervisor against an exit to user space',
    published: 'TCP transmit + 50 %',
    source: 'openvmm-33d8e5fad',
    confidence: 'A',
    compares: 'value',
    setUp:
      'virtio-net served by a thread in user space on KVM, sends of 64 KiB after the guest’s network stack; the exit to user space makes three hypercalls for registers, as OpenVMM did then. The load is not in the source: its size and depth are ours',
    needs: [['kvm', 'virtio-net']],
    measures: gains(kickInKernel, kickByHypercalls, 'signalled in the kernel to user space'),
    differs: 'what an exit to user space costs under the Microsoft hypervisor is not published',
  },
  {
    id: 'V13',
    title: 'registers of an exit by hypercall against a mapped page',
    published: 'TCP transmit + 50 %, boot + 5 %',
    source: 'openvmm-4f74a4d2b',
    confidence: 'A',
    compares: 'value',
    setUp:
      'as V12, with each kick an exit to user space: three hypercalls for registers, which the source shows, or a page. The load is not in the source: its size and depth are ours',
    needs: [['kvm', 'virtio-net']],
    measures: gains(kickByPage, kickByHypercalls, 'mapped page to hypercalls'),
    differs:
      'three hypercalls at the guessed 3,000 cycles add a fifth to a send of 64 KiB; at 5,000, the end of their range, they add 30 %. What they cost a root partition is not published',
  },
  {
    id: 'V21',
    title: 'back end in user space, saturated',
    published: '25 Gb/s by a core; 14.5 Gb/s by at most 0.8 of one',
    source: 'firecracker-specification',
    confidence: 'A',
    compares: 'identity',
    setUp:
      'virtio-net served by a thread in user space on KVM, sends of 64 KiB over 40 Gb/s; a byte is copied in 0.32 ns, which is 480 ns for 1,500 bytes and derived from the published rate: only what comes on top of it is tested',
    needs: [['kvm', 'virtio-net']],
    measures: [
      {
        what: 'throughput of one busy processor of the host',
        unit: 'Gb/s',
        band: about(25, 0.2),
        compute: (runs) => {
          const run = runs.of({ ...large, queueDepth: 16 }, kickInKernel);
          return gigabits(run) / hostProcessors(run);
        },
      },
      {
        what: 'host processors at 14.5 Gb/s',
        unit: 'processors',
        band: atMost(0.8),
        compute: (runs) => {
          const rate = Math.round(14.5e9 / (8 * largeSend));
          return hostProcessors(runs.of({ ...large, rate }, kickInKernel));
        },
      },
    ],
    differs: 'the fixed costs of a send are too dear, or charged twice',
  },
];
