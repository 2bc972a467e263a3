/** What a figure shows, in sentences made from the totals of its runs: the text alternative of pictures. */
import { assertNever } from '#engine/index.ts';
import { countNames, countWords, stepsCounted } from './counts.ts';
import { counted, listed, timeWithRange } from '../language/format.ts';
import { type Lane, operationOf, requestWordOf } from './lane.ts';
import { nameOf } from './names.ts';
import { hostChoicesOf } from './policies.ts';

/** "transmits 3 frames of 1,514 bytes", "reads a block of 4,096 bytes". */
export function taskOf(lane: Lane): string {
  const { count, bytes } = lane.run.scenario.subject.vms[0].load;
  const operation = operationOf(lane);
  const what = (noun: string): string =>
    `${count === 1 ? `a ${noun}` : counted(count, noun)} of ${counted(bytes, 'byte')}`;
  switch (operation) {
    case 'tx':
      return `transmits ${what('frame')}`;
    case 'rx':
      return `receives ${what('frame')}`;
    case 'echo':
      return `transmits ${what('frame')} and receives ${count === 1 ? 'its answer' : 'their answers'}`;
    case 'read':
      return `reads ${what('block')}`;
    case 'write':
      return `writes ${what('block')}`;
    case 'flush':
      return count === 1 ? 'flushes its disk' : `flushes its disk ${count} times`;
    default:
      return assertNever(operation);
  }
}

/** One sentence on a lane: crossings, the counts that are not zero, latency. */
export function summaryOf(lane: Lane): string {
  const { totals, world } = lane.run;
  const crossings = world.architecture.hasHypervisor
    ? counted(totals.lineCrossings, 'crossing') + ' of the edge of the hypervisor'
    : 'no hypervisor';
  const counts = countNames.flatMap((name) => {
    const count = stepsCounted(lane, name).length;
    const [one, many] = countWords[name];
    return count === 0 ? [] : [counted(count, one, many)];
  });
  const many = totals.requests > 1;
  const inAll = many && world.architecture.hasHypervisor ? ' in all' : '';
  const each = many ? ` a ${requestWordOf([lane])}` : '';
  return `${nameOf(lane)}: ${[`${crossings}${inAll}`, ...counts].join(', ')}; ${timeWithRange(totals.latencyNs)}${each}.`;
}

/** Of which picture a note speaks: steps on a line, steps on an axis of time, or another. */
export type NotedView = 'waveform' | 'timeline' | 'other';

/** What a reader must know of how a figure is drawn: notes to stand under it. */
export function notesOf(lanes: readonly Lane[], view: NotedView = 'waveform'): string[] {
  const drivers = [...new Set(lanes.map(({ run }) => run.world.driver))];
  const many = drivers.length > 1 ? 'the drivers' : 'the driver';
  return [
    ...drawingNotes(lanes, view),
    `Counts come from running ${many} ${listed(drivers)}${hostsChoose(lanes)}. Times are defaults with their range; a dotted line marks one that the vendor does not publish.`,
  ];
}

/** That counts hang on more than drivers, where hosts are free. */
const hostsChoose = (lanes: readonly Lane[]): string =>
  hostChoicesOf(lanes).length === 0 ? '' : ', on hosts that have chosen as listed below';

function drawingNotes(lanes: readonly Lane[], view: NotedView): string[] {
  const many = lanes.some(({ run }) => run.totals.requests > 1);
  const word = requestWordOf(lanes);
  switch (view) {
    case 'waveform':
      return [
        'Distance counts steps, not time. Crossings are those of the request’s own path; what happens beside it is marked on the strip of the virtual processor.',
        ...(many
          ? [
              `Each ${word} is drawn with the steps that are its own: what several share, such as an interrupt, is drawn once, with the ${word} that it belongs to. Counts are those of the run; latency is the mean a ${word}.`,
            ]
          : []),
      ];
    case 'timeline':
      return [
        `To scale: distance is time. The blue line marks where ${many ? `a ${word}` : 'the request'} is done; any bars after it are steps beside the request.`,
      ];
    case 'other':
      return [];
    default:
      return assertNever(view);
  }
}

/** The paragraph that stands for a duel's picture. */
export function comparisonOf(lanes: readonly Lane[]): string {
  const [first] = lanes;
  if (first === undefined) return '';
  const lead = lanes.length === 1 ? 'One guest' : `Each of ${lanes.length} guests`;
  return [`${lead} ${taskOf(first)}.`, ...lanes.map(summaryOf)].join(' ');
}
