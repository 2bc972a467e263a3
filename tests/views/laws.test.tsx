/** What holds in every picture of every run: order on paper is order in the run, and a number is what it is named. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parameter } from '#engine/execute.ts';
import { domainOf, patterns, type Step } from '#engine/index.ts';
import { layoutDuel } from '#views/duel/duel.ts';
import { layoutSilhouettes } from '#views/duel/silhouette.ts';
import { layoutTurned } from '#views/duel/turned.ts';
import { align, leadingLane, stepAt } from '#views/lane/columns.ts';
import { laneCursor } from '#views/lane/cursor.ts';
import { accessMarks, isGuest, type Lane } from '#views/lane/lane.ts';
import { sumOf, time, timeWithRange } from '#views/language/format.ts';
import { sum } from '#views/language/geometry.ts';
import { trailAt } from '#views/place/trail.ts';
import { StepCard } from '#views/table/StepCard.tsx';
import { StepTable } from '#views/table/StepTable.tsx';
import { layoutLatency } from '#views/time/latency-layout.ts';
import { layoutSequence } from '#views/time/sequence.ts';
import { layoutTimeline, timeMetrics } from '#views/time/timeline.ts';
import { inkOf } from './ink.ts';
import { lane, pairs } from './lanes.ts';

/** Coordinates are rounded to tenths. */
const isSorted = (values: readonly number[]): boolean =>
  values.every((value, order) => order === 0 || value >= (values[order - 1] ?? 0) - 0.11);

/** What a lane is asked for with: any offer under any load. */
const anyRequest = fc.record({
  offer: fc.constantFrom(...pairs),
  count: fc.integer({ min: 1, max: 9 }),
  pattern: fc.constantFrom(...patterns),
});

/** A property of any lane; 30 lanes, each printed by what it is asked for with when it fails. */
const ofAnyLane = (holds: (own: Lane) => void): void => {
  const property = fc.property(
    anyRequest,
    ({ offer: { architecture, device, operation }, count, pattern }) => {
      holds(lane(architecture, device, { operation, count, pattern }));
    },
  );
  fc.assert(property, { numRuns: 30, seed: 7 });
};

describe('columns', () => {
  test('a step stands in a column of its own request and phase, and steps go forward', () => {
    ofAnyLane((own) => {
      const duel = align([own]);
      const orders = duel.columnsOfSteps[0]!;
      expect(orders.map((order) => duel.columns[order])).toEqual(own.places);
      expect(isSorted(orders)).toBe(true);
      expect(new Set(orders).size).toBe(orders.length);
      expect(duel.columns).toHaveLength(own.path.length);
    });
  });

  test('two lanes share the columns that the longer one needs, and the first to have a step leads', () => {
    const [slow, quick] = [lane('hyper-v', 'dec21140'), lane('hyper-v', 'netvsc')];
    const duel = align([quick, slow]);
    for (const [order, own] of duel.lanes.entries())
      for (const [index, column] of duel.columnsOfSteps[order]!.entries()) {
        expect(duel.columns[column]).toEqual(own.places[index]);
        expect(stepAt(duel, order, column)).toBe(index);
      }
    duel.columns.forEach((_, column) => {
      const expected = duel.columnsOfSteps.findIndex((orders) => orders.includes(column));
      expect(leadingLane(duel, column)?.lane).toBe(expected);
    });
    expect(leadingLane(duel, duel.columns.length)).toBeUndefined();
    expect(stepAt(duel, 0, -1)).toBe(-1);
    expect(align([])).toEqual({ lanes: [], columns: [], columnsOfSteps: [] });
  });

  test('accesses of a request are numbered from 1, and only the guest’s', () => {
    ofAnyLane((own) => {
      const marks = accessMarks(own);
      const numbers = new Map<number, number[]>();
      own.path.forEach((step, index) => {
        const mark = marks[index]!;
        if (!isGuest(own, step)) expect(mark).toBe('');
        else if (step.kind === 'end-of-interrupt') expect(mark).toBe('EOI');
        else if (step.access === undefined) expect(mark).toBe('');
        else {
          const { request } = own.places[index]!;
          numbers.set(request, [...(numbers.get(request) ?? []), Number(mark)]);
        }
      });
      for (const all of numbers.values()) expect(all).toEqual(all.map((_, order) => order + 1));
    });
  });
});

describe('a cursor', () => {
  test('passes the steps up to its column, and what happened beside them before', () => {
    ofAnyLane((own) => {
      const duel = align([own]);
      const at = Math.floor(own.path.length / 2);
      const cursor = laneCursor(duel, 0, at);
      expect(cursor.at).toBe(at);
      expect(own.path.map((step) => cursor.passedStep(step))).toEqual(
        own.path.map((_, index) => index <= at),
      );
      const now = Math.max(...own.path.slice(0, at + 1).map(({ atNs }) => atNs));
      for (const step of own.beside) expect(cursor.passedStep(step)).toBe(step.atNs <= now);
    });
  });

  test('that is not there has passed everything', () => {
    const own = lane('esxi', 'e1000');
    const cursor = laneCursor(align([own]), 0, undefined);
    expect(cursor.at).toBeUndefined();
    expect([...own.steps].every(cursor.passedStep)).toBe(true);
    expect(cursor.passed(1e6)).toBe(true);
  });
});

