/**
 * Goal: a change of the engine shows what it does to every flow. Method: each architecture, device and operation as
 * text, one isolated request, beside the last version that a person has read.
 */
import { describe, expect, test } from 'vitest';
import { runRequest } from '#engine/execute.ts';
import type { Request } from '#engine/index.ts';
import { flowText } from '#views/table/flow-text.ts';
import { offered } from '../support/requests.ts';

/** Machines that differ by more than their device, one for each way that is told otherwise. */
const variants: readonly Request[] = [
  { architecture: 'kvm', device: 'virtio-net', operation: 'tx', variant: 'packed' },
  { architecture: 'kvm', device: 'virtio-net', operation: 'rx', variant: 'packed' },
  { architecture: 'kvm', device: 'virtio-net', operation: 'rx', interrupts: 'msix-shared' },
  { architecture: 'kvm', device: 'virtio-net', operation: 'rx', interrupts: 'intx' },
  { architecture: 'kvm', device: 'virtio-blk', operation: 'read', interrupts: 'intx' },
  { architecture: 'kvm', device: 'virtio-net-mmio', operation: 'rx', interrupts: 'line' },
];

describe.each<Request>([...offered, ...variants])('$architecture $device $operation', (request) => {
  test('is as it was when it was last read', async () => {
    const name = Object.values(request).join('-');
    await expect(`${flowText(runRequest(request))}\n`).toMatchFileSnapshot(
      `../golden/flows/${name}.txt`,
    );
  });
});
