import type { VNode } from 'preact';
import { render } from 'preact-render-to-string/jsx';
import { describe, expect, test } from 'vitest';
import { architectures } from '#engine/execute.ts';
import { Duel } from '#views/duel/Duel.tsx';
import { Silhouettes, TurnedLane } from '#views/duel/DuelNarrow.tsx';
import { LatencyBars } from '#views/time/Latency.tsx';
import { DomainLegend, MechanismLegend } from '#views/duel/Legends.tsx';
import { align } from '#views/lane/columns.ts';
import { AllMechanisms } from '#views/language/Legend.tsx';
import { PlacementFigure } from '#views/place/Placement.tsx';
import { Sequence } from '#views/time/Sequence.tsx';
import { StepCard } from '#views/table/StepCard.tsx';
import { StepTable } from '#views/table/StepTable.tsx';
import { Timeline } from '#views/time/Timeline.tsx';
import { Topology } from '#views/place/Topology.tsx';
import { WhereNow } from '#views/place/WhereNow.tsx';
import type { Lane } from '#views/lane/lane.ts';
import { fourLanes, lane, pairs } from './lanes.ts';

const markup = (view: VNode): string =>
  `${render(view, {}, { jsx: false, xml: true, pretty: '  ' })}\n`;

test('the duel of four lanes', async () => {
  const svg = markup(<Duel duel={align(fourLanes())} width={1216} idPrefix="duel" />);
  await expect(svg).toMatchFileSnapshot('../golden/views/duel-1280.svg');
});

test('one lane on a phone', async () => {
  const own = lane('esxi', 'vmxnet3');
  const html = markup(
    <div>
      <Silhouettes duel={align([own])} width={320} selected={0} cursor={7} />
      <TurnedLane lane={own} width={320} cursor={7} />
    </div>,
  );
  await expect(html).toMatchFileSnapshot('../golden/views/duel-360.html');
});

/** Views in which what no source documents is faint. */
const faint = (own: Lane): Readonly<Record<string, VNode>> => ({
  FaintDuel: <Duel duel={align([own])} width={1216} documentedOnly idPrefix="x" />,
  FaintSilhouettes: <Silhouettes duel={align([own])} width={280} selected={0} documentedOnly />,
  FaintTurnedLane: <TurnedLane lane={own} width={280} documentedOnly />,
  FaintTimeline: <Timeline duel={align([own])} width={720} documentedOnly />,
  FaintSequence: <Sequence lane={own} width={720} documentedOnly />,
  FaintStepTable: <StepTable lane={own} documentedOnly />,
});

describe.each(pairs)('$architecture $device $operation', ({ architecture, device, operation }) => {
  const own = lane(architecture, device, { operation });
  const step = own.path.at(-1)!;
  const views: Readonly<Record<string, VNode>> = {
    Duel: <Duel duel={align([own])} width={1216} cursor={3} idPrefix="x" />,
    Silhouettes: (
      <Silhouettes duel={align([own])} width={280} selected={0} onSelect={() => undefined} />
    ),
    TurnedLane: <TurnedLane lane={own} width={280} cursor={2} />,
    LatencyBars: <LatencyBars lanes={[own]} width={440} />,
    Timeline: <Timeline duel={align([own])} width={720} cursor={1} />,
    Sequence: <Sequence lane={own} width={720} cursor={1} />,
    StepTable: <StepTable lane={own} cursor={1} />,
    ...faint(own),
    StepCard: <StepCard lane={own} step={step} />,
    WhereNow: <WhereNow lane={own} at={own.path.indexOf(step)} />,
    Topology: <Topology lanes={[own]} width={1216} at={[2]} />,
    TopologyOfAll: <Topology lanes={[own, own]} width={320} />,
    DomainLegend: <DomainLegend lanes={[own]} />,
    MechanismLegend: <MechanismLegend duel={align([own])} />,
  };
  test.each(Object.entries(views))('%s has numbers and words only', (_, view) => {
    expect(markup(view)).not.toMatch(/NaN|undefined|Infinity|\[object/);
  });
});

test('pictures of all architectures and all mechanisms', () => {
  expect(markup(<AllMechanisms />).match(/<dt>/g)).toHaveLength(13);
  const placed = markup(<PlacementFigure architectures={architectures} width={720} />);
  for (const { title } of architectures) expect(placed).toContain(title);
  expect(placed).not.toMatch(/NaN|undefined/);
});

test('every id begins with the prefix', () => {
  const svg = markup(<Duel duel={align(fourLanes('rx'))} width={900} cursor={9} idPrefix="mine" />);
  const ids = [...svg.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
  expect(ids).toEqual(['mine-title', 'mine-desc']);
});
