/** All steps of a run as a table: the same facts as the picture, for eyes, ears and paper. */
import type { JSX } from 'preact';
import { domainOf, type Step } from '#engine/index.ts';
import { isDim } from '../lane/cursor.ts';
import { nameOf } from '../lane/names.ts';
import { rangeOf, sumOf, time } from '../language/format.ts';
import { type Lane, requestWordOf, weakestOf } from '../lane/lane.ts';
import { DomainKey } from '../language/Legend.tsx';
import { nameOfMechanism } from '../language/mechanisms.ts';

export interface StepTableProps {
  readonly lane: Lane;
  /** Place in `lane.path` of the current step. */
  readonly cursor?: number | undefined;
  /** Makes faint what no source documents; the word stands in the last column. */
  readonly documentedOnly?: boolean | undefined;
}

export function StepTable({ lane, cursor, documentedOnly }: StepTableProps): JSX.Element {
  const current = cursor === undefined ? undefined : lane.path[cursor]?.key;
  const places = new Map(lane.path.map(({ key }, index) => [key, index + 1]));
  const many = lane.run.totals.requests > 1;
  return (
    <table class="bg-steps">
      <caption>
        {nameOf(lane)}: {lane.steps.length} steps, {lane.path.length} on the path of the request
        {many && 's'}
      </caption>
      <thead>
        <tr>
          <th scope="col">step</th>
          {many && <th scope="col">{requestWordOf([lane])}</th>}
          <th scope="col">phase</th>
          <th scope="col">where</th>
          <th scope="col">mechanism</th>
          <th scope="col">what happens</th>
          <th scope="col" class="bg-number">
            cost
          </th>
          <th scope="col" class="bg-number">
            range
          </th>
          <th scope="col">standing</th>
          <th scope="col">evidence</th>
        </tr>
      </thead>
      <tbody>
        {lane.steps.map((step) => (
          <StepRow
            key={step.key}
            lane={lane}
            step={step}
            place={places.get(step.key)}
            many={many}
            current={step.key === current}
            dim={isDim(step, documentedOnly)}
          />
        ))}
      </tbody>
    </table>
  );
}

interface StepRowProps {
  readonly lane: Lane;
  readonly step: Step;
  /** Number on the path; undefined beside it. */
  readonly place: number | undefined;
  readonly many: boolean;
  readonly current: boolean;
  readonly dim: boolean;
}

function StepRow({ lane, step, place, many, current, dim }: StepRowProps): JSX.Element {
  const domain = domainOf(lane.run.world, step.domain);
  const cost = sumOf(step.costs.map(({ ns }) => ns));
  const standing = weakestOf(step.costs.map(({ parameter }) => lane.prices[parameter]?.standing));
  return (
    <tr
      class={dim ? 'bg-undocumented' : place === undefined ? 'bg-beside' : undefined}
      aria-current={current ? 'step' : undefined}
    >
      <th scope="row">{place ?? 'beside'}</th>
      {many && <td>{step.request}</td>}
      <td>{step.phase}</td>
      <td class="bg-where">
        <DomainKey colour={domain.colour} /> {domain.label}
      </td>
      <td>{nameOfMechanism(step.mechanism)}</td>
      <td class="bg-sentence">{step.sentence}</td>
      <td class="bg-number">{cost.default === 0 ? '' : time(cost.default)}</td>
      <td class="bg-number">{rangeOf(cost)}</td>
      <td>{standing ?? ''}</td>
      <td>{dim ? <strong>{step.evidence}</strong> : step.evidence}</td>
    </tr>
  );
}
