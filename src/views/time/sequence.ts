/** A lane as a sequence diagram, as numbers: a lifeline a domain, a row a step. */
import { type Domain, domainOf, isBelow, type Step } from '#engine/index.ts';
import { textWidth, wrapped } from '../language/text.ts';
import type { Lane } from '../lane/lane.ts';

export interface Lifeline {
  readonly domain: Domain;
  readonly x: number;
  /** Baseline of the first line of its name. */
  readonly nameY: number;
}

export interface SequenceRow {
  readonly step: Step;
  readonly y: number;
  readonly height: number;
  /** Place on the path, from 0; undefined beside it. */
  readonly index: number | undefined;
  readonly fromX: number;
  readonly toX: number;
  readonly lines: readonly string[];
}

export interface SequenceLayout {
  readonly width: number;
  readonly height: number;
  readonly lifelines: readonly Lifeline[];
  /** The edge of the hypervisor, between what is above and what is below it. */
  readonly edgeX: number | undefined;
  readonly textX: number;
  /** Right end of the numbers of steps. */
  readonly numberX: number;
  readonly top: number;
  readonly rows: readonly SequenceRow[];
}

const metrics = { top: 40, row: 30, line: 17, number: 30, beside: 640 } as const;

/** Lays out a sequence diagram; sentences stand beside it where there is room, else under each arrow. */
export function layoutSequence(
  lane: Lane,
  width: number,
  says: (step: Step) => string = ({ sentence }) => sentence,
): SequenceLayout {
  const domains = inOrder(lane);
  const beside = width >= metrics.beside;
  const room = beside ? Math.min(domains.length * 112, width * 0.52) : width - 8;
  const start = Math.max(metrics.number, Math.ceil(textWidth(`${lane.path.length}`, 11)) + 12);
  const pitch = (room - start) / Math.max(1, domains.length);
  const crowded = domains.some(({ label }) => textWidth(longestWord(label), 11, 620) > pitch - 6);
  const lifelines = domains.map((domain, order) => ({
    domain,
    x: start + pitch * (order + 0.5),
    nameY: nameY(domain.label, crowded, order),
  }));
  const xOf = new Map(lifelines.map(({ domain, x }) => [domain.id, Math.round(x)]));
  const textX = Math.round(beside ? room + 24 : start);
  const byKey = new Map(lane.steps.map((step) => [step.key, step]));
  const places = new Map(lane.path.map((step, index) => [step, index]));
  let y: number = metrics.top;
  const rows = lane.steps.map((step): SequenceRow => {
    const lines = wrapped(says(step), (width - textX - 8) / textWidth('n', 12.5));
    const before = step.cause === null ? undefined : byKey.get(step.cause);
    const text = lines.length * metrics.line;
    const height = beside ? Math.max(metrics.row, text + 9) : metrics.row + text;
    const toX = xOf.get(step.domain) ?? 0;
    const fromX =
      step.crossing === undefined ? toX : (xOf.get(before?.domain ?? step.domain) ?? toX);
    const row = { step, y, height, index: places.get(step), fromX, toX, lines };
    y += height;
    return row;
  });
  return {
    width,
    height: y + 8,
    lifelines: lifelines.map((lifeline) => ({ ...lifeline, x: Math.round(lifeline.x) })),
    edgeX: edgeOf(lane, lifelines, pitch),
    textX,
    numberX: start - 10,
    top: metrics.top,
    rows,
  };
}

const longestWord = (label: string): string =>
  label.split(' ').reduce((longest, word) => (word.length > longest.length ? word : longest), '');

/** A name of one word stands in the middle; where neighbours would meet, in the upper or the lower line. */
function nameY(label: string, crowded: boolean, order: number): number {
  if (label.includes(' ')) return 11;
  if (!crowded) return 18;
  return order % 2 === 0 ? 24 : 11;
}

/** Domains that are visited: the guest, the others above the edge, then those below it. */
function inOrder(lane: Lane): Domain[] {
  const visited = new Set(lane.steps.map(({ domain }) => domain));
  const rank = ({ band, colour }: Domain): number => {
    if (colour === 'guest') return 0;
    return { user: 1, kernel: 2, hypervisor: 3, hardware: 4 }[band];
  };
  return lane.run.world.domains
    .filter(({ id }) => visited.has(id))
    .toSorted((a, b) => rank(a) - rank(b));
}

function edgeOf(lane: Lane, lifelines: readonly Lifeline[], pitch: number): number | undefined {
  if (!lane.run.world.architecture.hasHypervisor) return undefined;
  const first = lifelines.find(({ domain }) => isBelow(domain.band));
  return first === undefined ? undefined : Math.round(first.x - pitch / 2);
}

/** The colour of the domain that a row ends in. */
export const colourOf = (lane: Lane, { step }: SequenceRow): Domain['colour'] =>
  domainOf(lane.run.world, step.domain).colour;
