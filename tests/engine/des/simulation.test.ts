/**
 * Goal: the clock is decided, whatever is asked of it. Method: small stories that end in one
 * comparison.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Server } from '#engine/des/server.ts';
import { Simulation } from '#engine/des/simulation.ts';
import { duration } from '#engine/vocabulary/units.ts';

test('actions run by time, and in the order of asking where times are equal', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 700 }), (delays) => {
      const simulation = new Simulation();
      const ran: [number, number][] = [];
      delays.forEach((delay, asked) =>
        simulation.in(duration(delay), () => ran.push([simulation.now, asked])),
      );
      expect(simulation.run(10_000)).toBe('idle');
      const expected = delays.map((delay, asked): [number, number] => [delay, asked]);
      expect(ran).toEqual(expected.sort((a, b) => a[0] - b[0] || a[1] - b[1]));
    }),
  );
});

test('an action may ask for another at the same instant', () => {
  const simulation = new Simulation();
  const ran: string[] = [];
  simulation.in(duration(5), () => {
    ran.push('first');
    simulation.in(duration(0), () => ran.push('asked by first'));
  });
  simulation.in(duration(5), () => ran.push('second'));
  simulation.run(10);
  expect(ran).toEqual(['first', 'second', 'asked by first']);
});

test('a run without an end is cut at the limit', () => {
  const simulation = new Simulation();
  const again = (): void => simulation.in(duration(1), again);
  again();
  expect(simulation.run(1000)).toBe('limit');
  expect(simulation.now).toBe(1000);
});

test('a server sleeps, is woken once for a batch, and does one job at a time', () => {
  const simulation = new Simulation();
  const server = new Server('server', simulation);
  const log: string[] = [];
  const job = (name: string) => (done: () => void) => {
    log.push(`${simulation.now} ${name}`);
    simulation.in(duration(10), done);
  };
  const post = (name: string): void => {
    if (!server.post(job(name))) return;
    log.push(`${simulation.now} woken`);
    simulation.in(duration(3), server.awake);
  };
  post('a');
  post('b');
  simulation.in(duration(30), () => post('c'));
  simulation.run(100);
  expect(log).toEqual(['0 woken', '3 a', '13 b', '30 woken', '33 c']);
});

/** A story of flat events and actions: each, when it runs, asks for some more. */
const anyStory = fc.array(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 4 }), {
  minLength: 1,
  maxLength: 400,
});

/** Tells a story on the simulation; every other event is flat. */
function told(story: readonly (readonly number[])[]): [at: number, asked: number][] {
  const simulation = new Simulation();
  const ran: [number, number][] = [];
  let asked = 0;
  const happen = (event: number): void => {
    ran.push([simulation.now, event]);
    for (const delay of story[event] ?? []) ask(delay);
  };
  const first = simulation.reserve(2, {
    on: (code, event) => {
      expect(code).toBe(first + (event % 2));
      happen(event);
    },
  });
  const ask = (delay: number): void => {
    const event = asked++;
    if (event % 3 === 0) simulation.in(duration(delay), () => happen(event));
    else simulation.ask(duration(delay), first + (event % 2), event);
  };
  ask(0);
  for (let part = simulation.run(7); part === 'limit'; part = simulation.run(7));
  return ran;
}

/** The same story on an agenda that is sorted anew for every event. */
function expected(story: readonly (readonly number[])[]): [at: number, asked: number][] {
  const ran: [number, number][] = [];
  const agenda: [number, number][] = [[0, 0]];
  let asked = 1;
  for (let next = agenda.shift(); next; next = agenda.shift()) {
    const [now, event] = next;
    ran.push(next);
    for (const delay of story[event] ?? []) agenda.push([now + delay, asked++]);
    agenda.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  }
  return ran;
}

test('flat events and actions share one agenda, whatever they ask for while it runs in parts', () => {
  fc.assert(
    fc.property(anyStory, (story) => {
      expect(told(story)).toEqual(expected(story));
    }),
  );
});

test('the agenda grows while its first place is empty', () => {
  const burst = Array.from({ length: 2000 }, (_, index) => (index * 7919) % 2003);
  expect(told([burst])).toEqual(expected([burst]));
});
