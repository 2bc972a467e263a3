/**
 * Goal: a change of the engine shows what it does to every flow. Method: each architecture, device and operation as text,
 * one isolated request, beside the last version that a person has read.
 */
import { describe, expect, test } from 'vitest';
import { architectures, devicesOf, operations, runRequest } from '#engine/index.ts';
import { flowText } from '#views/flow-text.ts';

const flows = architectures.flatMap((architecture) =>
  devicesOf(architecture).flatMap((device) =>
    operations.map((operation) => ({
      architecture: architecture.id,
      device: device.id,
      operation,
    })),
  ),
);

describe.each(flows)('$architecture $device $operation', (request) => {
  test('is as it was when it was last read', async () => {
    const name = Object.values(request).join('-');
    await expect(`${flowText(runRequest(request))}\n`).toMatchFileSnapshot(
      `../golden/flows/${name}.txt`,
    );
  });
});
