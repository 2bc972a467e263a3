/**
 * A new architecture: the reference under another name. So it is always a whole and current one, on which every
 * device already runs; the author then moves the roles and adds the crossings.
 */
import { camelCase, listed, sentenceCase } from './names.ts';
import { type Plan, read, replaced } from './plan.ts';

const list = 'src/engine/architectures/index.ts';

export const architecture = (name: string): Plan => ({
  files: { [`src/engine/architectures/${name}.ts`]: renamed(name) },
  changes: { [list]: listed(read(list), camelCase(name), `./${name}.ts`) },
  flows: `^${name} `,
  next: [
    `npm run flow -- --architecture ${name} --device e1000`,
    'say where each role lives (domains, placement) and what it takes to get there (crossings), with sources',
    'keep only the devices it offers, and remove the flows of the others under tests/golden/flows',
    'after a change read the flows again: npx vitest run -u, then git diff tests/golden',
  ],
});

function renamed(name: string): string {
  const header = `/**
 * ${sentenceCase(name)}. Models: nothing of its own yet; the device acts inside the access, as on the reference.
 * Leaves out: everything between guest and device.
 * Checked against: tests/engine/conformance, access by access.
 */`;
  const changes: readonly (readonly [string | RegExp, string])[] = [
    [/^\/\*\*[\s\S]*?\*\//, header],
    ['export const reference: Architecture', `export const ${camelCase(name)}: Architecture`],
    ["id: 'reference'", `id: '${name}'`],
    [/^  title: .*$/m, `  title: '${sentenceCase(name)}',`],
  ];
  const reference = read('src/engine/architectures/reference.ts');
  return changes.reduce((text, [part, by]) => replaced(text, part, by), reference);
}
