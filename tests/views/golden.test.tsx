/**
 * Each view in its telling scenes, as text. Layouts are rows of numbers and words; what views ink from them is a line
 * an element. A line that changes is a change that a reader sees: say why.
 */
import type { VNode } from 'preact';
import { describe, expect, test } from 'vitest';
import { architectures } from '#engine/execute.ts';
import { ByteTable } from '#views/bytes/ByteTable.tsx';
import { TapeView } from '#views/bytes/TapeView.tsx';
import { Chart } from '#views/chart/Chart.tsx';
import { layoutDuel } from '#views/duel/duel.ts';
import { Duel } from '#views/duel/Duel.tsx';
import { Silhouettes, TurnedLane } from '#views/duel/DuelNarrow.tsx';
import { DomainLegend, MechanismLegend } from '#views/duel/Legends.tsx';
import { align } from '#views/lane/columns.ts';
import type { Lane } from '#views/lane/lane.ts';
import { AllMechanisms } from '#views/language/AllMechanisms.tsx';
import { PlacementFigure } from '#views/place/Placement.tsx';
import { Topology } from '#views/place/Topology.tsx';
import { WhereNow } from '#views/place/WhereNow.tsx';
import { mermaidOf } from '#views/table/mermaid.ts';
import { StepCard } from '#views/table/StepCard.tsx';
import { StepTable } from '#views/table/StepTable.tsx';
import { LatencyBars } from '#views/time/Latency.tsx';
import { Sequence } from '#views/time/Sequence.tsx';
import { Timeline } from '#views/time/Timeline.tsx';
import { againstDevice, againstMachines } from './charts.ts';
import { inkOf, markup } from './ink.ts';
import { fourLanes, lane, pairs } from './lanes.ts';
import { control, packet, tape } from './rings.ts';
import { duelRows } from './telling.ts';

const emulated = lane('esxi', 'e1000');
const fast = lane('esxi', 'vmxnet3');
const disk = lane('hyper-v', 'storvsc', { operation: 'read' });
const pair = align([fast, lane('hyper-v', 'netvsc')]);
/** What columns of a ring belong to, for tests. */
const sides = { driver: 'guest', device: 'kernel' } as const;

const duels: Readonly<Record<string, () => string>> = {
  'duel-1216': () => duelRows(layoutDuel(align(fourLanes()), 1216)),
  'duel-760': () => duelRows(layoutDuel(align(fourLanes()), 760)),
  'duel-one-lane': () => duelRows(layoutDuel(align([disk]), 1216)),
  'duel-native': () => duelRows(layoutDuel(align([lane('native', 'pcnet32')]), 1216)),
  'duel-64-requests': () =>
    duelRows(layoutDuel(align([lane('hyper-v', 'netvsc', { count: 64, pattern: 'burst' })]), 1216)),
};