describe('the waveform', () => {
  test('has its steps from left to right, also as a silhouette', () => {
    ofAnyLane((own) => {
      const duel = align([own]);
      const wide = layoutDuel(duel, 1216).lanes[0]!.plateaus;
      const narrow = layoutSilhouettes(duel, 340)[0]!.plateaus;
      for (const plateaus of [wide, narrow]) {
        expect(isSorted(plateaus.map(({ index }) => index))).toBe(true);
        expect(isSorted(plateaus.flatMap(({ x1, x2 }) => [x1, x2]))).toBe(true);
      }
    });
  });

  test('turned, has every step once and in order, with its phases', () => {
    ofAnyLane((own) => {
      const { parts, rail } = layoutTurned(own, 340);
      const steps = parts.flatMap((part) => part.steps);
      expect(steps.map(({ step }) => step)).toEqual(own.path);
      expect(steps.map(({ index }) => index)).toEqual(own.path.map((_, index) => index));
      const headings = steps.filter(({ heading }) => heading !== undefined);
      const changes = own.places.filter(
        ({ request, phase }, at) =>
          request !== own.places[at - 1]?.request || phase !== own.places[at - 1]?.phase,
      );
      expect(headings).toHaveLength(changes.length);
      for (const { step, x, before } of steps) {
        expect(x < rail.line).toBe(step.band === 'user' || step.band === 'kernel');
        if (before === undefined) expect(step).toBe(own.path.find(({ key }) => key === step.key));
      }
      for (const { steps: own, folded } of parts)
        if (folded) expect(own.length).toBeGreaterThan(18);
    });
  });
});

describe('a sequence', () => {
  test('has an arrow from the cause’s lifeline to the step’s, in order of time', () => {
    ofAnyLane((own) => {
      const { rows, lifelines, edgeX } = layoutSequence(own, 720);
      const xs = new Map(lifelines.map(({ domain, x }) => [domain.id, x]));
      const byKey = new Map(own.steps.map((step) => [step.key, step]));
      expect(rows.map(({ step }) => step)).toEqual(own.steps);
      expect(isSorted(rows.map(({ y }) => y))).toBe(true);
      for (const { step, fromX, toX, index } of rows) {
        const cause = step.cause === null ? undefined : byKey.get(step.cause);
        expect(toX).toBe(xs.get(step.domain));
        expect(fromX).toBe(step.crossing && cause ? xs.get(cause.domain) : toX);
        expect(index === undefined ? undefined : own.path[index]).toBe(
          own.path.includes(step) ? step : undefined,
        );
      }
      for (const { domain, x } of lifelines)
        if (edgeX !== undefined)
          expect(x > edgeX).toBe(domain.band === 'hypervisor' || domain.band === 'hardware');
    });
  });

  test('breaks its sentences so that each word is there', () => {
    const own = lane('hyper-v', 'netvsc');
    for (const width of [340, 720])
      for (const { step, lines } of layoutSequence(own, width).rows)
        expect(lines.join(' ')).toBe(step.sentence);
  });
});

describe('a timeline', () => {
  const scale = (own: Lane) => {
    const greatest = Math.max(...own.steps.map(({ untilNs }) => untilNs));
    const { field } = layoutTimeline([own], 720);
    return (ns: number) => field.x1 + (ns / greatest) * (field.x2 - field.x1);
  };

  test('has a bar for each step, as long as it takes and where it begins', () => {
    ofAnyLane((own) => {
      const at = scale(own);
      const { bars } = layoutTimeline([own], 720).lanes[0]!;
      expect(new Set(bars.map(({ step }) => step))).toEqual(new Set(own.steps));
      for (const { step, x1, x2 } of bars) {
        expect(x1).toBeCloseTo(at(step.atNs), 0);
        expect(x2).toBeCloseTo(Math.max(at(step.untilNs), x1 + 1), 0);
      }
    });
  });

  test('has a row for each domain, and bars that overlap in time on rows of their own', () => {
    ofAnyLane((own) => {
      const { bars, rows } = layoutTimeline([own], 720).lanes[0]!;
      const labels = [
        ...new Set(bars.map(({ step }) => domainOf(own.run.world, step.domain).label)),
      ];
      expect(rows.map(({ label }) => label)).toEqual(
        own.run.world.domains.map(({ label }) => label).filter((label) => labels.includes(label)),
      );
      expect(isSorted(rows.map(({ y }) => y))).toBe(true);
      const tops = rows.map(({ y }) => y - timeMetrics.bar / 2);
      bars.forEach((bar) => {
        const row = labels.length - tops.toReversed().findIndex((top) => top <= bar.y) - 1;
        expect(rows[row]?.label).toBe(domainOf(own.run.world, bar.step.domain).label);
      });
      const overlapping = bars.filter((a) =>
        bars.some(
          (b) =>
            a !== b &&
            a.y === b.y &&
            a.step.atNs < b.step.untilNs &&
            b.step.atNs < a.step.untilNs &&
            a.step.domain === b.step.domain,
        ),
      );
      const deepest = Math.max(...rows.map(({ y }) => y)) + timeMetrics.pitch * 3;
      if (overlapping.length > 0) expect(bars.every(({ y }) => y < deepest)).toBe(true);
    });
  });
});

