/** One read of a disk, to try every control of the kit on: which disk, how much, how fast, and its steps. Pure. */
import type { Step } from '#engine/index.ts';
import type { Lane } from '#views/lane/lane.ts';
import { grouped, time } from '#views/language/format.ts';
import { flag, maybe, oneOf, option, partCodec, token, whole } from '../kit/address/codec.ts';
import { choiceOf } from '../kit/controls/choice.ts';
import type { Quantity } from '../kit/controls/quantity.ts';
import { inquiry, type LabModel, type LabSituation } from '../kit/lab.tsx';
import { laneQuestion } from '../kit/runner/questions.ts';
import { atRest, walkOver } from '../kit/stepping.ts';
import type { WidgetState } from '../kit/use-widget.ts';

export interface State extends WidgetState {
  readonly device: 'ide-dma' | 'storvsc';
  /** Number of the step, from 1; null for the whole picture. */
  readonly at: number | null;
  /** Sectors of 512 bytes. */
  readonly sectors: number;
  /** Time that the disk takes for itself, in nanoseconds. */
  readonly serviceNs: number;
  /** Whether each step says what it costs. */
  readonly costs: boolean;
}

const devices = { 'ide-dma': 'IDE disk', storvsc: 'SCSI disk of VMBus' } as const;

/** Bounds of what can be asked for: the parameter's own, and those of a request. */
export const sectorRange = { min: 1, max: 256, usual: 8 } as const;
export const serviceRange = { min: 3400, max: 10_000_000, usual: 25_000 } as const;

export const sectors: Quantity = {
  id: 'sectors',
  title: 'Sectors',
  unit: '',
  ...sectorRange,
  logarithmic: true,
};

export const original: State = {
  ...atRest,
  notice: null,
  device: 'storvsc',
  at: null,
  sectors: sectorRange.usual,
  serviceNs: serviceRange.usual,
  costs: false,
};

type Situation = LabSituation<State, Lane>;
const stepOf = ({ state, data }: Situation) => data?.path[(state.at ?? 0) - 1];
const sentenceOf = (step: Step | undefined): string =>
  step === undefined ? '' : `${step.sentence}.`;
const inBytes = (count: number): string => `${grouped(count * 512)} bytes`;

export const model: LabModel<State, Lane> = {
  id: 'specimens',
  original,
  codec: partCodec(original, {
    version: 'v1',
    fields: {
      device: token(oneOf('device', ['ide-dma', 'storvsc'])),
      at: maybe('at', whole('step', 1, 999)),
      sectors: option('sectors', whole('sectors', sectorRange.min, sectorRange.max), 8),
      serviceNs: option(
        'service',
        whole('service', serviceRange.min, serviceRange.max),
        serviceRange.usual,
      ),
      costs: flag('costs'),
    },
  }),
  ask: ({ device, sectors: count, serviceNs }) =>
    inquiry(laneQuestion, {
      architecture: 'hyper-v',
      device,
      operation: 'read',
      bytes: count * 512,
      parameters: { 'disk-service': serviceNs },
    }),
  stepper: {
    through: 'the read',
    walk: ({ state, data }) => walkOver(data?.path.length ?? 0, state.at),
    go: ({ state }, at) => ({ ...state, at, notice: null }),
  },
  choices: ({ state }) => [
    choiceOf('Disk', devices, state.device, (device) => ({ ...state, device, at: null })),
  ],
  where: ({ state, data }) => `step ${state.at ?? 0} of ${data?.path.length ?? 0}`,
  sentence: (situation) => sentenceOf(stepOf(situation)),
  title: ({ device, sectors: count }) => `${inBytes(count)} read from the ${devices[device]}`,
  caption: ({ data }) =>
    data === null
      ? 'It is being computed.'
      : `${data.path.length} steps in ${time(data.run.totals.latencyNs.default)}.`,
  table: ({ path }) => ({
    columns: ['step', 'domain', 'what happens'],
    rows: path.map(({ domain, sentence }, index) => [index + 1, domain, sentence]),
  }),
};
