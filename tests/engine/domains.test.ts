/** Goal: a domain has one form within a sentence, in the engine and in every view. */
import { expect, test } from 'vitest';
import { withArticle } from '#engine/index.ts';

test.each([
  ['VMX', 'VMX'],
  ['Xen', 'Xen'],
  ['VMApp', 'VMApp'],
  ['VMkernel', 'the VMkernel'],
  ['root kernel', 'the root kernel'],
  ['I/O thread', 'the I/O thread'],
  ['guest', 'the guest'],
])('%s is "%s": names stand alone, but no kernel does', (label, words) => {
  expect(withArticle({ label })).toBe(words);
});
