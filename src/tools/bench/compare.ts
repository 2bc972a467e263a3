/** How fast the event kernel and its stations are, against simulators that others wrote, on the same models. */
import { momentsOf, singleServerQueue } from '#engine/analysis/queueing.ts';
import { median } from './measure.ts';
import { closedNetwork, type Model, singleServer } from './models.ts';
import type { Result } from './program.ts';
import { engine, simjs, type Simulator, simpy } from './simulators.ts';

const rounds = 5;

/** The runs of one simulator on one model. */
interface Outcome {
  readonly name: string;
  readonly results: readonly Result[];
}

/** Runs a model on all simulators in turn, five times, so that what else the machine does falls on all alike. */
function interleaved(model: Model, simulators: readonly Simulator[]): Outcome[] {
  const outcomes = simulators.map(({ name }) => ({ name, results: [] as Result[] }));
  for (let round = 1; round <= rounds; round++)
    simulators.forEach((simulator, index) =>
      outcomes[index]?.results.push(simulator.run(model, round)),
    );
  return outcomes;
}

const secondsOf = ({ results }: Outcome): number => median(results.map(({ seconds }) => seconds));

/** Mean numbers at the stations, over all rounds: every simulator comes to about the same. */
function meanNumbers({ results }: Outcome, { stations }: Model): string {
  return stations
    .map(({ id }, station) => {
      const sum = results.reduce(
        (total, result) => total + (result.meanNumbers[station] ?? NaN),
        0,
      );
      return `${id} ${(sum / results.length).toFixed(1)}`;
    })
    .join(', ');
}

/** A line for each simulator, and for each other one how many times as long it takes as the engine does. */
function compareOn(model: Model, others: readonly Simulator[]): string[] {
  const outcomes = interleaved(model, [engine, ...others]);
  const [own, ...rest] = outcomes;
  const speeds = outcomes.map((outcome) => {
    const rate = (model.events / secondsOf(outcome) / 1e6).toFixed(2);
    const speed = `${outcome.name.padEnd(8)}${rate.padStart(6)} million events/s`;
    return `  ${speed}   there on average: ${meanNumbers(outcome, model)}`;
  });
  const ratios = rest.map((outcome) => {
    const ratio = own ? secondsOf(outcome) / secondsOf(own) : NaN;
    return `${model.name}: ${ratio.toFixed(1)} x ${outcome.name}`;
  });
  return [...speeds, ...ratios];
}

/** What the textbook says of the single server. */
function exactNumber(): number {
  const [station] = singleServer.stations;
  const [load] = singleServer.loads;
  if (!station || load?.kind !== 'open')
    throw new RangeError('the single server has one open load');
  return singleServerQueue(1 / load.gap.mean, momentsOf(station.service)).number;
}

/** The comparisons, as lines to print. */
export function* comparisons(): Generator<string> {
  const python = simpy();
  const withSimpy = typeof python === 'string' ? [] : [python];
  if (typeof python === 'string') yield python;
  yield `closed network: 64 virtual machines x depth 32, five stations, ${closedNetwork.events} events`;
  yield* compareOn(closedNetwork, [...withSimpy, simjs]);
  yield `M/M/1 at 0.8, ${singleServer.events} events; exact number there: ${exactNumber().toFixed(1)}`;
  yield* compareOn(singleServer, withSimpy);
}
