/** Goal: the clock is decided, whatever is asked of it. Method: small stories that end in one comparison. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Server } from '#engine/des/server.ts';
import { Simulation } from '#engine/des/simulation.ts';
import { duration } from '#engine/units.ts';

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
  const server = new Server();
  const log: string[] = [];
  const job = (name: string) => (done: () => void) => {
    log.push(`${simulation.now} ${name}`);
    simulation.in(duration(10), done);
  };
  const wake = (awake: () => void): void => {
    log.push(`${simulation.now} woken`);
    simulation.in(duration(3), awake);
  };
  server.post(job('a'), wake);
  server.post(job('b'), wake);
  simulation.in(duration(30), () => server.post(job('c'), wake));
  simulation.run(100);
  expect(log).toEqual(['0 woken', '3 a', '13 b', '30 woken', '33 c']);
});
