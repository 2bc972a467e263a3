/**
 * Goal: queues, doorbells and phase of an NVMe disk as Linux drives it. Method: driver and device on one
 * memory, the test plays the disk; random scripts of bursts and completions.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nvme as device } from '#engine/devices/nvme.ts';
import { nvme as driver } from '#engine/drivers/nvme.ts';
import type { InterruptMode } from '#engine/memory/interrupt.ts';
import { registers, withShadowDoorbells } from '#engine/memory/nvme.ts';
import { runRequest } from '#engine/execute.ts';
import { type Request, stateAt } from '#engine/index.ts';
import { DiskBench, runScript, type Step } from '../../support/disk-bench.ts';

const pair = (interrupts?: InterruptMode) => new DiskBench(device, driver, interrupts);

const shadowed = (interrupts?: InterruptMode) =>
  new DiskBench(device, driver, interrupts, withShadowDoorbells);

/** Where the driver's rings are: the first structures of page alignment. */
const submissions = 0x1000;
const completions = submissions + 64 * 1024;

const commands = (bench: DiskBench, count: number) =>
  Array.from({ length: count }, () => bench.command());

describe('the recorded sequence', () => {
  test.each(['read', 'write', 'flush'] as const)('%s', (kind) => {
    const bench = pair();
    for (let count = 1; count <= 3; count++) {
      bench.forget();
      bench.submit(bench.command(kind));
      bench.finish();
      bench.interrupt();
      expect(bench.log).toEqual([`W SQ1TDBL 0x${count}`, `W CQ1HDBL 0x${count}`]);
    }
  });

  test('doorbells stand where the controller’s stride of 4 bytes puts them', () => {
    const { submissionTail, completionHead } = registers;
    expect([submissionTail.offset, completionHead.offset]).toEqual([0x1008, 0x100c]);
  });
});

test('a batch has one tail doorbell, and completions that share an interrupt one head doorbell', () => {
  const bench = pair();
  bench.submit(...commands(bench, 8));
  expect(bench.log).toEqual(['W SQ1TDBL 0x8']);
  bench.finishAll();
  bench.forget();
  bench.interrupt();
  expect(bench.log).toEqual(['W CQ1HDBL 0x8']);
  expect(bench.idle).toBe(true);
});

test('a command that is not the last of its batch waits in the ring', () => {
  const bench = pair();
  bench.kernel.run(bench.guest.submit(bench.command(), false));
  expect(bench.log).toEqual([]);
  bench.take();
  expect(bench.out).toEqual([]);
});

test('a batch as long as the ring rings when the next command would reach the tail rung last', () => {
  const bench = pair();
  const command = bench.command();
  for (let count = 0; count < 1023; count++) bench.kernel.run(bench.guest.submit(command, false));
  expect(bench.log).toEqual(['W SQ1TDBL 0x3ff']);
});

test('an interrupt that finds nothing writes nothing', () => {
  const bench = pair();
  bench.submit(...commands(bench, 2));
  bench.finishAll();
  bench.host.fire();
  bench.interrupt();
  bench.host.fire();
  bench.forget();
  bench.interrupt();
  expect(bench.log).toEqual([]);
});

test('commands finish in any order and come back by their number', () => {
  const bench = pair();
  bench.submit(...commands(bench, 4));
  for (const index of [2, 0, 1, 0]) bench.finish(index);
  bench.interrupt();
  expect(bench.kernel.completedTags).toEqual([2, 0, 3, 1]);
});

test('rings go round and phases turn: 5,000 commands through 1,024 entries', () => {
  const bench = pair();
  for (let count = 0; count < 5000; count += 8) {
    bench.submit(...commands(bench, 8));
    bench.finishAll();
    bench.interrupt();
  }
  expect(bench.kernel.completedTags).toHaveLength(5000);
  expect(bench.idle).toBe(true);
});

test('as many commands as the scheduler has requests can be out', () => {
  const bench = pair();
  bench.submit(...commands(bench, 256));
  expect(bench.out).toHaveLength(256);
  expect(bench.guest.hasRoom()).toBe(true);
  bench.drain();
  expect(bench.idle).toBe(true);
});

