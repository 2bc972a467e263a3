/** Runs a request or a scenario and hands back its journal beside the run. */
import { runScenario, scenarioFor } from '../catalogue.ts';
import type { Request } from '../vocabulary/request.ts';
import type { Run } from '../vocabulary/run.ts';
import type { Scenario } from '../vocabulary/scenario.ts';
import { type Journal, usual, type Wanted } from './journal.ts';
import { Observer } from './observer.ts';

/** A run, the same as without a journal, and what was seen of its first virtual machine. */
export interface Observed {
  readonly run: Run;
  readonly journal: Journal;
}

/** Runs what a request asks for and writes its journal. */
export const observed = (request: Request, wanted: Wanted = usual): Observed =>
  observedScenario(scenarioFor(request), wanted);

/** Runs a complete scenario and writes its journal. */
export function observedScenario(scenario: Scenario, wanted: Wanted = usual): Observed {
  const observer = new Observer(wanted);
  const run = runScenario(scenario, observer);
  return { run, journal: observer.journal() };
}
