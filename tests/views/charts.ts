/** The telling scenes of charts: how an answer hangs on the device's speed, and where more machines stop helping. */
import type { Chart, ChartPoint } from '#views/chart/chart.ts';
import { time } from '#views/language/format.ts';

/** So many times faster: a request that costs `slow` or `fast` beside what the device takes. */
const faster = (deviceNs: number, slow: number, fast: number): number =>
  (slow + deviceNs) / (fast + deviceNs);

const devices = [1e7, 3e6, 1e6, 3e5, 1e5, 3e4, 1e4, 3.4e3];

export const againstDevice: Chart = {
  x: { title: 'time of the device', from: 1e7, to: 3.4e3, spacing: 'log', says: time },
  y: { title: 'faster by', from: 1, to: 50, spacing: 'log', says: (value) => `${value}×` },
  series: [
    {
      label: 'one at a time',
      weight: 'main',
      shape: 'line',
      pieces: [
        devices.map((ns): ChartPoint => ({
          x: ns,
          y: faster(ns, 195_000, 13_000),
          low: faster(ns, 120_000, 18_000),
          high: faster(ns, 300_000, 9_000),
        })),
      ],
    },
    {
      label: 'queue depth 32',
      weight: 'other',
      shape: 'line',
      pieces: [
        [
          { x: 1e7, y: 1.1 },
          { x: 3e6, y: 1.3 },
        ],
        [
          { x: 1e5, y: 48 },
          { x: 1e4, y: 41 },
          { x: 3.4e3, y: 38 },
        ],
      ],
    },
    {
      label: 'ESXi: LSI to PVSCSI',
      weight: 'other',
      shape: 'line',
      pieces: [devices.map((ns) => ({ x: ns, y: faster(ns, 22_000, 16_000) }))],
    },
  ],
  ranges: [
    { label: 'hard disk', from: 1e7, to: 1e6 },
    { label: 'SATA SSD', from: 1.5e5, to: 5e4 },
    { label: 'NVMe flash', from: 1e5, to: 1e4, current: true },
    { label: 'Optane', from: 1.2e4, to: 3.4e3 },
  ],
  marks: [{ kind: 'ring', x: 25_000, y: faster(25_000, 195_000, 13_000), label: '5.8×' }],
};

const machines = [1, 2, 4, 8, 16, 32, 64];
const perSecond = (one: number, most: number) =>
  machines.map((x) => ({ x, y: Math.min(most, one * x) }));

export const againstMachines: Chart = {
  x: { title: 'virtual machines', from: 1, to: 64, spacing: 'log2', says: String },
  y: {
    title: 'reads a second',
    from: 2_000,
    to: 2e6,
    spacing: 'log',
    says: (value) => (value >= 1e6 ? `${value / 1e6} M` : `${value / 1e3} k`),
  },
  series: [
    {
      label: 'if nothing filled',
      weight: 'bound',
      shape: 'line',
      pieces: [machines.map((x) => ({ x, y: 64_000 * x }))],
    },
    {
      label: 'synthetic',
      weight: 'main',
      shape: 'line',
      colour: 'kernel',
      pieces: [perSecond(25_800, 1.03e6)],
    },
    { label: 'emulated', weight: 'main', shape: 'step', pieces: [perSecond(4_500, 83_000)] },
  ],
  marks: [
    { kind: 'knee', x: 40, y: 1.03e6, label: 'root’s disk driver full' },
    { kind: 'knee', x: 18.4, y: 83_000, label: '16 processors full' },
  ],
};
