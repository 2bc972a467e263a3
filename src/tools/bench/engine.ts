/** A model on our own engine: the same agenda that every figure runs on. */
import { Network } from '#engine/des/network.ts';
import { Simulation } from '#engine/des/simulation.ts';
import { seededRandom } from '#engine/random.ts';
import { cpuSeconds } from './measure.ts';
import { answer } from './program.ts';

answer((task) => {
  const simulation = new Simulation();
  const network = new Network(task, simulation, seededRandom(task.seed));
  const seconds = cpuSeconds(() => simulation.run(task.events));
  return { seconds, meanNumbers: network.read().stations.map(({ meanNumber }) => meanNumber) };
});