const steps: fc.Arbitrary<Step> = fc.record({
  act: fc.constantFrom('submit', 'finish', 'finish', 'interrupt', 'flush'),
  amount: fc.integer({ min: 1, max: 80 }),
});

test.each(['msix', 'msi', 'intx'] as const)(
  'over bursts, depths and orders: one write a doorbell, at most one an interrupt (%s)',
  (mode) => {
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 80 }), (script) => {
        const bench = pair(mode);
        runScript(bench, script);
        const acknowledged = bench.log.filter((line) => line.startsWith('W CQ1HDBL')).length;
        expect(bench.log.length).toBe(bench.doorbells + acknowledged);
        expect(acknowledged).toBeLessThanOrEqual(bench.interrupts);
        expect(bench.idle).toBe(true);
      }),
    );
  },
);

test('at rest between them, every interrupt is one write', () => {
  const bench = pair();
  for (const depth of [1, 2, 7, 64, 256]) {
    bench.submit(...commands(bench, depth));
    bench.finishAll();
    bench.interrupt();
  }
  expect(bench.log).toHaveLength(bench.doorbells + bench.interrupts);
  expect([bench.doorbells, bench.interrupts]).toEqual([5, 5]);
});

test('by MSI, a message comes when completions begin to wait, and again for those left waiting', () => {
  const bench = pair('msi');
  bench.submit(...commands(bench, 3));
  bench.finish();
  bench.finish();
  expect(bench.host.fired).toBe(1);
  bench.afterAccess = () => undefined;
  const ring = bench.model.write.bind(bench.model);
  bench.model.write = (register, value) => {
    if (register === registers.completionHead && bench.out.length > 0) bench.finish();
    ring(register, value);
  };
  bench.interrupt();
  expect([bench.kernel.completedTags, bench.host.fired]).toEqual([[0, 1], 2]);
  bench.interrupt();
  expect([bench.kernel.completedTags, bench.interruptPending]).toEqual([[0, 1, 2], false]);
});

test('on a pin, the level stays until every completion is acknowledged', () => {
  const bench = pair('intx');
  bench.submit(...commands(bench, 2));
  bench.finish();
  expect(bench.host.line).toBe(true);
  bench.afterAccess = () => {
    bench.afterAccess = () => undefined;
    bench.finish();
  };
  bench.interrupt();
  expect([bench.host.line, bench.log.length]).toEqual([true, 2]);
  bench.interrupt();
  expect(bench.host.line).toBe(false);
  expect(bench.kernel.completedTags).toEqual([0, 1]);
});

