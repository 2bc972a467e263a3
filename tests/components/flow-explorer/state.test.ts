import { describe, expect, test } from 'vitest';
import { operations } from '#engine/index.ts';
import { catalogue } from '#components/widgets/flow-explorer/catalogue.ts';
import { sharedChoices } from '#components/widgets/flow-explorer/choices.ts';
import {
  chooseArchitecture,
  chooseDevice,
  devicesFor,
  laneChoices,
  policyChoices,
  removeLane,
} from '#components/widgets/flow-explorer/lane-choices.ts';
import {
  initialState,
  addLane,
  changeLoad,
  chooseOperation,
  maxLanes,
} from '#components/widgets/flow-explorer/state.ts';
import { duels } from '#figures/index.ts';
import { lanesNow, onePacketSent } from '#figures/kinds/duel.ts';
import type { Lane } from '#views/lane/lane.ts';
import { lanes, sameSetup } from '#engine/index.ts';

const two = initialState({ shared: onePacketSent, lanes: lanes('hyper-v/netvsc', 'esxi/e1000') });
/** The first lane as it is shown when its run is there. */
const shownOf = (state: typeof two): Lane => lanesNow(state.setup)[0]!;
const names = (state: typeof two) =>
  state.setup.lanes.map((lane) => `${lane.architecture}/${lane.device}`);

describe('lanes', () => {
  test('a device that an architecture lacks is replaced by its counterpart, and the reader is told', () => {
    const moved = chooseArchitecture(two, 0, 'esxi', catalogue);
    expect(names(moved)).toEqual(['esxi/vmxnet3', 'esxi/e1000']);
    expect(moved.notice).toMatch(
      /^VMware ESXi has no .+: showing vmxnet3\.$|^ESXi has no .+: showing .*vmxnet3.*\.$/,
    );
  });

  test('a device that is offered there too stays, without a word', () => {
    const moved = chooseArchitecture(two, 1, 'native', catalogue);
    expect(names(moved)[1]).toBe('native/e1000');
    expect(moved.notice).toBeNull();
  });

  test('an emulated device is replaced by an emulated one', () => {
    expect(names(chooseArchitecture(two, 1, 'hyper-v', catalogue))[1]).toBe('hyper-v/dec21140');
  });

  test('what is special about a machine or its device goes with it', () => {
    const own = initialState({
      shared: onePacketSent,
      lanes: lanes('hyper-v/netvsc?driver=x&interrupts=y&move=vsp=worker&vms=2', 'esxi/e1000'),
    });
    const [lane] = chooseDevice(own, 0, 'dec21140').setup.lanes;
    expect(lane).toEqual(lanes('hyper-v/dec21140?move=vsp=worker&vms=2')[0]);
    const [moved] = chooseArchitecture(own, 0, 'esxi', catalogue).setup.lanes;
    expect(moved).toEqual(lanes('esxi/vmxnet3')[0]);
  });

  test('there are one to five', () => {
    const many = [1, 2, 3, 4, 5].reduce((state) => addLane(state), two);
    expect(many.setup.lanes).toHaveLength(maxLanes);
    const none = [1, 2, 3, 4, 5].reduce((state) => removeLane(state, 0), many);
    expect(none.setup.lanes).toHaveLength(1);
  });

  test('the lead is always a lane', () => {
    expect(removeLane({ ...two, lead: 1 }, 1).lead).toBe(0);
  });

  test('a change ends play and takes an old notice away', () => {
    const changed = chooseDevice({ ...two, playing: true, notice: 'old' }, 0, 'dec21140');
    expect(changed).toMatchObject({ playing: false, notice: null });
  });
});