const views: Readonly<Record<string, () => VNode>> = {
  'ink-duel': () => <Duel duel={align([fast])} width={1216} idPrefix="x" />,
  'ink-duel-cursor': () => (
    <Duel duel={pair} width={760} cursor={12} number={7} documentedOnly idPrefix="x" />
  ),
  'ink-silhouettes': () => (
    <Silhouettes duel={pair} width={340} selected={1} cursor={9} onSelect={() => undefined} />
  ),
  'ink-turned': () => <TurnedLane lane={fast} width={340} cursor={7} />,
  'ink-turned-narrow': () => <TurnedLane lane={disk} width={280} documentedOnly />,
  'ink-sequence': () => <Sequence lane={fast} width={720} cursor={5} />,
  'ink-sequence-narrow': () => <Sequence lane={fast} width={340} documentedOnly />,
  'ink-sequence-gate': () => <Sequence lane={disk} width={720} />,
  'ink-timeline': () => <Timeline duel={pair} width={720} cursor={9} />,
  'ink-topology': () => (
    <Topology
      lanes={pair.lanes}
      width={1216}
      at={[6, 30]}
      done={[false, true]}
      selected={0}
      onSelect={() => undefined}
    />
  ),
  'ink-where-now': () => <WhereNow lane={emulated} at={8} />,
  'ink-placement': () => (
    <PlacementFigure
      architectures={architectures.filter(({ id }) => id === 'hyper-v' || id === 'esxi')}
      width={720}
    />
  ),
  'ink-latency': () => <LatencyBars lanes={fourLanes()} width={440} />,
  'ink-latency-open': () => <LatencyBars lanes={[disk]} width={320} />,
  'ink-step-card': () => (
    <StepCard
      lane={emulated}
      step={emulated.path.find(({ access, costs }) => access && costs.length > 1)!}
      sourceHref={(key) => `#${key}`}
    />
  ),
  'ink-step-card-evidence': () => (
    <div>
      {(['documented', 'inferred', 'assumed'] as const).flatMap((evidence) => {
        const found = [...emulated.steps, ...disk.steps].find((step) => step.evidence === evidence);
        return found ? [<StepCard key={evidence} lane={emulated} step={found} />] : [];
      })}
    </div>
  ),
  'ink-step-table': () => <StepTable lane={fast} cursor={3} documentedOnly />,
  'ink-legends': () => (
    <div>
      <DomainLegend lanes={fourLanes()} />
      <MechanismLegend duel={align(fourLanes())} width={760} />
      <MechanismLegend duel={align(fourLanes())} />
      <AllMechanisms />
    </div>
  ),
  'ink-chart-device-360': () => <Chart chart={againstDevice} width={360} alternative="Faster" />,
  'ink-chart-machines-1216': () => (
    <Chart chart={againstMachines} width={1216} alternative="Reads a second" />
  ),
  'ink-bytes': () => (
    <div>
      <ByteTable caption="Control page" sections={control} sides={sides} />
      <ByteTable caption="Packet" sections={packet} sides={sides} />
    </div>
  ),
  'ink-tape': () => (
    <TapeView tape={tape} width={358} producer="guest" consumer="kernel" name="guest to root" />
  ),
};

const golden = (name: string): string => `../golden/views/${name}.txt`;

test.each(Object.entries(duels))('%s', async (name, rows) => {
  await expect(rows()).toMatchFileSnapshot(golden(name));
});

test.each(Object.entries(views))('%s', async (name, view) => {
  await expect(inkOf(view())).toMatchFileSnapshot(golden(name));
});

test('mermaid', async () => {
  await expect(mermaidOf(fast)).toMatchFileSnapshot(golden('mermaid'));
});

/** All that there is, where goldens would be many: at least, nothing is drawn at no place or without a word. */
const everyView = (own: Lane): readonly VNode[] => {
  const step = own.path.at(-1)!;
  const duel = align([own]);
  return [
    <Duel duel={duel} width={1216} cursor={3} documentedOnly idPrefix="x" />,
    <Silhouettes duel={duel} width={280} selected={0} documentedOnly cursor={1} />,
    <TurnedLane lane={own} width={280} cursor={2} documentedOnly />,
    <LatencyBars lanes={[own]} width={440} />,
    <Timeline duel={duel} width={720} cursor={1} documentedOnly />,
    <Sequence lane={own} width={720} cursor={1} documentedOnly />,
    <StepTable lane={own} cursor={1} documentedOnly />,
    <StepCard lane={own} step={step} />,
    <WhereNow lane={own} at={own.path.indexOf(step)} />,
    <Topology lanes={[own, own]} width={1216} at={[2, 3]} />,
    <DomainLegend lanes={[own]} />,
    <MechanismLegend duel={duel} />,
  ];
};

describe.each(pairs)('$architecture $device $operation', ({ architecture, device, operation }) => {
  test('all views have numbers and words only', () => {
    for (const view of everyView(lane(architecture, device, { operation })))
      expect(markup(view)).not.toMatch(/NaN|undefined|Infinity|\[object/);
  });
});

test('pictures of all architectures and all mechanisms', () => {
  expect(markup(<AllMechanisms />).match(/<dt>/g)).toHaveLength(13);
  const placed = markup(<PlacementFigure architectures={architectures} width={720} />);
  for (const { title } of architectures) expect(placed).toContain(title);
});

test('every id begins with the prefix', () => {
  const svg = markup(<Duel duel={align(fourLanes('rx'))} width={900} cursor={9} idPrefix="mine" />);
  const ids = [...svg.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
  expect(ids).toEqual(['mine-title', 'mine-desc']);
});
