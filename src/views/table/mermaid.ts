/** A lane as the text of a Mermaid sequence diagram, to paste elsewhere. */
import type { Step } from '#engine/index.ts';
import { titleOf } from '../lane/names.ts';
import type { Lane } from '../lane/lane.ts';
import { shapeOf } from '../language/mechanisms.ts';

/** The text of a sequence diagram with a lifeline for each domain that the run visits. */
export function mermaidOf(lane: Lane): string {
  const { world } = lane.run;
  const visited = new Set(lane.steps.map(({ domain }) => domain));
  const byKey = new Map(lane.steps.map((step) => [step.key, step]));
  const { title, device } = titleOf(lane);
  return [
    'sequenceDiagram',
    `  accTitle: ${escaped(`${title}, ${device}`)}`,
    '  autonumber',
    ...world.domains
      .filter(({ id }) => visited.has(id))
      .map(({ id, label }) => `  participant ${id} as ${escaped(label)}`),
    ...lane.steps.map((step) => {
      const before = step.cause === null ? undefined : byKey.get(step.cause);
      return `  ${messageOf(step, before?.domain ?? step.domain)}`;
    }),
    '',
  ].join('\n');
}

/** Solid: the sender waits or is left. Dashed: an answer. Open: a signal, nobody waits. */
function messageOf(step: Step, from: string): string {
  const text = escaped(step.sentence);
  if (step.crossing === undefined || from === step.domain)
    return `${step.domain}->>${step.domain}: ${text}`;
  const shape = shapeOf(step.mechanism);
  const arrow = shape === 'plain' ? '-->>' : shape === 'signal' ? '-)' : '->>';
  return `${from}${arrow}${step.domain}: ${text}`;
}

/** Semicolons and hashes end or begin something in Mermaid. */
const escaped = (text: string): string => text.replaceAll('#', '#35;').replaceAll(';', '#59;');