describe('the load', () => {
  test('more packets keep the cursor, another operation does not', () => {
    const at = { ...two, cursor: 'r1.notify.1' };
    expect(changeLoad(at, { count: 8 }).cursor).toBe('r1.notify.1');
    expect(chooseOperation(at, 'rx', catalogue).cursor).toBeNull();
  });

  test('an operation of the other kind replaces devices by their counterparts, and says so', () => {
    const read = chooseOperation(two, 'read', catalogue);
    expect(names(read)).toEqual(['hyper-v/storvsc', 'esxi/ide-dma']);
    expect(read.notice).toMatch(
      /^Read is for disks: showing VMBus storvsc in place of VMBus netvsc; .+ in place of .+\.$/,
    );
    const back = chooseOperation(read, 'tx', catalogue);
    expect(names(back)[0]).toBe('hyper-v/netvsc');
    expect(back.notice).toMatch(/^Transmit is for network adapters: showing VMBus netvsc/);
  });

  test('lanes that differ stay different where there is another device of the class', () => {
    const state = initialState({
      shared: onePacketSent,
      lanes: lanes('esxi/pcnet32', 'esxi/e1000'),
    });
    expect(new Set(names(chooseOperation(state, 'write', catalogue))).size).toBe(2);
    const same = initialState({ shared: onePacketSent, lanes: lanes('esxi/e1000', 'esxi/e1000') });
    expect(new Set(names(chooseOperation(same, 'write', catalogue))).size).toBe(1);
  });

  test('an operation of the same kind replaces nothing', () => {
    const echo = chooseOperation(two, 'echo', catalogue);
    expect(names(echo)).toEqual(names(two));
    expect(echo.notice).toBeNull();
  });

  test('every architecture has a device for every operation, and lists no other', () => {
    for (const operation of operations) {
      for (const architecture of catalogue) {
        const [first] = devicesFor(architecture, operation);
        const state = chooseOperation(
          initialState({
            shared: onePacketSent,
            lanes: [{ architecture: architecture.id, device: architecture.devices[0]!.id }],
          }),
          operation,
          catalogue,
        );
        const [, devices] = laneChoices(state, 0, catalogue);
        expect(devices!.options.map(({ value }) => value)).toContain(devices!.value);
        expect(devices!.options[0]!.value).toBe(first!.id);
        expect(devices!.options).toHaveLength(devicesFor(architecture, operation).length);
      }
    }
  });
});

describe('choices', () => {
  const presets = [...duels].map(([id, { title, setup }]) => ({ id, title, setup }));

  test('each shows what is the case, and can choose every option', () => {
    const all = [
      ...sharedChoices(two, presets, catalogue),
      ...laneChoices(two, 0, catalogue),
      ...policyChoices(two, 0, shownOf(two)),
    ];
    for (const choice of all) {
      expect(choice.options.map(({ value }) => value)).toContain(choice.value);
      for (const { value } of choice.options) expect(choice.choose(value)).toBeDefined();
    }
  });

  test('what the host is free to choose is asked of the lane that is shown, and its default leaves no trace', () => {
    const state = initialState({ shared: onePacketSent, lanes: lanes('hyper-v/netvsc') });
    expect(policyChoices(state, 0, undefined)).toEqual([]);
    const other = initialState({ shared: onePacketSent, lanes: lanes('esxi/e1000') });
    expect(policyChoices(other, 0, shownOf(state))).toEqual([]);
    const [signals] = policyChoices(state, 0, shownOf(state));
    expect(signals!.value).toBe('hypercall');
    const monitored = signals!.choose('monitor-page');
    expect(monitored.setup.lanes[0]!.policies).toEqual({ 'network-signals': 'monitor-page' });
    const [after] = policyChoices(monitored, 0, shownOf(monitored));
    expect(after!.value).toBe('monitor-page');
    expect(after!.choose('hypercall').setup).toEqual(state.setup);
  });

  test('a setup of the book is recognised', () => {
    const [first] = presets;
    const [choice] = sharedChoices(initialState(first!.setup), presets, catalogue);
    expect(choice!.value).toBe(first!.id);
    expect(sameSetup(first!.setup, two.setup)).toBe(false);
  });

  test('the pattern is asked for only where it matters', () => {
    const ids = (count: number) =>
      sharedChoices(changeLoad(two, { count }), presets, catalogue).map(({ id }) => id);
    expect(ids(1)).not.toContain('pattern');
    expect(ids(8)).toContain('pattern');
  });
});
