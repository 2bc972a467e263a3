import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runRequest } from '#engine/execute.ts';
import {
  flowIn,
  flowName,
  laneIn,
  lanes,
  laneText,
  requestsOf,
  sameSetup,
  settingsIn,
  settingsText,
  type Setup,
  setupKey,
} from '#engine/index.ts';
import { anyLane, anySettings, anySetup } from './requests.ts';

describe('the requests of a setup', () => {
  const moved = { role: 'device-model', to: 'hypervisor' };
  const setup: Setup = {
    shared: { operation: 'tx', count: 4, faults: ['vsp'], parameters: { a: 1, b: 1 }, vms: 2 },
    lanes: [
      ...lanes('hyper-v/netvsc'),
      { architecture: 'esxi', device: 'e1000', moves: [moved], faults: ['vmx'], vms: 3 },
      { architecture: 'esxi', device: 'e1000', parameters: { b: 2 } },
    ],
  };

  test('are one a lane: what all share, and what is its own', () => {
    expect(requestsOf(setup)).toEqual([
      { architecture: 'hyper-v', device: 'netvsc', ...setup.shared },
      {
        ...setup.shared,
        architecture: 'esxi',
        device: 'e1000',
        vms: 3,
        moves: [moved],
        faults: ['vsp', 'vmx'],
      },
      { ...setup.shared, architecture: 'esxi', device: 'e1000', parameters: { a: 1, b: 2 } },
    ]);
  });

  test('a move in one lane changes that lane alone', () => {
    const [plain, changed] = requestsOf({
      shared: { operation: 'tx' },
      lanes: lanes('hyper-v/dec21140', 'hyper-v/dec21140?move=device-model=hypervisor'),
    }).map(runRequest);
    expect(changed!.totals.vmExits).not.toEqual({});
    expect(changed!.totals.wakeUps).toBeLessThan(plain!.totals.wakeUps);
  });

  test('setups are the same when they run the same', () => {
    expect(sameSetup(setup, structuredClone(setup))).toBe(true);
    expect(sameSetup(setup, { ...setup, lanes: setup.lanes.toReversed() })).toBe(false);
    const one: Setup = { shared: { operation: 'tx' }, lanes: lanes('esxi/e1000') };
    const spelt: Setup = { ...one, shared: { operation: 'tx', count: 1, pattern: 'burst' } };
    expect(setupKey(spelt)).toBe(setupKey(one));
    const inLane: Setup = { ...one, lanes: lanes('esxi/e1000?vms=3') };
    expect(sameSetup(inLane, { ...one, shared: { operation: 'tx', vms: 3 } })).toBe(true);
  });

  test('it does not matter whether a setting is said once for all lanes or in each', () => {
    fc.assert(
      fc.property(anySetup, (setup) => {
        const { operation, count, pattern } = setup.shared;
        const lanes = requestsOf(setup).map((request) => {
          const { operation: _operation, count: _count, pattern: _pattern, ...lane } = request;
          return lane;
        });
        const each = { operation, ...(count && { count }), ...(pattern && { pattern }) };
        expect(setupKey({ shared: each, lanes })).toBe(setupKey(setup));
      }),
    );
  });
});

describe('texts', () => {
  test('of a flow in prose mean what was written', () => {
    expect(flowIn('hyper-v/dec21140/tx?count=8&move=device-model=hypervisor')).toEqual({
      architecture: 'hyper-v',
      device: 'dec21140',
      operation: 'tx',
      count: 8,
      moves: [{ role: 'device-model', to: 'hypervisor' }],
    });
    fc.assert(
      fc.property(anySettings, ({ operation = 'tx', ...rest }) => {
        const flow = { architecture: 'a', device: 'b', operation, ...rest };
        expect(flowIn(flowName(flow))).toEqual(flow);
      }),
    );
  });

  test('of a lane in an address mean what was written, and need no escape', () => {
    expect(laneText({ ...lanes('hyper-v/ide-dma')[0]!, faults: ['vmx@20000'] })).toBe(
      'hyper-v.ide-dma,fault.vmx@20000',
    );
    expect(laneIn('esxi.e1000,move.device-model=vmx,set.hyper-v.monitor-latency=0.5')).toEqual({
      architecture: 'esxi',
      device: 'e1000',
      moves: [{ role: 'device-model', to: 'vmx' }],
      parameters: { 'hyper-v.monitor-latency': 0.5 },
    });
    fc.assert(
      fc.property(anyLane, (lane) => {
        const text = laneText(lane);
        expect(laneIn(text)).toEqual(lane);
        const { search, searchParams } = new URL(`https://x.test/?a=${text}`);
        expect(search).toBe(`?a=${text}`);
        expect(searchParams.get('a')).toBe(text);
        expect(text).not.toContain('~');
      }),
    );
  });

  test('of settings in an address mean what was written', () => {
    fc.assert(
      fc.property(anySettings, (asked) => {
        expect(settingsIn(settingsText(asked))).toEqual(asked);
      }),
    );
  });

  test.each([
    [
      () => flowIn('hyper-v/netvsc'),
      "a flow is written architecture/device/operation, not 'hyper-v/netvsc'",
    ],
    [() => flowIn('a/b/tx/c'), "architecture/device/operation, not 'a/b/tx/c'"],
    [() => flowIn('a/b/tx?operation=rx'), 'operation is given 2 times (tx, rx): give it once'],
    [() => flowIn('a/b/tx?count'), "count must be a number in plain digits, not ''"],
    [() => lanes('a/b/tx'), "a lane is written architecture/device, not 'a/b/tx'"],
    [() => lanes('a/b?count=8'), "count is the same for all lanes: leave it out of 'a/b?count=8'"],
    [
      () => laneIn('hyper-v.netvsc.extra'),
      "a lane is written architecture.device, not 'hyper-v.netvsc.extra'",
    ],
    [() => laneIn('hyper-v'), "a lane is written architecture.device, not 'hyper-v'"],
    [
      () => laneIn('a.b,pattern.burst'),
      "pattern is the same for all lanes: leave it out of 'a.b,pattern.burst'",
    ],
    [() => laneIn('a.b,speed.3'), "unknown setting 'speed': use operation"],
    [
      () => laneText({ architecture: 'a', device: 'b', driver: 'x,y' }),
      "an address cannot carry 'driver.x,y'",
    ],
    [
      () => settingsText({ driver: 'x~y' }),
      "an address cannot carry 'driver.x~y': use letters, digits and . -",
    ],
  ])('%s is refused with the cure', (ask, message) => {
    expect(ask).toThrow(message);
  });
});
