/**
 * Goal: an architecture is one file and one line, because shared code knows none by name. Method: no file of the engine
 * or of the views has a product's word (its id, a domain of its own, a part of its own, what it calls a paravirtual
 * device) as a string, nor a parameter that carries its id, unless the file belongs to a product.
 */
import { expect, test } from 'vitest';
import { architectures } from '#engine/execute.ts';
import { sharedParts } from '#engine/architectures/parts.ts';
import { files, type SourceFile } from './files.ts';

/** What belongs to products: their tables and parameters, their boot sequences, and what is measured on them. */
const ofProducts = [
  ...architectures.flatMap(({ id }) => [
    `src/engine/architectures/${id}.ts`,
    `src/engine/architectures/${id}-`,
    `src/engine/parameters/${id}.ts`,
  ]),
  'src/engine/procedures/',
  'src/engine/validation/',
];

/**
 * Words that shared code has for itself: kinds and colours of domains, phases, designs, parts that all architectures
 * share.
 */
const shared = new Set<string>([
  'guest',
  'hypervisor',
  'hardware',
  'driver-domain',
  'device',
  'native',
  'hosted',
  'paravirtual',
  ...sharedParts,
]);

const words = new Set(
  architectures
    .flatMap(({ id, domains, parts = [], placement, paravirtualName }) => [
      id,
      paravirtualName,
      ...domains.map((domain) => domain.id),
      ...parts.map(({ word }) => word),
      ...Object.values(placement).flatMap(({ wake }) => (wake === undefined ? [] : [wake.to])),
    ])
    .filter((word) => !shared.has(word)),
);

const isShared = ({ path }: SourceFile): boolean =>
  /^src\/(engine|views)\//.test(path) && !ofProducts.some((start) => path.startsWith(start));

/** Strings of a file that are a product's word, or a parameter of a product such as 'xen.hypercall'. */
function namedIn({ text }: SourceFile): string[] {
  const strings = [...text.matchAll(/(['"`])([a-z][\w.-]*)\1/g)].map(([, , string = '']) => string);
  const isParameterOf = (string: string): boolean =>
    architectures.some(({ id }) => string.startsWith(`${id}.`));
  return strings.filter((string) => words.has(string) || isParameterOf(string));
}

test('no shared file of the engine or the views names a product', () => {
  const found = files.filter(isShared).flatMap((file) => {
    const named = namedIn(file);
    return named.length === 0 ? [] : [`${file.path}: ${named.join(', ')}`];
  });
  expect(found).toEqual([]);
});

test('the rule sees what it forbids, and where it does not hold', () => {
  const named = (text: string) => namedIn({ path: 'src/engine/x.ts', text });
  expect(named("site('The worker process', 'worker', true)")).toEqual(['worker']);
  expect(named('case "vmx": return `root`;')).toEqual(['vmx', 'root']);
  expect(named("once('hyper-v.worker-wake-up')")).toEqual(['hyper-v.worker-wake-up']);
  expect(named("if (paravirtualName !== 'synthetic')")).toEqual(['synthetic']);
  expect(named("kind === 'hypervisor' || kind === 'driver-domain'")).toEqual([]);
  const path = (name: string) =>
    isShared({ path: `src/engine/architectures/${name}.ts`, text: '' });
  expect(['esxi', 'esxi-disks', 'move', 'kinds'].map(path)).toEqual([false, false, true, true]);
});
