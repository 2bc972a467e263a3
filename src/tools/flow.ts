/**
 * `npm run flow`: runs one scenario, or shows a documented procedure, and prints what happened, for people or as one
 * JSON object.
 */
import { parseArgs } from 'node:util';
import { parameter, type Remark, remarksOn, runRequest } from '#engine/execute.ts';
import {
  accessesOf,
  exitRowsOf,
  outsideModel,
  type Run,
  ScenarioError,
  stepsOf,
} from '#engine/index.ts';
import { flowText } from '#views/table/flow-text.ts';
import { list, printedList } from './flow/list.ts';
import {
  helpText,
  optionNames,
  options,
  requestFrom,
  textOf,
  type Values,
} from './flow/options.ts';
import { procedureCalled, procedureText } from './flow/procedure.ts';

/** The object that `--json` prints. */
function report(run: Run, remarks: readonly Remark[]) {
  const steps = stepsOf(run).map((step) => ({
    ...step,
    costs: step.costs.map((cost) => ({ ...cost, standing: parameter(cost.parameter).standing })),
  }));
  return {
    scenario: run.scenario,
    remarks,
    driver: run.world.driver,
    totals: run.totals,
    exits: { byReason: exitRowsOf(run), outsideModel },
    statistics: run.statistics,
    outcome: run.outcome,
    accesses: accessesOf(run),
    steps,
  };
}

const remarkText = ({ setting, says }: Remark): string => `note: ${setting} ${says}`;

/** What the command prints. Throws a ScenarioError for what cannot be run or shown. */
function printed(values: Values): string {
  if (values['help']) return helpText();
  if (values['list']) return values['json'] ? JSON.stringify(list(), null, 2) : printedList();
  const name = textOf(values, 'procedure');
  if (name !== undefined) {
    const procedure = procedureCalled(name);
    return values['json']
      ? JSON.stringify({ origin: 'documented', ...procedure })
      : procedureText(procedure);
  }
  const request = requestFrom(values);
  const run = runRequest(request);
  const remarks = remarksOn(request);
  if (values['json']) return JSON.stringify(report(run, remarks));
  return [flowText(run), ...remarks.map(remarkText)].join('\n');
}

/** A reader that has seen enough, such as `head`, ends the output and is no fault. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  const { values } = parseArgs({ options, strict: true });
  process.stdout.write(`${printed(values)}\n`);
} catch (error) {
  const usage = error instanceof ScenarioError || (error instanceof TypeError && 'code' in error);
  if (!usage) throw error;
  const known = optionNames.map((name) => `--${name}`).join(' ');
  const cure = error instanceof ScenarioError ? '' : `: use ${known}`;
  process.stderr.write(`${error.message.split(/[.\n]/)[0]}${cure}\n`);
  process.exitCode = 2;
}
