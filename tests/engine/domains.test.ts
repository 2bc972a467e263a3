/** Goal: a domain has one name within a sentence, in the engine and in every view. */
import { expect, test } from 'vitest';
import { architectures } from '#engine/execute.ts';
import { withArticle } from '#engine/index.ts';

test('names stand alone, everything else takes an article, and so does every kernel', () => {
  const labels = architectures.flatMap(({ domains }) => domains.map(withArticle));
  expect([...new Set(labels)].toSorted()).toEqual([
    'KVM',
    'QEMU',
    'VMApp',
    'VMM',
    'VMX',
    'Xen',
    'the I/O thread',
    'the VMkernel',
    'the device model',
    'the driver domain',
    'the guest',
    'the hardware',
    'the host kernel',
    'the hypervisor',
    'the operating system',
    'the root kernel',
    'the stub domain',
    'the vhost',
    'the worker process',
  ]);
});
