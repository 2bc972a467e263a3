/** Views that the first picture does not need: they are loaded when a reader asks for them. */
import type { ComponentType, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';

interface Later<Props> {
  (props: Props): JSX.Element | null;
  /** Loads it beforehand, so that it is drawn at once. */
  readonly load: () => Promise<void>;
}

/** A component that is loaded when it is first shown; until then there is nothing in its place. */
function later<Props extends object>(fetch: () => Promise<ComponentType<Props>>): Later<Props> {
  let loaded: ComponentType<Props> | undefined;
  const load = async (): Promise<void> => {
    loaded ??= await fetch();
  };
  function Later(props: Props) {
    const [Component, setComponent] = useState(() => loaded);
    useEffect(() => {
      if (Component !== undefined) return;
      void (async () => {
        await load();
        setComponent(() => loaded);
      })();
    }, []);
    return Component === undefined ? null : <Component {...props} />;
  }
  return Object.assign(Later, { load });
}

export const StepCard = later(async () => (await import('#views/table/StepCard.tsx')).StepCard);
export const WhereNow = later(async () => (await import('#views/place/WhereNow.tsx')).WhereNow);
export const Topology = later(async () => (await import('#views/place/Topology.tsx')).Topology);
export const Sequence = later(async () => (await import('#views/time/Sequence.tsx')).Sequence);
export const Timeline = later(async () => (await import('#views/time/Timeline.tsx')).Timeline);
export const StepTable = later(async () => (await import('#views/table/StepTable.tsx')).StepTable);
export const Silhouettes = later(
  async () => (await import('#views/duel/DuelNarrow.tsx')).Silhouettes,
);
export const TurnedLane = later(
  async () => (await import('#views/duel/DuelNarrow.tsx')).TurnedLane,
);
export const Lanes = later(async () => (await import('./Lanes.tsx')).Lanes);

let meet = (): void => undefined;
const reader = new Promise<void>((resolve) => {
  meet = resolve;
});

/** Fetches, at the first sign of a reader, what a first step or a printer will ask for. */
export function fetchEarly(): void {
  meet();
  for (const { load } of [StepCard, WhereNow, StepTable]) void load();
}

/** Not needed before there is a reader. */
export const Share = later(async () => {
  await reader;
  return (await import('./Share.tsx')).Share;
});
