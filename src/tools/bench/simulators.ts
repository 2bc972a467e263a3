/**
 * One model on three simulators: ours, SimPy (Python) and simjs (JavaScript). Each does the same work: the same
 * number of arrivals and ends of service, and at every station and over the whole route who is there over time, how
 * long they wait and stay, and how busy the servers are. Building the model and starting a process do not count.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';
import { Network } from '#engine/des/network.ts';
import { Simulation } from '#engine/des/simulation.ts';
import { seededRandom } from '#engine/random.ts';
import { cpuSeconds } from './measure.ts';
import type { Model } from './models.ts';
import { runSimjs, type Simjs } from './simjs.ts';

/** What a run took, and the mean number of customers at each station, to show that it was the same model. */
export interface Result {
  readonly seconds: number;
  readonly meanNumbers: readonly number[];
}

export type Simulator = (model: Model, seed: number) => Result;

/** The processor's time is counted in steps of some milliseconds, so our short run is done many times over. */
const repeats = 25;

export const ours: Simulator = (model, seed) => {
  const networks = Array.from({ length: repeats }, (_, repeat) => {
    const simulation = new Simulation();
    const network = new Network(model, simulation, seededRandom(seed * repeats + repeat));
    return { simulation, network };
  });
  const seconds = cpuSeconds(() => {
    for (const { simulation } of networks) simulation.run(model.events);
  });
  return {
    seconds: seconds / repeats,
    meanNumbers: model.stations.map((_, station) =>
      mean(networks.map(({ network }) => network.read().stations[station]?.meanNumber ?? NaN)),
    ),
  };
};

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const python = '/usr/bin/python3';
const script = new URL('./network.py', import.meta.url).pathname;

/** SimPy, or a sentence that says why there is none. */
export function simpy(): Simulator | string {
  const cure = 'on Debian: apt-get install python3-simpy3';
  if (!existsSync(python)) return `SimPy is left out: there is no ${python}; ${cure}`;
  try {
    execFileSync(python, ['-c', 'import simpy'], { stdio: 'ignore' });
  } catch {
    return `SimPy is left out: ${python} has no module simpy; ${cure}`;
  }
  return (model, seed) =>
    JSON.parse(
      execFileSync(python, [script], {
        encoding: 'utf8',
        input: JSON.stringify({ ...model, seed }),
      }),
    ) as Result;
}

/** simjs, which offers itself to a window only. */
export function simjs(): Simulator {
  const file = createRequire(import.meta.url).resolve('simjs');
  const window: { Sim?: Simjs } = {};
  (compileFunction(readFileSync(file, 'utf8'), ['window']) as (page: typeof window) => void)(
    window,
  );
  const { Sim } = window;
  if (!Sim) throw new Error(`${file} did not set window.Sim`);
  return (model, seed) => runSimjs(Sim, model, seed);
}
