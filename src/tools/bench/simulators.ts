/**
 * One model on three simulators: ours, SimPy (Python) and simjs (JavaScript). Each does the same work: the same
 * number of arrivals and ends of service, and at every station and over the whole route who is there over time, how
 * long they wait and stay, and how busy the servers are. Each runs in a process of its own; what counts is the
 * processor's time of the run, without starting the process and building the model.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Model } from './models.ts';
import type { Result, Task } from './program.ts';

export interface Simulator {
  readonly name: string;
  run(model: Model, seed: number): Result;
}

/** A program that reads a task and prints a result. */
const simulator = (name: string, command: string, file: string): Simulator => ({
  name,
  run: (model, seed) => {
    const task: Task = { ...model, seed };
    const path = fileURLToPath(new URL(file, import.meta.url));
    const options = { encoding: 'utf8', input: JSON.stringify(task) } as const;
    return JSON.parse(execFileSync(command, [path], options)) as Result;
  },
});

export const engine = simulator('engine', process.execPath, './engine.ts');
export const simjs = simulator('simjs', process.execPath, './simjs.ts');

const python = '/usr/bin/python3';

/** SimPy, or a sentence that says why there is none. */
export function simpy(): Simulator | string {
  const cure = 'on Debian: apt-get install python3-simpy3';
  if (!existsSync(python)) return `SimPy is left out: there is no ${python}; ${cure}`;
  try {
    execFileSync(python, ['-c', 'import simpy'], { stdio: 'ignore' });
  } catch {
    return `SimPy is left out: ${python} has no module simpy; ${cure}`;
  }
  return simulator('SimPy', python, './network.py');
}
