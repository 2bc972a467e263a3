/** Targets on disks. */
import type { Request } from '../../vocabulary/request.ts';
import { coalescing } from '../changes/coalescing.ts';
import { cyclesPerRequest, guestExits, processors } from '../measures.ts';
import type { Runs } from '../runs.ts';
import { atLeast, atMost, between, exactly, type Target } from '../target.ts';

// --- V6, V7 -------------------------------------------------------------------------------------------

const reads = { architecture: 'esxi', operation: 'read', bytes: 4096, window: 0 } as const;

/** Requests outstanding from which the guest leaves out its kicks; 1 leaves out none. */
type Threshold = 1 | 4;

/** Cycles for each read through PVSCSI to those through LSI Logic, with so many outstanding. */
function paravirtualShare(runs: Runs, queueDepth: number, threshold: Threshold): number {
  const cycles = (device: string): number =>
    cyclesPerRequest(
      runs.of({
        ...reads,
        device,
        count: 4000,
        queueDepth,
        parameters: { 'esxi.request-call-threshold': threshold },
      }),
    );
  return cycles('pvscsi') / cycles('lsi-sas1068');
}

const depths = [8, 32, 64] as const;
const thresholds = [1, 4] as const;

/** Share of a processor that PVSCSI saves at a rate. */
function saved(runs: Runs, rate: number): number {
  const busy = (device: string): number =>
    processors(runs.of({ ...reads, device, count: 2000, rate }));
  return busy('lsi-sas1068') - busy('pvscsi');
}

// --- V8 -----------------------------------------------------------------------------------------------

const small: Request = {
  ...reads,
  device: 'pvscsi',
  bytes: 512,
  parameters: { 'disk-service': 400_000, 'disk-parallelism': 128 },
};
const saturated: Request = { ...small, count: 8000, queueDepth: 64 };
const alone: Request = { ...small, count: 200, queueDepth: 1 };

// --- V24 ----------------------------------------------------------------------------------------------

const oneRead = (device: string): Request => ({
  architecture: 'hyper-v',
  device,
  operation: 'read',
  bytes: 4096,
  count: 20,
});

export const storage: readonly Target[] = [
  {
    id: 'V6',
    title: 'ESXi: PVSCSI against LSI Logic, processor time for each command',
    published: '0.70 to 0.90 on Fibre Channel',
    source: 'vmware-pvscsi-2010',
    confidence: 'A',
    compares: 'value',
    setUp:
      'reads of 4 KiB, 8 to 64 outstanding, with a kick for each and with kicks left out from 4 outstanding; cycles of guest and host for each read',
    needs: [
      ['esxi', 'pvscsi'],
      ['esxi', 'lsi-sas1068'],
    ],
    measures: thresholds.flatMap((threshold) =>
      depths.map((depth) => ({
        what: `PVSCSI to LSI Logic, ${depth} outstanding, ${threshold === 1 ? 'each kicked' : 'kicks left out'}`,
        unit: 'ratio',
        band: between(0.7, 0.9),
        compute: (runs: Runs) => paravirtualShare(runs, depth, threshold),
      })),
    ),
    differs:
      'where kicks are left out PVSCSI saves more than was measured: the work of the application and of a Fibre Channel driver, alike on both sides, is not modelled',
  },
  {
    id: 'V7',
    title: 'ESXi: from which rate PVSCSI pays off',
    published: 'above 2,000 IOPS',
    source: 'wiley-vsphere',
    confidence: 'A',
    compares: 'value',
    setUp:
      'reads of 4 KiB at random, at 500, 2,000 and 20,000 a second; a share of a processor counts as visible from 1 %, which is a choice of ours',
    needs: [
      ['esxi', 'pvscsi'],
      ['esxi', 'lsi-sas1068'],
    ],
    measures: [
      {
        what: 'processor saved at 500 IOPS',
        unit: 'processors',
        band: atMost(0.01),
        compute: (runs) => saved(runs, 500),
      },
      {
        what: 'processor saved at 2,000 IOPS',
        unit: 'processors',
        band: atMost(0.01),
        compute: (runs) => saved(runs, 2000),
      },
      {
        what: 'processor saved at 20,000 IOPS',
        unit: 'processors',
        band: atLeast(0.01),
        compute: (runs) => saved(runs, 20_000),
      },
    ],
    differs: 'the saving for each command is larger or smaller than what was measured',
  },
  {
    id: 'V8',
    title: 'ESXi: interrupts coalesced by commands in flight',
    published: 'throughput up to + 18 %, applications up to + 5 %',
    source: 'vmware-vic-2011',
    confidence: 'A',
    compares: 'value',
    setUp:
      'PVSCSI, reads of 512 bytes from an array that takes 0.4 ms, so that many are in flight; the guest’s processor saturated with 64 outstanding; and one at a time, where nothing may change',
    needs: [['esxi', 'pvscsi']],
    measures: [
      {
        what: 'throughput, 64 outstanding: coalesced to not',
        unit: 'ratio',
        band: between(1, 1.18),
        compute: (runs) =>
          runs.of(saturated, coalescing).statistics.throughputPerSecond /
          runs.of(saturated).statistics.throughputPerSecond,
      },
      {
        what: 'median latency, one outstanding: coalesced to not',
        unit: 'ratio',
        band: exactly(1),
        compute: (runs) =>
          runs.of(alone, coalescing).statistics.latencyNs.p50 /
          runs.of(alone).statistics.latencyNs.p50,
      },
    ],
    differs: 'the delivery ratios are remembered, and the application takes no time',
  },
  {
    id: 'V24',
    title: 'Hyper-V: emulated IDE against synthetic SCSI',
    published: 'no published ratio found; 26 to 31 intercepts for each command against a hypercall',
    source: 'voellm-2007',
    confidence: 'A/C',
    compares: 'sign',
    setUp: 'reads of 4 KiB, one at a time',
    needs: [
      ['hyper-v', 'ide-dma'],
      ['hyper-v', 'storvsc'],
    ],
    measures: [
      {
        what: 'latency: IDE to synthetic',
        unit: 'ratio',
        band: atLeast(1),
        compute: (runs) =>
          runs.of(oneRead('ide-dma')).statistics.latencyNs.mean /
          runs.of(oneRead('storvsc')).statistics.latencyNs.mean,
      },
      {
        what: 'register accesses of a command, IDE',
        unit: 'count',
        band: between(26, 31),
        compute: (runs) => {
          const { accesses, requests } = runs.of(oneRead('ide-dma')).totals;
          return (accesses.reads + accesses.writes) / requests;
        },
      },
      {
        what: 'exits and hypercalls of a command, synthetic',
        unit: 'count',
        band: atMost(1),
        compute: (runs) => guestExits(runs.of(oneRead('storvsc'))),
      },
    ],
    differs: 'one of the counts is not that of the driver’s source',
  },
];
