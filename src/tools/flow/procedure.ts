/** A procedure as text: declared steps with their sources, said to be documented and never executed. */
import { procedures } from '#engine/execute.ts';
import { type Procedure, ScenarioError } from '#engine/index.ts';

/** The procedure of that name; throws a ScenarioError that lists what there is. */
export function procedureCalled(id: string): Procedure {
  const found = procedures.find((procedure) => procedure.id === id);
  if (found !== undefined) return found;
  const valid = procedures.map((procedure) => procedure.id).join(', ');
  throw new ScenarioError(`unknown procedure '${id}': use ${valid}`);
}

export function procedureText({ title, note, steps }: Procedure): string {
  const width = Math.max(...steps.map(({ domain }) => domain.length));
  return [
    `${title}: documented steps, not executed`,
    ...steps.map(
      ({ domain, sentence, evidence, source }, index) =>
        `${`${index + 1}`.padStart(3)} ${domain.padEnd(width)} ${evidence.padEnd(10)} ${sentence} [${source}]`,
    ),
    note,
  ].join('\n');
}
