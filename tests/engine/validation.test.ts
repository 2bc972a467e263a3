/** What was published, set against what the engine computes: no target is lost, and no verdict is said but computed. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parameterIds, scenarioFor } from '#engine/execute.ts';
import { isModelled, lies } from '#engine/validation/target.ts';
import { targets } from '#engine/validation/targets.ts';
import { validate } from '#engine/validation/validate.ts';

const sources = new Set(readdirSync('content/sources').map((file) => file.replace(/\.yaml$/, '')));
const findings = [...validate()];

/** Rows of the table of published ratios. */
const rows = 27;

/** Agreement that holds today; one that is lost is a regression. */
const holding = 'V3 V4 V5 V7 V8 V9 V12 V20 V24 V25 V26 V27'.split(' ');

test('every row of the table is there once, in its order', () => {
  const ids = Array.from({ length: rows }, (_, index) => `V${index + 1}`);
  expect(targets.map(({ id }) => id)).toEqual(ids);
  expect(findings.map(({ id }) => id)).toEqual(ids);
});

test.each(targets)('$id: what was published, and a source that the book lists', (target) => {
  expect(target.published).not.toBe('');
  expect(sources).toContain(target.source);
});

test('identities are labelled, and hold', () => {
  const identities = targets.filter(
    (target) => isModelled(target) && target.compares === 'identity',
  );
  expect(identities.map(({ id }) => id)).toEqual(['V1', 'V18', 'V21']);
  for (const { id } of identities)
    expect(findings.find((finding) => finding.id === id)).toMatchObject({ verdict: 'identity' });
});

test.each(findings)('$id: its verdict is what its numbers say', (finding) => {
  const { verdict, computed, why, compares } = finding;
  for (const { value, band, within } of computed) {
    expect(value).toSatisfy(Number.isFinite);
    expect(within).toBe(lies(value, band));
  }
  const holds = computed.every(({ within }) => within);
  if (verdict === 'not modelled') expect(computed).toEqual([]);
  else expect(computed).not.toEqual([]);
  if (verdict === 'within' || verdict === 'identity') expect(holds).toBe(true);
  if (verdict === 'misses') expect(holds).toBe(false);
  if (verdict === 'identity') expect(compares).toBe('identity');
  expect(why === null).toBe(verdict === 'within' || verdict === 'identity');
});

test.each(findings)('$id: sets no parameter outside the range that its row cites', (finding) => {
  for (const { request } of finding.runs) expect(() => scenarioFor(request)).not.toThrow();
  for (const { parameter, value, range } of finding.overrides) {
    expect(parameterIds).toContain(parameter);
    expect(value).toBeGreaterThanOrEqual(range[0]);
    expect(value).toBeLessThanOrEqual(range[1]);
  }
});

test.each(holding)('%s agrees with what was published', (id) => {
  expect(findings.find((finding) => finding.id === id)?.verdict).toBe('within');
});

const command = (...words: string[]) =>
  spawnSync(process.execPath, ['src/tools/validate.ts', ...words], { encoding: 'utf8' });

test('--json prints the same findings', { timeout: 60_000 }, () => {
  const { status, stdout } = command('--json');
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toEqual(JSON.parse(JSON.stringify(findings)));
});

test('an unknown option ends with status 2 and one line', () => {
  const { status, stderr } = command('--frobnicate');
  expect(status).toBe(2);
  expect(stderr.trim()).toBe("Unknown option '--frobnicate': use --json");
});
