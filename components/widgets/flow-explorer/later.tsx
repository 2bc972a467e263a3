/** Views that the first picture does not need: they are loaded when a reader asks for them. */
import type { ComponentType, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** A component that is loaded when it is first shown; until then there is nothing in its place. */
function later<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): (props: Props) => JSX.Element | null {
  let loaded: ComponentType<Props> | undefined;
  return function Later(props: Props) {
    const [Component, setComponent] = useState(() => loaded);
    useEffect(() => {
      if (loaded !== undefined) return;
      void (async () => {
        loaded = await load();
        setComponent(() => loaded);
      })();
    }, []);
    return Component === undefined ? null : <Component {...props} />;
  };
}

export const StepCard = later(async () => (await import('#views/StepCard.tsx')).StepCard);
export const WhereNow = later(async () => (await import('#views/WhereNow.tsx')).WhereNow);
export const Topology = later(async () => (await import('#views/Topology.tsx')).Topology);
export const Sequence = later(async () => (await import('#views/Sequence.tsx')).Sequence);
export const Timeline = later(async () => (await import('#views/Timeline.tsx')).Timeline);
export const StepTable = later(async () => (await import('#views/StepTable.tsx')).StepTable);
export const Silhouettes = later(async () => (await import('#views/DuelNarrow.tsx')).Silhouettes);
export const TurnedLane = later(async () => (await import('#views/DuelNarrow.tsx')).TurnedLane);
