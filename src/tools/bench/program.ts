/** What the programs of the JavaScript simulators have in common: a model comes in, and a result goes out. */
import { readFileSync } from 'node:fs';
import type { Model } from './models.ts';

/** What a run took, and the mean number of customers at each station, to show that it was the same model. */
export interface Result {
  readonly seconds: number;
  readonly meanNumbers: readonly number[];
}

/** What a program reads. */
export interface Task extends Model {
  readonly seed: number;
}

/**
 * The processor's time is counted in steps of some milliseconds, and a run may take no longer. So it is done over and
 * over, with other chance each time, until two seconds are spent; the result is the mean of all but the first, in
 * which the code is compiled.
 */
const enoughSeconds = 2;

/** Runs the task on standard input and prints the result. */
export function answer(run: (task: Task) => Result): void {
  const task = JSON.parse(readFileSync(0, 'utf8')) as Task;
  const results: Result[] = [];
  for (let spent = 0, round = 0; spent < enoughSeconds || round < 2; round++) {
    const result = run({ ...task, seed: task.seed * 1000 + round });
    if (round > 0) results.push(result);
    // A run of no steps at all counts as a fraction of one, so that this ends.
    spent += Math.max(result.seconds, 0.001);
  }
  const mean = (of: (result: Result) => number): number =>
    results.reduce((sum, result) => sum + of(result), 0) / results.length;
  const meanNumbers = task.stations.map((_, station) =>
    mean(({ meanNumbers }) => meanNumbers[station] ?? NaN),
  );
  process.stdout.write(JSON.stringify({ seconds: mean(({ seconds }) => seconds), meanNumbers }));
}
