export type Citation = {
  /** The id of the source: a file name in content/sources. */
  readonly id: string;
  /** The places in it that the chapter points to, in order, each once. */
  readonly places: readonly string[];
};

/**
 * The sources that a chapter cites, in the order of their first `<Cite>`. Read from the text, and
 * not gathered while components render, so that numbers do not depend on the order of rendering.
 */
export function citationsOf(body: string): Citation[] {
  const cited = new Map<string, string[]>();
  for (const [, attributes = ''] of body.matchAll(/<Cite\b([^>]*?)\/?>/g)) {
    const id = attribute(attributes, 'id');
    if (!id) continue;
    const places = cited.get(id) ?? [];
    const place = attribute(attributes, 'at');
    if (place && !places.includes(place)) places.push(place);
    cited.set(id, places);
  }
  return [...cited].map(([id, places]) => ({ id, places }));
}

function attribute(attributes: string, name: string): string | undefined {
  return new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1];
}