describe('in memory', () => {
  test('a read of one page stands in 64 bytes as NVMe 1.4, 4.2 says', () => {
    const bench = pair();
    bench.command();
    const read = bench.command('read', 1, 0x1_2345_6789);
    bench.submit(read);
    const { memory } = bench;
    expect(memory.read32(submissions)).toBe(0x1001_0002);
    expect(memory.read32(submissions + 4)).toBe(1);
    expect(memory.read64(submissions + 24)).toBe(read.pages[0]);
    expect(memory.read64(submissions + 32)).toBe(0);
    expect(memory.read64(submissions + 40)).toBe(0x1_2345_6789);
    expect(memory.read32(submissions + 48)).toBe(7);
    expect(bench.out[0]).toEqual({ kind: 'read', payload: 1001, bytes: 4096, token: 0x1001 });
  });

  test('a second page has its own pointer, more have a list', () => {
    const bench = pair();
    const two = bench.command('write', 2);
    const most = bench.command('write', driver.limits.maxSegments);
    bench.submit(two, most);
    const { memory } = bench;
    expect(memory.read64(submissions + 32)).toBe(two.pages[1]);
    const list = memory.read64(submissions + 64 + 32);
    // A list must not cross a page.
    expect((list % 4096) + 8 * 126).toBeLessThanOrEqual(4096);
    const listed = most.pages.slice(1).map((_, index) => memory.read64(list + 8 * index));
    expect(listed).toEqual(most.pages.slice(1));
    expect(bench.out.map(({ bytes }) => bytes)).toEqual([8192, 4096 * 127]);
  });

  test('a flush has a namespace and nothing else', () => {
    const bench = pair();
    bench.submit(bench.command('flush'));
    const words = Array.from({ length: 16 }, (_, at) => bench.memory.read32(submissions + 4 * at));
    expect(words).toEqual([0x1000_0000, 1, ...new Array<number>(14).fill(0)]);
    expect(bench.out[0]!.bytes).toBe(0);
  });

  test('a completion has queue, head, number and phase as NVMe 1.4, 4.6 says', () => {
    const bench = pair();
    bench.submit(...commands(bench, 3));
    bench.finish(1);
    const { memory } = bench;
    expect(memory.read32(completions + 8)).toBe(0x0001_0003);
    expect(memory.read16(completions + 12)).toBe(0x1001);
    expect(memory.read16(completions + 14)).toBe(1);
  });

  test('a number counts how often its tag was used, in four bits', () => {
    const bench = pair();
    const command = bench.command();
    const numbers: number[] = [];
    for (let use = 0; use < 17; use++) {
      bench.submit(command);
      numbers.push(bench.out[0]!.token >> 12);
      bench.finish();
      bench.kernel.run(bench.guest.interrupt(1));
    }
    expect(numbers.slice(-3)).toEqual([15, 0, 1]);
  });
});

describe('with shadow doorbells', () => {
  /** The pages behind the rings and the page lists, and in them the values of queue 1. */
  const shadows = completions + 16 * 1024 + 1024 * 256;
  const events = shadows + 4096;
  const values = ({ memory }: DiskBench) =>
    [shadows + 8, shadows + 12, events + 8, events + 12].map((at) => memory.read32(at));

  test('the last command of the set-up names both pages', () => {
    const { memory } = shadowed();
    const at = events + 4096 + 2 * 64;
    expect([memory.read8(at), memory.read64(at + 24), memory.read64(at + 32)]).toEqual([
      0x7c,
      shadows,
      events,
    ]);
  });

  test('a command alone has the doorbells that it has without them, and leaves its values in memory', () => {
    const bench = shadowed();
    for (let count = 1; count <= 3; count++) {
      bench.forget();
      bench.submit(bench.command());
      bench.finish();
      bench.interrupt();
      expect(bench.log).toEqual([`W SQ1TDBL 0x${count}`, `W CQ1HDBL 0x${count}`]);
      expect(values(bench)).toEqual([count, count, count, count - 1]);
    }
  });

  test('no doorbell rings while the controller has not come as far as the last one', () => {
    const bench = shadowed();
    const submit = () => bench.kernel.run(bench.guest.submit(bench.command(), true));
    for (let count = 0; count < 5; count++) submit();
    expect([bench.log, bench.kernel.held]).toEqual([
      ['W SQ1TDBL 0x1'],
      Array.from({ length: 4 }, () => 'submission queue'),
    ]);
    bench.take();
    expect(bench.out).toHaveLength(5);
    submit();
    expect(bench.log).toEqual(['W SQ1TDBL 0x1', 'W SQ1TDBL 0x6']);
  });

  /** The second completion comes while the guest tells of the first. */
  const meetingAtTheHead = (mode: InterruptMode): DiskBench => {
    const bench = shadowed(mode);
    bench.submit(...commands(bench, 2));
    bench.finish();
    const write = bench.model.write.bind(bench.model);
    bench.model.write = (register, value) => {
      if (register === registers.completionHead && bench.out.length > 0) bench.finish();
      write(register, value);
    };
    bench.interrupt();
    bench.interrupt();
    expect([values(bench)[1], bench.kernel.completedTags]).toEqual([2, [0, 1]]);
    return bench;
  };

  test('a head that the controller has not asked for stays in memory', () => {
    expect(meetingAtTheHead('msix').log).toEqual(['W SQ1TDBL 0x2', 'W CQ1HDBL 0x1']);
  });

  test.each(['msi', 'intx'] as const)('by %s it is told, since its status hangs on it', (mode) => {
    const bench = meetingAtTheHead(mode);
    expect(bench.log.at(-1)).toBe('W CQ1HDBL 0x2');
    expect(bench.interruptPending).toBe(false);
  });

  test.each(['msix', 'msi', 'intx'] as const)(
    'over bursts, depths and orders nothing is left behind, and nothing interrupts for ever (%s)',
    (mode) => {
      fc.assert(
        fc.property(fc.array(steps, { maxLength: 80 }), (script) => {
          const bench = shadowed(mode);
          runScript(bench, script);
          expect([bench.idle, bench.interruptPending]).toEqual([true, false]);
        }),
      );
    },
  );

  test('rings go round: 5,000 commands through 1,024 entries', () => {
    const bench = shadowed();
    for (let count = 0; count < 5000; count += 8) {
      bench.submit(...commands(bench, 8));
      bench.finishAll();
      bench.interrupt();
    }
    expect(bench.kernel.completedTags).toHaveLength(5000);
  });
});

