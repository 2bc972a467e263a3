/** The controls of the kit, each with the read that it changes. */
import type { ComponentChildren, JSX } from 'preact';
import { useRef } from 'preact/hooks';
import type { Lane } from '#views/lane/lane.ts';
import { sumOf, timeWithRange } from '#views/language/format.ts';
import { NumberField } from '../kit/controls/NumberField.tsx';
import { Pill } from '../kit/controls/Pill.tsx';
import type { Quantity } from '../kit/controls/quantity.ts';
import { Slider } from '../kit/controls/Slider.tsx';
import { Switch } from '../kit/controls/Switch.tsx';
import { useDragged } from '../kit/dragged.ts';
import { labIsland, type LabProps, type PictureProps } from '../kit/lab.tsx';
import { Words } from '../kit/Words.tsx';
import { model, sectors, type State } from './model.ts';

interface SpecimensProps extends PictureProps<State, Lane> {
  /** The parameter that the slider sets; without it there is no slider. */
  readonly service?: Quantity | undefined;
}

export function Specimens({ state, data, width, set, service }: SpecimensProps): JSX.Element {
  return (
    <div class="specimens">
      {set !== undefined && (
        <div class="bench">
          {service !== undefined && (
            <Specimen name="slider">
              <Slider
                quantity={service}
                value={state.serviceNs}
                onChange={(serviceNs) => set({ ...state, serviceNs })}
                sourceHref={(source) => `${import.meta.env.BASE_URL}sources/#${source}`}
              />
            </Specimen>
          )}
          <Specimen name="number">
            <NumberField
              quantity={sectors}
              value={state.sectors}
              onChange={(count) => set({ ...state, sectors: Math.round(count) })}
            />
          </Specimen>
          <Specimen name="switch">
            <Switch
              label="Costs of the steps"
              on={state.costs}
              onChange={(costs) => set({ ...state, costs })}
            />
          </Specimen>
          <Specimen name="pill">
            <StepPill state={state} data={data} set={set} width={Math.min(width, 440)} />
          </Specimen>
        </div>
      )}
      <Steps state={state} data={data} />
    </div>
  );
}

const Specimen = ({ name, children }: { name: string; children: ComponentChildren }) => (
  <div class="specimen">
    <p class="muted">{name}</p>
    {children}
  </div>
);

/** A line with all steps, and a handle on the current one. */
function StepPill({ state, data, set, width }: Required<PictureProps<State, Lane>>): JSX.Element {
  const area = useRef<HTMLDivElement>(null);
  const count = data.path.length;
  const [from, to] = [24, width - 24];
  const x = (number: number): number =>
    from + ((number - 1) / Math.max(count - 1, 1)) * (to - from);
  const number = state.at ?? 1;
  const dragged = useDragged(area, {
    axis: 'x',
    label: 'Step on the line',
    at: number - 1,
    count,
    text: `step ${number}`,
    placeAt: (share) => {
      const along = (share.x * width - from) / (to - from);
      return Math.min(Math.max(Math.round(along * (count - 1)), 0), count - 1);
    },
    choose: (place) => set({ ...state, at: place + 1 }),
  });
  return (
    <div class="scrubbed" ref={area} {...dragged}>
      <svg class="bg-figure" width={width} height={44} viewBox={`0 0 ${width} 44`}>
        <path class="bg-hairline" d={`M${from} 22H${to}`} />
        {data.path.map(({ key }, index) => (
          <path key={key} class="bg-thin" d={`M${x(index + 1).toFixed(1)} 18V26`} />
        ))}
        <Pill x={x(number)} y={22} text={String(number)} />
      </svg>
    </div>
  );
}

const Steps = ({ state, data }: Pick<SpecimensProps, 'state' | 'data'>): JSX.Element => (
  <ol>
    {data.path.map(({ key, sentence, costs }, index) => (
      <li key={key} aria-current={index + 1 === state.at ? 'step' : undefined}>
        <Words>{sentence}</Words>
        {state.costs && (
          <small class="muted"> {timeWithRange(sumOf(costs.map(({ ns }) => ns)))}</small>
        )}
      </li>
    ))}
  </ol>
);

interface IslandProps extends LabProps {
  readonly service: Quantity;
}

export default function SpecimensIsland({ service, children }: IslandProps): JSX.Element {
  const Island = useRef(
    labIsland(model, (props: PictureProps<State, Lane>) => (
      <Specimens {...props} service={service} />
    )),
  ).current;
  return <Island>{children}</Island>;
}
