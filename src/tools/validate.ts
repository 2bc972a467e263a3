/** `npm run validate`: computes every published ratio and prints it beside what the engine makes of it, or as JSON. */
import { parseArgs } from 'node:util';
import { type Computed, type Finding, validate } from '#engine/validation/validate.ts';
import type { Band } from '#engine/validation/target.ts';

const options = { json: { type: 'boolean' } } as const;

const columns = 120;
const indent = 6;

/** Four significant digits, without an exponent. */
const numeral = (value: number): string =>
  Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));

function bandText({ min, max }: Band): string {
  if (min === max) return `exactly ${numeral(min ?? 0)}`;
  if (min === null) return `at most ${numeral(max ?? Infinity)}`;
  if (max === null) return `at least ${numeral(min)}`;
  return `${numeral(min)} to ${numeral(max)}`;
}

/** Breaks words into lines behind a margin. */
function wrapped(text: string, margin: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && margin + line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((text) => ' '.repeat(margin) + text);
}

function computedText({ what, unit, value, band, within }: Computed): string {
  const name = `${' '.repeat(indent)}${what}`.padEnd(74);
  const number = `${numeral(value)}${unit === 'ratio' || unit === 'count' ? '' : ` ${unit}`}`;
  return `${name}${number.padStart(17)}  ${bandText(band).padEnd(22)}${within ? '' : 'outside'}`.trimEnd();
}

/** What a target says of itself, its numbers under it, and why it misses or is not modelled. */
function findingText(finding: Finding): string {
  const { id, title, published, confidence, compares, verdict, computed, why, overrides } = finding;
  const says = compares === 'sign' && verdict === 'within' ? 'within (sign only)' : verdict;
  const head = `${id.padEnd(indent)}${title}`.padEnd(columns - 24);
  const sets = overrides.map(({ parameter, value }) => `${parameter} ${value}`).join(', ');
  return [
    `${head}${says.padEnd(20)}${confidence.padStart(4)}`,
    ...wrapped(`published: ${published}`, indent),
    ...computed.map(computedText),
    ...(sets === '' ? [] : wrapped(`sets, within the cited ranges: ${sets}`, indent)),
    ...(why === null ? [] : wrapped(`why: ${why}`, indent)),
  ].join('\n');
}

/** How many there are of each verdict. */
function summary(findings: readonly Finding[]): string {
  const count = (wanted: (finding: Finding) => boolean): number => findings.filter(wanted).length;
  const within = (finding: Finding): boolean => finding.verdict === 'within';
  return [
    `${findings.length} targets`,
    `${count((finding) => within(finding) && finding.compares === 'value')} within their bands`,
    `${count((finding) => within(finding) && finding.compares === 'sign')} of the right sign only`,
    `${count(({ verdict }) => verdict === 'identity')} identities`,
    `${count(({ verdict }) => verdict === 'misses')} missed`,
    `${count(({ verdict }) => verdict === 'not modelled')} not modelled`,
  ].join(', ');
}

function report(findings: readonly Finding[]): string {
  const heading = 'target and its measures: computed, accepted'.padEnd(columns - 24);
  return [
    `${heading}${'verdict'.padEnd(14)}confidence`,
    ...findings.map(findingText),
    summary(findings),
  ].join('\n\n');
}

function main(): void {
  const { values } = parseArgs({ options, strict: true });
  const findings = [...validate()];
  process.stdout.write(`${values.json ? JSON.stringify(findings) : report(findings)}\n`);
}

try {
  main();
} catch (error) {
  if (!(error instanceof TypeError && 'code' in error)) throw error;
  const known = Object.keys(options).map((name) => `--${name}`);
  process.stderr.write(`${error.message.split(/[.\n]/)[0]}: use ${known.join(' ')}\n`);
  process.exitCode = 2;
}
