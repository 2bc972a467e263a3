import { expect, test } from 'vitest';
import { missingFromLock } from '../../src/tools/lock-check.ts';

test('an optional dependency without an entry is found, wherever it may stand', () => {
  const wants = (name: string) => ({ optionalDependencies: { [name]: '1.0.0' } });
  const lock = {
    packages: {
      '': wants('here'),
      'node_modules/here': {},
      'node_modules/a': wants('inner'),
      'node_modules/a/node_modules/inner': wants('here'),
      'node_modules/b': wants('gone'),
    },
  };
  expect(missingFromLock(lock)).toEqual(['gone, wanted by node_modules/b']);
});
