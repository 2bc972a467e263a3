/**
 * Goal: a change of the engine shows what it does to every flow. Method: each architecture, device and operation as
 * text, one isolated request, beside the last version that a person has read.
 */
import { describe, expect, test } from 'vitest';
import { runRequest } from '#engine/execute.ts';
import { flowText } from '#views/table/flow-text.ts';
import { offered } from '../support/requests.ts';

describe.each(offered)('$architecture $device $operation', (request) => {
  test('is as it was when it was last read', async () => {
    const name = Object.values(request).join('-');
    await expect(`${flowText(runRequest(request))}\n`).toMatchFileSnapshot(
      `../golden/flows/${name}.txt`,
    );
  });
});
