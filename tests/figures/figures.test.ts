import { describe, expect, test } from 'vitest';
import { architectures, runRequest, scenarioFor } from '#engine/execute.ts';
import { catalogue } from '#components/widgets/flow-explorer/catalogue.ts';
import { stateCodec } from '#components/widgets/flow-explorer/address.ts';
import { requestsOf } from '#engine/vocabulary/setup.ts';
import { setupOf } from '#components/widgets/flow-explorer/choices.ts';
import { initialState } from '#components/widgets/flow-explorer/state.ts';
import { duels, figures } from '#figures/index.ts';

describe.each([...figures])('%s', (id, figure) => {
  test('says what it shows, without a number that could grow old', () => {
    expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(figure.title).not.toMatch(/\.$/);
    expect(figure.caption).toMatch(/\.$/);
    expect(figure.alternative).toMatch(/\.$/);
    // Names of devices have digits; counts and times do not belong here.
    expect(`${figure.caption} ${figure.alternative}`.replace(/DEC 21140|E1000/g, '')).not.toMatch(
      /\d/,
    );
  });
});

describe.each(duels)('%s', (_, figure) => {
  test('runs to its end', () => {
    for (const request of requestsOf(figure)) {
      const run = runRequest(request);
      expect(run.ended).toBe('idle');
      expect(run.totals.requests).toBe(request.count ?? 1);
      expect(run.scenario).toEqual(scenarioFor(request));
    }
  });

  test('can be linked to', () => {
    const state = initialState(setupOf(figure));
    const { decode, encode } = stateCodec(catalogue);
    expect(decode(encode(state))).toEqual(state);
  });
});

test('placements are of architectures that exist', () => {
  const known = architectures.map(({ id }) => id);
  for (const figure of figures.values()) {
    if (figure.kind === 'placement')
      expect(known).toEqual(expect.arrayContaining([...figure.architectures]));
  }
});