describe('a queue pair for each processor', () => {
  const run = (more: Partial<Request>) =>
    runRequest({ architecture: 'reference', device: 'nvme', operation: 'read', ...more });
  const doorbells = (more: Partial<Request>) =>
    run(more).trace.flatMap((event) =>
      event.kind === 'access' && event.doorbell ? [event.access.register] : [],
    );

  test('each rings for itself, once for what is handed over together', () => {
    const burst = { count: 16, pattern: 'burst', processors: 4 };
    expect(doorbells(burst).toSorted()).toEqual(['SQ1TDBL', 'SQ2TDBL', 'SQ3TDBL', 'SQ4TDBL']);
    expect(doorbells({ ...burst, processors: 1 })).toEqual(['SQ1TDBL']);
  });

  test('each has its own vector and its own head', () => {
    const { trace } = run({ count: 4, processors: 4 });
    const heads = trace.flatMap((event) =>
      event.kind === 'access' && !event.doorbell ? [event.access.register] : [],
    );
    expect(heads.toSorted()).toEqual(['CQ1HDBL', 'CQ2HDBL', 'CQ3HDBL', 'CQ4HDBL']);
    const vectors = trace.flatMap((event) =>
      event.kind === 'interrupt-line' && event.raised ? [event.vector] : [],
    );
    expect(new Set(vectors)).toEqual(new Set([1, 2, 3, 4]));
  });

  test.each([{ interrupts: 'intx' }, { driver: 'linux-nvme-polled' }])(
    'there is one where there is one vector or none: %j',
    (more) => {
      expect(doorbells({ count: 8, pattern: 'burst', processors: 4, ...more })).toEqual([
        'SQ1TDBL',
      ]);
    },
  );

  test.each([
    { processors: 1, interrupts: 'msix', depth: 256 },
    { processors: 2, interrupts: 'msix', depth: 2046 },
    { processors: 2, interrupts: 'intx', depth: 256 },
    { processors: 64, interrupts: 'msix', depth: 4095 },
  ] as const)('$processors processors by $interrupts: $depth commands', ({ depth, ...guest }) => {
    expect(driver.depthFor!(guest)).toBe(depth);
  });

  test('every command comes back, whatever the queues', () => {
    fc.assert(
      fc.property(
        fc.record({
          architecture: fc.constantFrom('reference', 'native', 'kvm', 'esxi'),
          variant: fc.constantFrom(...device.variants),
          interrupts: fc.constantFrom(...device.interrupts),
          operation: fc.constantFrom('read', 'write', 'flush'),
          processors: fc.constantFrom(1, 2, 3, 16, 64),
          count: fc.integer({ min: 1, max: 400 }),
          batch: fc.constantFrom(1, 7, 64),
          pattern: fc.constantFrom('burst', 'spaced'),
        }),
        (request) => {
          const { trace } = run(request);
          expect(stateAt(trace, trace.length - 1).completed).toBe(request.count);
        },
      ),
      { numRuns: 60 },
    );
  });
});
