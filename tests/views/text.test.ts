import { expect, test } from 'vitest';
import { architectures } from '#engine/execute.ts';
import { comparisonOf, notesOf } from '#views/lane/comparison.ts';
import { rangeOf, time, timeWithRange } from '#views/language/format.ts';
import { tickStep } from '#views/language/ticks.ts';
import { allMechanisms } from '#views/language/AllMechanisms.tsx';
import { mermaidOf } from '#views/table/mermaid.ts';
import { layoutPlacements, roleMetrics, rolesOf } from '#views/place/placement.ts';
import { textWidth, wrapped } from '#views/language/text.ts';
import { fourLanes, lane } from './lanes.ts';

test.each([
  [0, '0 ns'],
  [0.4, '0.4 ns'],
  [20, '20 ns'],
  [670, '670 ns'],
  [1_000, '1 µs'],
  [1_260, '1.3 µs'],
  [37_400, '37 µs'],
  [2_500_000, '2.5 ms'],
])('%d ns is written %s', (ns, text) => {
  expect(time(ns)).toBe(text);
});

test('a range is in the unit of its default, and silent where there is none', () => {
  expect(rangeOf({ min: 5_100, default: 10_000, max: 19_000 })).toBe('5.1 to 19');
  expect(rangeOf({ min: 400, default: 1_000, max: 2_000 })).toBe('0.4 to 2');
  expect(rangeOf({ min: 7, default: 7, max: 7 })).toBe('');
  expect(rangeOf({ min: 8_000, default: 39_000, max: 10_073_000 })).toBe('8 µs to 10 ms');
  expect(timeWithRange({ min: 24_000, default: 37_000, max: 92_000 })).toBe('37 µs (24 to 92)');
});

test('axes go in ones, twos and fives', () => {
  expect([1, 3, 7, 40, 120, 999].map(tickStep)).toEqual([1, 5, 10, 50, 200, 1000]);
});

test('every mechanism has a name of its own and a sentence', () => {
  const names = allMechanisms.map(({ name }) => name);
  expect(new Set(names).size).toBe(allMechanisms.length);
  for (const { explains } of allMechanisms) expect(explains).toMatch(/^[A-Z].*\.$/);
});

test('the text alternative of a duel has the totals of every lane', () => {
  const lanes = fourLanes();
  const text = comparisonOf(lanes);
  for (const { run } of lanes) {
    expect(text).toContain(`${run.totals.lineCrossings} crossings of the edge`);
    expect(text).toContain(run.world.device.title);
  }
  expect(comparisonOf([lane('native', 'e1000')])).toContain('no hypervisor');
  expect(notesOf(lanes)).toHaveLength(2);
  expect(notesOf(lanes, 'timeline').join(' ')).toMatch(/^To scale: distance is time/);
  for (const view of ['timeline', 'other'] as const)
    expect(notesOf(lanes, view).join(' ')).not.toContain('counts steps');
});

test('Mermaid text has a participant for each domain and an arrow for each step', () => {
  const own = lane('hyper-v', 'netvsc');
  const lines = mermaidOf(own).trim().split('\n');
  expect(lines[0]).toBe('sequenceDiagram');
  expect(lines.filter((line) => line.includes('participant'))).toHaveLength(4);
  expect(lines.filter((line) => /-(->>|>>|\))/.test(line))).toHaveLength(own.steps.length);
  expect(lines.slice(1).some((line) => line.includes(';') && !line.includes('#59;'))).toBe(false);
});

test('roles stand in the domains that the placement says', () => {
  for (const architecture of architectures) {
    const domains = new Set(architecture.domains.map(({ id }) => id));
    const roles = rolesOf(architecture);
    expect(roles.length).toBeGreaterThan(0);
    for (const { domain } of roles) expect(domains.has(domain)).toBe(true);
  }
});

test.each([288, 293, 470])('names and roles stay in their boxes at %i px', (width) => {
  for (const { boxes } of layoutPlacements(architectures, width)) {
    for (const { domain, name, roles, width: room, height } of boxes) {
      const lines = [...name, ...roles.flatMap((role) => role.lines)];
      expect(16 + lines.length * roleMetrics.line, domain.label).toBeLessThanOrEqual(height);
      for (const line of lines)
        expect(roleMetrics.side + textWidth(line, 12.5), line).toBeLessThan(room);
    }
  }
});

test('a role is qualified by the class of devices only where another class has it elsewhere', () => {
  for (const architecture of architectures) {
    const roles = rolesOf(architecture).filter(({ role }) => role !== 'device-model');
    for (const { role, text } of roles)
      if (roles.filter((other) => other.role === role).length === 1)
        expect(text).not.toMatch(/emulated|paravirtual|synthetic/);
  }
});

test('sentences are broken between words', () => {
  expect(wrapped('The guest resumes at once', 12)).toEqual(['The guest', 'resumes at', 'once']);
});
