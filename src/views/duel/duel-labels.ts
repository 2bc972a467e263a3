/** Text in a lane of the duel: names of domains, numbers of accesses, brackets over repeated ones. */
import { type Domain, domainOf, type DomainColour, withArticle } from '#engine/index.ts';
import type { Plateau, Stay } from './duel-lane.ts';
import { lengthOf, middleOf, round, type Stretch } from '../language/geometry.ts';
import { textWidth } from '../language/text.ts';
import { accessMarks, isGuest, type Lane } from '../lane/lane.ts';

export interface Label {
  readonly text: string;
  /** The rest of a name that stands in two lines. */
  readonly second?: string | undefined;
  readonly x: number;
  readonly y: number;
  readonly colour: DomainColour;
  /** Place in `lane.path` of the step it belongs to. */
  readonly index: number;
  readonly anchor: 'start' | 'middle';
}

/** Three or more accesses in a row that take the same way. */
export interface Bracket extends Stretch {
  readonly y: number;
  readonly text: string;
  /** What to say where the text has no room. */
  readonly short: string;
  readonly count: number;
  readonly index: number;
  /** Middle of the text. */
  readonly textX: number;
}

const named: readonly DomainColour[] = ['guest', 'kernel', 'user'];

/** Each domain once, in the first stay that has room for its name. */
export function domainLabels(stays: readonly Stay[], line: number, scale: number): Label[] {
  const done = new Set<string>();
  return stays.flatMap((stay): Label[] => {
    const { first } = stay;
    const lines = linesIn(first, lengthOf(stay));
    if (done.has(first.step.domain) || !named.includes(first.colour) || !lines) return [];
    done.add(first.step.domain);
    const [text, second] = lines;
    const start = first.colour === 'guest';
    return [
      {
        text,
        second,
        x: round(start ? stay.x1 + 6 : middleOf(stay)),
        y: round(labelY(first, line, scale)),
        colour: first.colour,
        index: first.index,
        anchor: start ? 'start' : 'middle',
      },
    ];
  });
}

/** A name in one line, or in two where the fill is high enough; undefined without room. */
function linesIn(
  { label, step }: Plateau,
  width: number,
): readonly [string, string | undefined] | undefined {
  const fits = (text: string): boolean => width >= textWidth(text, 11, 620) + 4;
  if (fits(label)) return [label, undefined];
  const [first = '', second, third] = label.split(' ');
  const two = step.band === 'user' && second !== undefined && third === undefined;
  return two && fits(first) && fits(second) ? [first, second] : undefined;
}

/** Inside the fill: between plateau and line, or right beneath a plateau that is far from the line. */
function labelY({ y, step }: Plateau, line: number, scale: number): number {
  if (step.band === 'user') return y + 3.5 + 11 * Math.min(scale, 1.2) + 2;
  const between = (y + (y < line ? 3.5 : -3.5) + line) / 2;
  return between + 4;
}

/** The marks of the guest's accesses over their plateaus; one that would meet the mark before it is left out. */
export function accessNumbers(lane: Lane, plateaus: readonly Plateau[]): Label[] {
  const marks = accessMarks(lane);
  let free = -Infinity;
  return plateaus.flatMap((plateau): Label[] => {
    const { full, index, y, colour } = plateau;
    const text = marks[index] ?? '';
    const x = middleOf(plateau);
    const half = textWidth(text, 11, 650) / 2;
    if (text === '' || !full || half * 2 > lengthOf(plateau) + 8 || x - half < free) return [];
    free = x + half + 1;
    return [{ text, x, y: y - 7.5, colour, index, anchor: 'middle' }];
  });
}

interface Trip {
  readonly from: Plateau;
  readonly to: Plateau;
  readonly target: Domain;
}

/** Each access that leaves the guest: where it goes at the furthest, and where the guest goes on. */
function tripsOf(lane: Lane, plateaus: readonly Plateau[]): Trip[] {
  return plateaus.flatMap((from, place): Trip[] => {
    if (!isGuest(lane, from.step) || from.step.access === undefined) return [];
    const back = plateaus.findIndex((each, at) => at > place && isGuest(lane, each.step));
    const away = plateaus.slice(place + 1, back === -1 ? undefined : back);
    const to = plateaus[back];
    if (to === undefined || away.length === 0 || to.phase !== from.phase) return [];
    const furthest = [...new Set(away.map(({ step }) => step.domain))].at(-1);
    return furthest === undefined ? [] : [{ from, to, target: domainOf(lane.run.world, furthest) }];
  });
}

/** Brackets over three or more trips of one phase to the same domain. */
export function bracketsOf(
  lane: Lane,
  plateaus: readonly Plateau[],
  y: number,
  field: Stretch,
): Bracket[] {
  const groups: Trip[][] = [];
  for (const trip of tripsOf(lane, plateaus)) {
    const group = groups.at(-1);
    const same =
      group?.[0]?.target.id === trip.target.id && group[0].from.phase === trip.from.phase;
    if (group !== undefined && same) group.push(trip);
    else groups.push([trip]);
  }
  const accesses = plateaus.filter(({ step }) => isGuest(lane, step) && step.access !== undefined);
  return groups.flatMap((group) => (group.length < 3 ? [] : bracketOf(group, accesses, y, field)));
}

function bracketOf(
  group: readonly Trip[],
  accesses: readonly Plateau[],
  y: number,
  field: Stretch,
): Bracket[] {
  const [first, last] = [group[0], group.at(-1)];
  if (first === undefined || last === undefined) return [];
  const { text, short } = tripsText(
    group,
    accesses.filter(({ index }) => index >= first.from.index && index <= last.from.index),
  );
  const x1 = middleOf(first.from);
  const x2 = last.to.x1;
  const half = textWidth(text, 12) / 2;
  const textX = Math.min(Math.max((x1 + x2) / 2, field.x1 + half), field.x2 - half);
  return [
    {
      x1: round(x1),
      x2,
      y,
      text,
      short,
      count: group.length,
      index: first.from.index,
      textX: round(textX),
    },
  ];
}

/** What all the accesses under a bracket do, or how many of them wait for an answer. */
function tripsText(
  group: readonly Trip[],
  accesses: readonly Plateau[],
): Pick<Bracket, 'text' | 'short'> {
  const [first] = group;
  const target = first === undefined ? '' : withArticle(first.target);
  const waiting = new Set(group.map(({ from }) => from));
  const others = accesses.filter((each) => !waiting.has(each));
  // A string instruction is one way out for many accesses, so that instructions are what the eye counts.
  const strings = accesses.some(({ step }) => (step.access?.times ?? 1) > 1);
  const noun = strings ? 'I/O instructions' : 'register accesses';
  if (others.length === 0) {
    const short = `${group.length} ${noun}`;
    return { text: `${short}, each to ${target} and back`, short };
  }
  const only = (plateaus: readonly Plateau[], op: string): boolean =>
    plateaus.every(({ step }) => step.access?.op === op);
  const short = `${group.length} of ${accesses.length} ${noun} wait`;
  return only([...waiting], 'read') && only(others, 'write')
    ? { text: `${group.length} reads wait for ${target}; writes do not`, short }
    : { text: `${short} for ${target}`, short };
}
