/** Targets on how a guest announces its work to a back end, and on back ends in user space. */
import type { Request } from '../../vocabulary/request.ts';
import type { Run } from '../../vocabulary/run.ts';
import { armsAlways } from '../changes/arming.ts';
import { kickInKernel, kickToUserSpace } from '../changes/user-space-net.ts';
import type { Runs } from '../runs.ts';
import { frequencyOf, gigabits, hostProcessors } from '../measures.ts';
import { about, atMost, between, type Target } from '../target.ts';
import { fullFrame, largeSend } from './frames.ts';

const fastLine = { 'wire-byte': 0.2 };
const transmits = {
  architecture: 'kvm',
  device: 'virtio-net',
  operation: 'tx',
  window: 0,
} as const;

// --- V11 ----------------------------------------------------------------------------------------------

const kicks = (architecture: string, device: string): Request => ({
  architecture,
  device,
  operation: 'tx',
  bytes: 60,
});

/** From where the guest stops to notify until it has reached the side of the back end, before anything there wakes. */
function kickCycles(run: Run, back: string): number {
  const left = run.trace.find((event) => event.kind === 'vcpu' && !event.running);
  const there = run.trace.find(
    (event) => event.kind === 'crossing' && event.domain === back && event.at >= (left?.at ?? 0),
  );
  if (left === undefined || there === undefined) throw new RangeError(`nothing reaches ${back}`);
  return (there.until - left.at) * frequencyOf(run);
}

// --- V12, V14 -----------------------------------------------------------------------------------------

const kicked = (queueDepth: number): Request => ({
  ...transmits,
  bytes: fullFrame,
  count: 4000,
  queueDepth,
});

/** An exit that an outer hypervisor serves, as far as the ranges go: 11,500 cycles, where 13,400 were measured. */
const nested = {
  ...fastLine,
  'vm-exit': 1000,
  'vm-entry': 1000,
  'exit-handler': 2500,
  'exit-indirect': 7000,
};
const draining = (queueDepth: number): Request => ({ ...kicked(queueDepth), parameters: nested });

// --- V21 ----------------------------------------------------------------------------------------------

const large = {
  ...transmits,
  bytes: largeSend,
  count: 3000,
  parameters: { ...fastLine, 'copy-byte': 0.32 },
};

export const kickTargets: readonly Target[] = [
  {
    id: 'V11',
    title: 'kick of a driver domain against one in the kernel',
    published: '11,262 against 560 cycles = 20',
    source: 'dall-2016',
    confidence: 'B',
    compares: 'value',
    setUp:
      'one frame through Xen’s netfront and through virtio-net on KVM: from the notification until it has reached the other domain, or KVM’s eventfd',
    needs: [
      ['xen', 'xen-netfront'],
      ['kvm', 'virtio-net'],
    ],
    measures: [
      {
        what: 'driver domain to kernel',
        unit: 'ratio',
        band: about(11_262 / 560, 0.3),
        compute: (runs) =>
          kickCycles(runs.of(kicks('xen', 'xen-netfront')), 'driver-domain') /
          kickCycles(runs.of(kicks('kvm', 'virtio-net')), 'vhost'),
      },
    ],
    differs:
      'the remembered 560 cycles are less than one exit costs in any range here; the way to the driver domain by itself is near its 11,262',
  },
  {
    id: 'V12',
    title: 'kick signalled by the hypervisor against an exit to user space',
    published: 'TCP transmit + 50 %',
    source: 'openvmm-33d8e5fad',
    confidence: 'A',
    compares: 'value',
    setUp:
      'virtio-net served by a thread in user space on KVM; full frames one at a time, so that each is kicked, and more of them',
    needs: [['kvm', 'virtio-net']],
    measures: [1, 4, 16].map((depth) => ({
      what: `throughput, ${depth} outstanding: signalled in the kernel to user space`,
      unit: 'ratio',
      band: between(1.3, 1.7),
      compute: (runs: Runs) =>
        gigabits(runs.of(kicked(depth), kickInKernel)) /
        gigabits(runs.of(kicked(depth), kickToUserSpace)),
    })),
    differs:
      'a busy back end has asked for no kick, so its rate does not depend on them; what an exit to user space costs under the Microsoft hypervisor is not published',
  },
  {
    id: 'V14',
    title: 'kicks suppressed while the ring is drained',
    published: 'TCP transmit + 31 %, UDP + 48 %',
    source: 'openvmm-98339adf4',
    confidence: 'A',
    compares: 'value',
    setUp:
      'virtio-net served by a thread in user space on KVM, full frames, with the exits of a nested guest; the device asks for a kick when the ring is empty, or after each buffer',
    needs: [['kvm', 'virtio-net']],
    measures: [4, 16, 64].map((depth) => ({
      what: `throughput, ${depth} outstanding: suppressed to not`,
      unit: 'ratio',
      band: between(1 + 0.5 * 0.31, 1 + 1.5 * 0.48),
      compute: (runs: Runs) =>
        gigabits(runs.of(draining(depth), kickInKernel)) /
        gigabits(runs.of(draining(depth), armsAlways)),
    })),
    differs:
      'the guest’s network stack takes no time, so its kicks are nearly all that it does: once each frame is kicked the back end keeps up, the ring is empty again, and suppression has nothing to suppress',
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
