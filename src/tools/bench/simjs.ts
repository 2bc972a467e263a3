/**
 * A closed network in simjs, which offers itself to a window only: a Facility for each station, which counts for
 * itself (number and stay in the system and in its line, busy time), an Entity for each customer, and a Population
 * for the whole route.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';
import { cpuSeconds } from './measure.ts';
import { answer, type Result, type Task } from './program.ts';

/** The part of simjs that is used. */
interface Simjs {
  readonly Sim: new () => Simulation;
  readonly Random: new (seed: number) => { exponential(rate: number): number };
  readonly Facility: (new (id: string, discipline: number, servers: number) => Facility) & {
    readonly FCFS: number;
  };
  readonly Population: new () => Population;
  readonly Entity: new (simulation: Simulation, name: string) => Entity;
}

interface Simulation {
  addEntity(kind: new (simulation: Simulation, name: string) => Entity, name: string): void;
  simulate(until: number, events: number): boolean;
  time(): number;
}

interface Facility {
  systemStats(): Population;
  finalize(now: number): void;
}

interface Population {
  enter(now: number): void;
  leave(entered: number, now: number): void;
  readonly sizeSeries: { average(): number };
}

declare class Entity {
  start(): void;
  time(): number;
  useFacility(facility: Facility, takes: number): { done(then: () => void, context: Entity): void };
}

function load(): Simjs {
  const file = createRequire(import.meta.url).resolve('simjs');
  const window: { Sim?: Simjs } = {};
  const program = compileFunction(readFileSync(file, 'utf8'), ['window']);
  (program as (page: typeof window) => void)(window);
  if (!window.Sim) throw new Error(`${file} did not set window.Sim`);
  return window.Sim;
}

/** Runs the closed load of a task. */
function runClosed(Sim: Simjs, task: Task): Result {
  const [load] = task.loads;
  if (load?.kind !== 'closed') throw new RangeError(`${task.name} has no closed load`);
  const simulation = new Sim.Sim();
  const random = new Sim.Random(task.seed);
  const stations = task.stations.map(({ id, servers, service }) => ({
    id,
    rate: 1 / service.mean,
    facility: new Sim.Facility(id, Sim.Facility.FCFS, servers),
  }));
  const stops = load.stops.flatMap((id) => stations.filter((station) => station.id === id));
  const route = new Sim.Population();

  class Customer extends Sim.Entity {
    private began = 0;
    private stop = 0;

    override start(): void {
      this.began = this.time();
      this.stop = 0;
      route.enter(this.began);
      this.visit();
    }

    visit(): void {
      const station = stops[this.stop];
      if (!station) throw new RangeError('a customer left its route');
      const takes = random.exponential(station.rate);
      this.useFacility(station.facility, takes).done(() => this.served(), this);
    }

    served(): void {
      this.stop++;
      if (this.stop < stops.length) return this.visit();
      route.leave(this.began, this.time());
      this.start();
    }
  }

  for (let count = 0; count < load.customers; count++) simulation.addEntity(Customer, `c${count}`);
  const seconds = cpuSeconds(() => simulation.simulate(Infinity, task.events));
  const meanNumbers = stations.map(({ facility }) => {
    facility.finalize(simulation.time());
    return facility.systemStats().sizeSeries.average();
  });
  return { seconds, meanNumbers };
}

const Sim = load();
answer((task) => runClosed(Sim, task));
