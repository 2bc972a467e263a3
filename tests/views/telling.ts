/** The layout of a duel as rows that a person can read: a step a row, with how it is reached and what stands on it. */
import type { DuelLayout, LaneLayout } from '#views/duel/duel.ts';
import type { Plateau } from '#views/duel/duel-lane.ts';
import type { Stretch } from '#views/language/geometry.ts';

const span = ({ x1, x2 }: Stretch): string => `${x1}-${x2}`;

const size = ({ full, glyphs }: Plateau): string => (full ? 'full' : glyphs ? 'small' : 'wave');

export function duelRows(layout: DuelLayout): string {
  const { width, height, field, axis, heads, lanes } = layout;
  return `${[
    `${width} x ${height}, field ${span(field)}`,
    `phases: ${axis.phases.map((each) => `${each.request}.${each.phase} ${span(each)} "${each.label}"`).join(', ')}`,
    ...list(
      'requests',
      axis.requests.map((each) => `${span(each)} "${each.label}"`),
    ),
    ...list(
      'folds',
      axis.folds.map((each) => `${span(each)} ${each.from}-${each.to} "${each.text}"`),
    ),
    ...list(
      'heads',
      heads.map(({ x, lines }) => `${x} "${lines.join(' ')}"`),
    ),
    ...lanes.flatMap(laneRows),
  ].join('\n')}\n`;
}

const list = (name: string, parts: readonly string[]): string[] =>
  parts.length === 0 ? [] : [`${name}: ${parts.join(', ')}`];

function laneRows(lane: LaneLayout): string[] {
  const { title, y, hasLine, rows, brackets, strip, end, ledger, pauses } = lane;
  const counts = ledger.counts.map(({ name, value, x }) => `${name} ${value} at ${x}`);
  return [
    '',
    `"${title.title}" "${title.device}" at ${title.y}, ${hasLine ? 'line' : 'no line'} at ${y}`,
    ...list(
      '  rows',
      rows.map(({ text, y }) => `${y} "${text}"`),
    ),
    ...lane.plateaus.map((plateau) => stepRow(lane, plateau)),
    ...brackets.map(
      (each) => `  bracket ${span(each)} at ${each.y}, "${each.text}" at ${each.textX}`,
    ),
    ...list('  runs', strip.runs.map(span)),
    ...list(
      '  beside',
      strip.marks.map(({ x, mechanism }) => `${x} ${mechanism}`),
    ),
    ...list('  pauses', pauses.map(span)),
    `  end ${end?.x ?? '-'} ${end?.torn ? 'torn' : ''}${end?.rest ? `rest ${span(end.rest)}` : ''} "${end?.text?.text ?? ''}"`,
    `  ledger: crossings ${ledger.crossings ?? '-'} ${ledger.each === '' ? '' : 'in all'}, ${counts.join(', ')}, ` +
      `latency ${ledger.latency.value} ${ledger.latency.unit} (${ledger.latency.range}) ${ledger.latency.standing ?? ''} at ${ledger.latency.x}`,
  ];
}

/** "  3 notify guest 120-140 at 111 full <- vm-exit 168 to 111 over the edge; copy; "guest"". */
function stepRow({ transitions, marks, labels, numbers, gates }: LaneLayout, at: Plateau): string {
  const { index, step, y } = at;
  const way = transitions.find((each) => each.index === index);
  const drawn = way?.full ? '' : way?.narrow ? ' small' : ' thin';
  const reached = way
    ? [`<- ${way.mechanism} ${way.y1} to ${way.y2}${drawn}${way.edge === undefined ? '' : ' edge'}`]
    : [];
  const texts = [...labels, ...numbers].filter((each) => each.index === index);
  return [
    `  ${index + 1} ${step.phase} ${at.label} ${span(at)} at ${y} ${size(at)}`,
    ...reached,
    ...gates.filter(({ x }) => x === at.x1 && step.mechanism === 'gate').map(() => 'gate'),
    ...marks.filter((each) => each.index === index).map((mark) => `${mark.mechanism} at ${mark.x}`),
    ...texts.map(({ text, second, x }) => `"${[text, second].filter(Boolean).join('/')}" at ${x}`),
  ].join(' ');
}
