import { describe, expect, test } from 'vitest';
import { runRequest, scenarioFor } from '#engine/execute.ts';
import { lanes, requestsOf } from '#engine/index.ts';
import { catalogue } from '#components/widgets/flow-explorer/catalogue.ts';
import { stateCodec } from '#components/widgets/flow-explorer/address.ts';
import { publishedLanes } from '#components/widgets/flow-explorer/published.ts';
import { initialState } from '#components/widgets/flow-explorer/state.ts';
import { duels, figureKinds, figures, kindOf } from '#figures/index.ts';
import { lanesNow, publishDuel } from '#figures/kinds/duel.ts';

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

  test('is of a kind that can show it', () => {
    expect(kindOf(id, figure)).toBe(figureKinds.get(figure.kind));
  });
});

describe.each([...duels])('%s', (_, { setup }) => {
  test('runs to its end', () => {
    for (const request of requestsOf(setup)) {
      const run = runRequest(request);
      expect(run.ended).toBe('idle');
      expect(run.totals.requests).toBe(setup.shared.count);
      expect(run.scenario).toEqual(scenarioFor(request));
    }
  });

  test('can be linked to', () => {
    const state = initialState(setup);
    const { decode, encode } = stateCodec(catalogue);
    expect(decode(encode(state))).toEqual(state);
  });
});

describe('data that cannot be shown are refused with the cure', () => {
  const words = { title: 'A', caption: 'B.', alternative: 'C.' };
  test.each([
    [
      { kind: 'film' },
      `src/figures/x.ts: unknown kind 'film': use ${[...figureKinds.keys()].join(', ')}`,
    ],
    [
      { kind: 'placement', architectures: ['esxi', 'vax'] },
      "src/figures/x.ts: unknown architecture 'vax': use hyper-v, esxi",
    ],
    [
      { kind: 'duel', setup: { shared: { operation: 'tx' }, lanes: lanes('esxi/netvsc') } },
      "src/figures/x.ts: unknown device 'netvsc': esxi has",
    ],
    [
      { kind: 'duel', setup: { shared: { operation: 'tx' }, lanes: [] } },
      'src/figures/x.ts: a duel has at least one lane, not none',
    ],
  ])('%j', (data, message) => {
    expect(() => kindOf('x', { ...words, ...data })).toThrow(message);
  });
});

describe('the published runs of a duel', () => {
  const [one, other] = [...duels.values()].map(publishDuel);
  const sent = (data: unknown): unknown => JSON.parse(JSON.stringify(data));

  test('are the lanes that the page was built with', () => {
    const { setup } = [...duels.values()][0]!;
    expect(publishedLanes(sent(one), one!.edition)).toEqual(lanesNow(setup));
  });

  test('have an edition that follows from what they hold', () => {
    const editions = [...duels.values()].map((duel) => publishDuel(duel).edition);
    expect(new Set(editions).size).toBe(duels.size);
    expect(publishDuel([...duels.values()][0]!).edition).toBe(one!.edition);
  });

  test.each([
    ['another figure', () => other],
    ['another build', () => ({ ...one, edition: `${one!.edition}0` })],
    ['an older form', () => one!.lanes],
    ['null', () => null],
    ['a number', () => 7],
    ['no lanes', () => ({ edition: one!.edition })],
  ])('are not taken from %s', (_, data) => {
    expect(() => publishedLanes(sent(data()), one!.edition)).toThrow('not those of this page');
  });
});
