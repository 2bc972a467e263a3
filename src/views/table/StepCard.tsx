/** One step in full: what happens, what it costs and how sure that is, and the register it touches. */
import type { JSX } from 'preact';
import {
  type Cost,
  domainOf,
  fieldsOf,
  hexadecimal,
  type Step,
  type World,
} from '#engine/index.ts';
import {
  evidenceMeanings,
  grouped,
  rangeOf,
  standingMeanings,
  sumOf,
  time,
  timeWithRange,
} from '../language/format.ts';
import { nameOf } from '../lane/names.ts';
import type { Lane, Price } from '../lane/lane.ts';
import { DomainKey } from '../language/Legend.tsx';
import { meanings } from '../language/meanings.ts';
import { nameOfMechanism } from '../language/mechanisms.ts';

export interface StepCardProps {
  readonly lane: Lane;
  readonly step: Step;
  /** Address of a source; without it sources are named and not linked. */
  readonly sourceHref?: ((source: string) => string) | undefined;
  /** What a source is called; without it its key stands for it. */
  readonly sourceTitle?: ((key: string) => string) | undefined;
}

type SourceLinks = Pick<StepCardProps, 'sourceHref' | 'sourceTitle'>;

export function StepCard({ lane, step, ...links }: StepCardProps): JSX.Element {
  const { world } = lane.run;
  const domain = domainOf(world, step.domain);
  return (
    <div class="bg-card">
      <p class="bg-card-place">
        <DomainKey colour={domain.colour} /> <strong>{nameOf(lane)}</strong>{' '}
        <span>
          {domain.label} · {step.phase}
        </span>
      </p>
      <p class="bg-card-sentence">{step.sentence}.</p>
      <dl class="bg-card-facts">
        {step.mechanism !== 'work' && (
          <Fact name="how">
            {nameOfMechanism(step.mechanism)}
            <small>{meanings[step.mechanism]}</small>
          </Fact>
        )}
        <Costs costs={step.costs} prices={lane.prices} {...links} />
        {step.access !== undefined && <Access access={step.access} world={world} />}
        <Fact name="evidence">
          {step.evidence}
          <small>
            {step.evidence === 'assumed' && step.sources.length > 0
              ? 'no source says all of it'
              : evidenceMeanings[step.evidence]}
            {step.sources.map((source) => (
              <Source key={source} source={source} {...links} />
            ))}
          </small>
        </Fact>
      </dl>
    </div>
  );
}

const Fact = ({
  name,
  children,
}: {
  readonly name: string;
  readonly children: JSX.Element | string | readonly (JSX.Element | string | false)[];
}): JSX.Element => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

interface SourceProps extends SourceLinks {
  readonly source: string;
}

function Source({ source, sourceHref, sourceTitle }: SourceProps): JSX.Element {
  const title = sourceTitle?.(source) ?? source;
  return <> [{sourceHref === undefined ? title : <a href={sourceHref(source)}>{title}</a>}]</>;
}

interface CostsProps extends SourceLinks {
  readonly costs: readonly Cost[];
  readonly prices: Lane['prices'];
}

function Costs({ costs, prices, ...links }: CostsProps): JSX.Element {
  if (costs.length === 0) return <Fact name="cost">none of its own</Fact>;
  const total = sumOf(costs.map(({ ns }) => ns));
  return (
    <>
      {costs.length > 1 && <Fact name="cost">{timeWithRange(total)}</Fact>}
      {costs.map((cost) => (
        <Fact key={cost.parameter} name={costs.length > 1 ? '' : 'cost'}>
          <CostFact cost={cost} price={prices[cost.parameter]} {...links} />
        </Fact>
      ))}
    </>
  );
}

interface CostFactProps extends SourceLinks {
  readonly cost: Cost;
  readonly price: Price | undefined;
}

function CostFact({ cost, price, ...links }: CostFactProps): JSX.Element {
  if (price === undefined) return <>{timeWithRange(cost.ns)}</>;
  const times = cost.times > 1 ? ` × ${cost.times}` : '';
  return (
    <>
      <span class={`bg-standing bg-standing-text-${price.standing}`}>{time(cost.ns.default)}</span>
      <small>
        {[rangeOf(cost.ns), price.standing].filter(Boolean).join(' · ')}
        {` · ${price.title}${times}`}
        <PriceSource price={price} {...links} />
      </small>
    </>
  );
}

/** Where a price comes from; a guess has no source and says what it is. */
function PriceSource({ price, ...links }: SourceLinks & { readonly price: Price }): JSX.Element {
  const { source, standing } = price;
  if (source !== undefined) return <Source source={source} {...links} />;
  return <>{` (${standingMeanings[standing]})`}</>;
}

/** The register, its value, and the fields that the value sets. */
function Access({
  access,
  world,
}: {
  readonly access: NonNullable<Step['access']>;
  readonly world: World;
}): JSX.Element {
  const register = world.registers[access.register];
  const fields = register === undefined ? [] : fieldsOf(register, access.value);
  return (
    <Fact name={access.op}>
      <code>
        {register?.label ?? access.register} = {hexadecimal(access.value)}
      </code>
      {access.times > 1 && (
        <small>the last of {grouped(access.times)} accesses by one string instruction</small>
      )}
      {fields.length > 0 && (
        <ul class="bg-bits">
          {fields.map(({ field, value }) => (
            <li key={field.name}>
              <code>{field.name}</code> {bitsOf(field.at, field.bits)}
              {field.bits > 1 && ` = ${hexadecimal(value)}`}: {field.meaning}
            </li>
          ))}
        </ul>
      )}
    </Fact>
  );
}

const bitsOf = (at: number, bits: number): string =>
  bits === 1 ? `bit ${at}` : `bits ${at + bits - 1} to ${at}`;
