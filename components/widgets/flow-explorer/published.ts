/** The lanes that the book publishes of a figure, once they are found to be those that the page was built with. */
import type { PublishedDuel } from '#figures/kinds/duel.ts';
import type { Lane } from '#views/lane/lane.ts';

/** Throws for data of another figure or another build, and for what is no such data at all. */
export function publishedLanes(data: unknown, edition: string): Lane[] {
  if (!isObject(data) || data['edition'] !== edition || !Array.isArray(data['lanes'])) {
    throw new Error('the published runs are not those of this page');
  }
  const { lanes } = data as unknown as PublishedDuel;
  return lanes.map(({ path: places, ...lane }) => {
    const path = places.flatMap((place) => lane.steps[place] ?? []);
    const onPath = new Set(path);
    return { ...lane, path, beside: lane.steps.filter((step) => !onPath.has(step)) };
  });
}

const isObject = (data: unknown): data is Readonly<Record<string, unknown>> =>
  typeof data === 'object' && data !== null;
