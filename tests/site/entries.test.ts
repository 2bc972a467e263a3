import { expect, test } from 'vitest';
import { uniqueId, unknownId } from '#site/entries.ts';

test('an unknown id is answered with those that look like it', () => {
  const known = ['vm-exit', 'vm-entry', 'hypercall', 'ring', 'doorbell', 'world', 'gate'];
  const { message } = unknownId('term', 'vmexit', known, 'content/glossary');
  expect(message).toMatch(/^no term "vmexit" in content\/glossary; near it are vm-exit, /);
  expect(unknownId('term', 'x', [], 'content/glossary').message).toContain('there is none yet');
});

test('ids are numbered on their own page only', () => {
  const [one, two] = [{}, {}];
  expect([uniqueId(one, 'a'), uniqueId(one, 'a'), uniqueId(one, 'b'), uniqueId(two, 'a')]).toEqual([
    'a',
    'a-2',
    'b',
    'a',
  ]);
});
