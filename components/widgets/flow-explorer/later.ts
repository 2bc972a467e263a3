/** Views that the first picture does not need: they are loaded when a reader asks for them. */
import { later } from '#components/widgets/kit/later.tsx';
import { reader } from '#components/widgets/kit/page/reader.ts';

export const StepPanel = later('The step', async () => (await import('./StepPanel.tsx')).StepPanel);
export const OtherView = later(
  'This view',
  async () => (await import('./OtherView.tsx')).OtherView,
);
export const Topology = later(
  'The topology',
  async () => (await import('#views/place/Topology.tsx')).Topology,
);
export const Sequence = later(
  'The sequence',
  async () => (await import('#views/time/Sequence.tsx')).Sequence,
);
export const Timeline = later(
  'The timeline',
  async () => (await import('#views/time/Timeline.tsx')).Timeline,
);
export const StepTable = later(
  'The table of steps',
  async () => (await import('#views/table/StepTable.tsx')).StepTable,
);
export const Silhouettes = later(
  'The picture of all lanes',
  async () => (await import('#views/duel/DuelNarrow.tsx')).Silhouettes,
);
export const TurnedLane = later(
  'The lane',
  async () => (await import('#views/duel/DuelNarrow.tsx')).TurnedLane,
);
export const Lanes = later('The choice of lanes', async () => (await import('./Lanes.tsx')).Lanes);

/** Not needed before there is a reader. */
export const Sharing = later('What can be taken away', async () => {
  await reader;
  return (await import('./Sharing.tsx')).Sharing;
});

/** At the first sign of a reader: what a first step or a printer will ask for. */
void reader.then(() => Promise.all([StepPanel, StepTable].map(({ load }) => load())));