test('a timeline says title, device and latency in as many lines as they need', () => {
  const own = lane('reference', 'ide-dma', { operation: 'read' });
  const lines = (width: number) =>
    layoutTimeline([own], width).lanes[0]!.title.map((parts) =>
      parts.map(({ text, strong }) => (strong ? `*${text}*` : text)),
    );
  const latency = timeWithRange(own.run.totals.latencyNs);
  const { title: device } = own.run.world.device;
  expect(lines(720)).toEqual([['*Reference machine*', `${device} · ${latency}`]]);
  expect(lines(400)).toEqual([['*Reference machine*', device], [latency]]);
  expect(lines(280)).toEqual([['*Reference machine*'], [device], [latency]]);
});

test('latency: parts without holes up to the default, and the whole range', () => {
  ofAnyLane((own) => {
    const { bars, axis } = layoutLatency([own], 440);
    const [{ parts, whisker, range, openY }] = bars as [(typeof bars)[number]];
    const [zero, next] = [axis[0]!, axis.at(-1)!];
    const at = (ns: number): number => zero.x + (ns / next.ns) * (next.x - zero.x);
    expect(range).toEqual(own.run.totals.latencyNs);
    expect(sum(parts.map(({ ns }) => ns))).toBeCloseTo(range.default, 3);
    parts.forEach(({ x1, x2 }, order) => {
      if (order > 0) expect(x1).toBe(parts[order - 1]!.x2);
      expect(x2).toBeGreaterThanOrEqual(x1);
    });
    expect(Math.abs(parts.at(-1)!.x2 - at(range.default))).toBeLessThan(0.6);
    expect(Math.abs(whisker.x1 - at(range.min))).toBeLessThan(0.6);
    if (openY === undefined) expect(Math.abs(whisker.x2 - at(range.max))).toBeLessThan(0.6);
    else expect(at(range.max)).toBeGreaterThan(whisker.x2);
  });
});

test('a trail leads through the domains of the last five steps', () => {
  ofAnyLane((own) => {
    own.path.slice(0, 40).forEach((step, at) => {
      const points = trailAt(own, at, 300);
      const last = own.path.slice(Math.max(0, at - 4), at + 1).map(({ domain }) => domain);
      const stays = last.filter((domain, order) => domain !== last[order - 1]);
      expect(points.map(({ domain }) => domain)).toEqual(stays);
      expect(points.at(-1)?.domain).toBe(step.domain);
    });
  });
});

describe('numbers', () => {
  const paying = (own: Lane): readonly Step[] => own.steps.filter(({ costs }) => costs.length > 0);

  test('of a step card are the prices of the parameters that it names', () => {
    for (const { architecture, device, operation } of pairs.filter((_, order) => order % 5 === 0)) {
      const own = lane(architecture, device, { operation });
      for (const step of paying(own).slice(0, 8)) {
        const card = inkOf(<StepCard lane={own} step={step} />);
        const shown = [...card.matchAll(/span\.standing\S* "([^"]*)"\n\s*small "([^"]*)"/g)];
        expect(shown.map(([, price]) => price)).toEqual(
          step.costs.map(({ ns }) => time(ns.default)),
        );
        step.costs.forEach(({ parameter: id, times }, order) => {
          const { title, standing } = parameter(id);
          const words = shown[order]![2]!;
          expect(words).toContain(title);
          expect(words).toContain(standing);
          expect(words.includes(`× ${times}`)).toBe(times > 1);
        });
        if (step.costs.length > 1)
          expect(card).toContain(`"${timeWithRange(sumOf(step.costs.map(({ ns }) => ns)))}"`);
      }
    }
  });

  test('of a step table are the sums of prices, a row for each step in order', () => {
    const own = lane('esxi', 'e1000');
    const rows = inkOf(<StepTable lane={own} />)
      .split('\n    tr')
      .slice(2);
    const cells = rows.map((row) => [...row.matchAll(/t[dh]\S*(?: scope=row)?(?: "([^"]*)")?/g)]);
    expect(rows).toHaveLength(own.steps.length);
    own.steps.forEach((step, order) => {
      const cost = sumOf(step.costs.map(({ ns }) => ns)).default;
      expect(rows[order]).toContain(`"${step.sentence}"`);
      if (cost > 0) expect(rows[order]).toContain(`"${time(cost)}"`);
      expect(cells[order]![0]![1]).toBe(
        own.path.includes(step) ? `${own.path.indexOf(step) + 1}` : 'beside',
      );
    });
  });
});
