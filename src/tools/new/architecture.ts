/** A new architecture: a whole one on which devices run, parts move and fail, listed; the author makes it true. */
import { table } from './architecture-template.ts';
import { camelCase, listed } from './names.ts';
import { type Plan, read } from './plan.ts';

const list = 'src/engine/architectures/index.ts';

export const architecture = (name: string): Plan => ({
  files: { [`src/engine/architectures/${name}.ts`]: table(name) },
  changes: { [list]: listed(read(list), camelCase(name), `./${name}.ts`) },
  flows: `^${name} `,
  next: [
    `npm run flow -- --architecture ${name} --device e1000`,
    'say where each role lives (domains, placement) and what it takes to get there (crossings), with sources',
    'say which of its parts can crash, what each is called and what a source says of it (parts)',
    'offer the devices it has, and remove the flows of the others under tests/golden/flows',
    'after a change read the flows again: npx vitest run -u, then git diff tests/golden',
  ],
});
