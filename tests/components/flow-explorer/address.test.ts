import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Operation, operations, phasesOf } from '#engine/index.ts';
import { missingStep, stateCodec } from '#components/widgets/flow-explorer/address.ts';
import { catalogue } from '#components/widgets/flow-explorer/catalogue.ts';
import { devicesFor } from '#components/widgets/flow-explorer/lane-choices.ts';
import {
  counts,
  initialState,
  maxLanes,
  type State,
  views,
} from '#components/widgets/flow-explorer/state.ts';
import { AddressError } from '#components/widgets/kit/address/address.ts';
import { askedOf, withKey } from '#components/widgets/kit/address/query.ts';
import { lanes } from '#engine/index.ts';
import { duelNamed } from './duels.ts';

const codec = stateCodec(catalogue);
const { decode, encode } = codec;

const anyLane = (operation: Operation) =>
  fc
    .constantFrom(...catalogue)
    .chain((architecture) =>
      fc
        .constantFrom(...devicesFor(architecture, operation))
        .map((device) => ({ architecture: architecture.id, device: device.id })),
    );

const anyState: fc.Arbitrary<State> = fc
  .constantFrom(...operations)
  .chain((operation) =>
    fc
      .record({
        lanes: fc.array(anyLane(operation), { minLength: 1, maxLength: maxLanes }),
        count: fc.constantFrom(...counts),
        more: fc.record(
          {
            pattern: fc.constant('burst'),
            bytes: fc.integer({ min: 60, max: 9000 }),
            generation: fc.constant(2),
            moves: fc.constant([{ role: 'device-model', to: 'hypervisor' }]),
            faults: fc.constant(['lost-interrupt=3', 'vmx@20000']),
            parameters: fc.constant({ 'vm-exit': 900 }),
          },
          { requiredKeys: [] },
        ),
      })
      .map(({ lanes, count, more }) => ({ lanes, shared: { operation, count, ...more } })),
  )
  .chain((setup) =>
    fc
      .record({
        request: fc.integer({ min: 1, max: setup.shared.count }),
        phase: fc.constantFrom(...phasesOf[setup.shared.operation]),
        index: fc.integer({ min: 1, max: 99 }),
        placed: fc.boolean(),
        lead: fc.nat(setup.lanes.length - 1),
        view: fc.constantFrom(...views),
        documentedOnly: fc.boolean(),
      })
      .map(({ request, phase, index, placed, ...rest }) => ({
        ...initialState(setup),
        ...rest,
        cursor: placed ? `r${request}.${phase}.${index}` : null,
      })),
  );

