/** Arbitrary requests, as far as texts carry them: any number of plain digits, any word that an address can hold. */
import fc from 'fast-check';
import type { LaneSetup, Settings, Setup } from '#engine/index.ts';
import { operations } from '#engine/index.ts';

const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
const count = fc.integer({ min: 1, max: 1_000_000 });
const number = fc.oneof(
  fc.nat(),
  fc.integer({ min: 1, max: 9999 }).map((value) => value / 8),
);
const someOf = <T>(item: fc.Arbitrary<T>) => fc.array(item, { minLength: 1, maxLength: 3 });

const laneSettings = {
  bytes: count,
  batch: count,
  sentAs: word,
  flows: count,
  queueDepth: count,
  rate: count,
  vms: count,
  processors: count,
  interrupts: word,
  driver: word,
  variant: word,
  rings: fc.dictionary(word, number, { minKeys: 1 }),
  scheduler: word,
  policies: fc.dictionary(word, word, { minKeys: 1 }),
  moves: someOf(fc.record({ role: word, to: word })),
  generation: fc.constantFrom(1, 2),
  integrationServices: fc.boolean(),
  faults: someOf(fc.oneof(word, fc.constantFrom('vmx@20000', 'lost-interrupt=3', 'ring-full=5@7'))),
  parameters: fc.dictionary(fc.stringMatching(/^[a-z][a-z.-]{0,12}$/), number, { minKeys: 1 }),
  seed: count,
  window: fc.nat(),
};

const shared = {
  count,
  pattern: fc.constantFrom('spaced', 'burst', 'open'),
};

const withoutPrototype = <T extends object>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

export const anySettings: fc.Arbitrary<Settings> = fc
  .record({ operation: word, ...shared, ...laneSettings }, { requiredKeys: [] })
  .map(withoutPrototype);

export const anyLane: fc.Arbitrary<LaneSetup> = fc
  .record(
    { architecture: word, device: word, ...laneSettings },
    { requiredKeys: ['architecture', 'device'] },
  )
  .map(withoutPrototype);

export const anySetup: fc.Arbitrary<Setup> = fc.record({
  shared: fc
    .record(
      { operation: fc.constantFrom(...operations), ...shared, ...laneSettings },
      { requiredKeys: ['operation'] },
    )
    .map(withoutPrototype),
  lanes: fc.array(anyLane, { minLength: 1, maxLength: 4 }),
});
