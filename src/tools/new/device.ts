/** A new device: layout, model, driver and test, listed, and offered on the reference. */
import { driver, layout, model, test } from './device-templates.ts';
import { camelCase, listed } from './names.ts';
import { type Plan, read, replaced } from './plan.ts';

const lists = ['src/engine/devices/index.ts', 'src/engine/drivers/index.ts'] as const;
const reference = 'src/engine/architectures/reference.ts';

export const device = (name: string): Plan => ({
  files: {
    [`src/engine/memory/${name}.ts`]: layout(name),
    [`src/engine/devices/${name}.ts`]: model(name),
    [`src/engine/drivers/${name}.ts`]: driver(name),
    [`tests/engine/devices/${name}.test.ts`]: test(name),
  },
  changes: {
    ...Object.fromEntries(
      lists.map((path) => [path, listed(read(path), camelCase(name), `./${name}.ts`)]),
    ),
    [reference]: replaced(read(reference), /^  devices: \{/m, `$&\n    '${name}': {},`),
  },
  flows: `^reference ${name} `,
  next: [
    `npm run flow -- --architecture reference --device ${name} --operation tx`,
    'turn layout, model and driver into the real ones, with a source in content/sources for each sentence',
    'offer the device on the architectures that have it: one line each in their `devices`',
    'read the new flows under tests/golden/flows; after a change: npx vitest run -u',
  ],
});