describe('an address', () => {
  test('means what was shown', () => {
    fc.assert(
      fc.property(anyState, (state) => {
        expect(decode(encode(state))).toEqual(state);
      }),
    );
  });

  test('is readable: nothing in it is escaped', () => {
    fc.assert(
      fc.property(anyState, (state) => {
        const url = new URL(`https://x.test/${withKey('', 'duel', encode(state))}#part`);
        expect(url.search).not.toContain('%');
        expect(askedOf(url.search, 'duel', codec)).toEqual({ kind: 'state', state });
      }),
    );
  });

  test('never throws anything but an AddressError', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          decode(text);
        } catch (error) {
          expect(error).toBeInstanceOf(AddressError);
        }
      }),
    );
  });

  test('published links keep their meaning', () => {
    expect(decode('v1~tx~1~hyper-v.dec21140~esxi.vmxnet3~at.r1.notify.2~lead.2')).toEqual({
      ...initialState({
        shared: { operation: 'tx' },
        lanes: lanes('hyper-v/dec21140', 'esxi/vmxnet3'),
      }),
      cursor: 'r1.notify.2',
      lead: 1,
    });
    expect(decode('v1~rx~8~burst~native.e1000~view.steps~documented')).toEqual({
      ...initialState({
        shared: { operation: 'rx', count: 8, pattern: 'burst' },
        lanes: lanes('native/e1000'),
      }),
      view: 'steps',
      documentedOnly: true,
    });
    expect(decode('v1~tx~4~spaced~esxi.e1000').setup.shared).toEqual({ operation: 'tx', count: 4 });
    expect(decode('v1~read~4~burst~hyper-v.ide-dma~esxi.pvscsi~at.r4.submit.1')).toEqual({
      ...initialState({
        shared: { operation: 'read', count: 4, pattern: 'burst' },
        lanes: lanes('hyper-v/ide-dma', 'esxi/pvscsi'),
      }),
      cursor: 'r4.submit.1',
    });
    expect(decode('v1~echo~1~kvm.virtio-net').setup.shared.operation).toBe('echo');
  });

  test('a lane can have settings of its own, and all lanes the same', () => {
    const { setup } = decode(
      'v2~tx~hyper-v.dec21140,move.device-model=hypervisor~esxi.e1000~bytes.9000~set.vm-exit=900',
    );
    expect(setup.shared).toEqual({ operation: 'tx', bytes: 9000, parameters: { 'vm-exit': 900 } });
    expect(setup.lanes[0]).toEqual({
      architecture: 'hyper-v',
      device: 'dec21140',
      moves: [{ role: 'device-model', to: 'hypervisor' }],
    });
  });

  test.each([
    ['v9~tx~1~esxi.e1000', "version 'v9': use v2"],
    ['v1~up~1~esxi.e1000', "operation 'up': use tx, rx"],
    ['v1~tx~3~esxi.e1000', "number of packets '3': use 1, 2, 4, 8, 16, 32, 64"],
    ['v1~tx~1~esxi.netvsc', "device of esxi 'netvsc': use "],
    ['v1~tx~1~qemu.e1000', "architecture 'qemu': use "],
    ['v1~tx~1', '0 lanes'],
    ['v1~read~1~esxi.e1000', "operation of e1000 'read': use tx, rx, echo"],
    ['v1~echo~1~esxi.e1000~hyper-v.storvsc', "operation of storvsc 'echo': use read, write, flush"],
    ['v1~read~1~open~esxi.pvscsi', "a lane is written architecture.device, not 'open'"],
    ['v2~tx~esxi.e1000.extra', 'a lane is written architecture.device'],
    ['v2~tx~esxi.e1000~documented.false', "documented 'false': it takes no value"],
    ['v2~tx~esxi.e1000~view.steps~view.topology', 'view is given 2 times'],
    ['v2~tx~esxi.e1000~at.r1.notify.1~at.r1.notify.2', 'at is given 2 times'],
    ['v2~tx~esxi.e1000~count.2~count.4', 'count is given 2 times'],
    ['v2~tx~esxi.e1000,speed.9', "unknown setting 'speed'"],
    ['v2~tx~esxi.e1000~count.1e3', 'count must be a number in plain digits'],
    ['v1~flush~3~esxi.pvscsi', "number of requests '3': use 1, 2, 4, 8, 16, 32, 64"],
    ['v1~flush~1~esxi.pvscsi~at.r2.submit.1', 'request 2 of step'],
    ['v1~tx~1~esxi.e1000~at.somewhere', "step 'somewhere'"],
    ['v1~tx~1~esxi.e1000~at.r2.notify.1', 'packet 2'],
    ['v1~tx~1~esxi.e1000~at.r1.nap.1', "phase 'nap': use submit, notify"],
    ['v1~tx~1~esxi.e1000~lead.2', "lane '2': use 1"],
    ['v1~tx~1~esxi.e1000~view.film', "view 'film': use waveform"],
  ])('%s says what is wrong and what is valid', (text, message) => {
    expect(() => decode(text)).toThrow(AddressError);
    expect(() => decode(text)).toThrow(message);
    expect(askedOf(`?duel=${text}`, 'duel', codec)).toEqual({
      kind: 'unusable',
      notice: expect.stringContaining(message),
    });
  });

  test('a step that no lane has is refused with those there are', () => {
    const duel = duelNamed('duel');
    expect(missingStep(duel, 'r1.notify.99')).toMatch(
      /step 'r1\.notify\.99': use r1\.notify\.1 to r1\.notify\.\d/,
    );
  });
});
