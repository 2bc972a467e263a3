import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lanes, type Operation, operations, phasesOf } from '#engine/index.ts';
import {
  AddressError,
  decode,
  encode,
  fromQuery,
  missingStep,
  optionWords,
  withQuery,
} from '#components/widgets/flow-explorer/address.ts';
import { catalogue } from '#components/widgets/flow-explorer/catalogue.ts';
import {
  counts,
  devicesFor,
  initialState,
  maxLanes,
  type State,
  views,
} from '#components/widgets/flow-explorer/state.ts';
import { duelNamed } from './duels.ts';

const anyLane = (operation: Operation) =>
  fc.constantFrom(...catalogue).chain((architecture) =>
    fc.constantFrom(...devicesFor(architecture, operation)).chain((device) =>
      fc.record(
        {
          architecture: fc.constant(architecture.id),
          device: fc.constant(device.id),
          generation: fc.constantFrom(1, 2),
          moves: fc.constant([{ role: 'device-model', to: 'hypervisor' }]),
          parameters: fc.constant({ 'hyper-v.monitor-latency': 0.5, 'vm-exit': 900 }),
          faults: fc.constant(['vmx@20000', 'lost-interrupt=3']),
        },
        { requiredKeys: ['architecture', 'device'] },
      ),
    ),
  );

/** Loads that the lists offer, and what only an address can ask for. */
const anyLoad = fc.oneof(
  fc.record({ pattern: fc.constantFrom('spaced', 'burst') }),
  fc.record({ pattern: fc.constantFrom('spaced', 'burst'), queueDepth: fc.nat(9), vms: fc.nat(9) }),
  fc.record({ pattern: fc.constant('open'), rate: fc.nat(9) }),
  fc.record({ pattern: fc.constant('open') }),
);

const anyState: fc.Arbitrary<State> = fc
  .constantFrom(...operations)
  .chain((operation) =>
    fc
      .record({
        lanes: fc.array(anyLane(operation), { minLength: 1, maxLength: maxLanes }),
        count: fc.constantFrom(...counts),
        load: anyLoad,
      })
      .map(({ lanes, count, load }) => ({ shared: { ...load, operation, count }, lanes })),
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
        expect(decode(encode(state), catalogue)).toEqual(state);
      }),
    );
  });

  test('is readable: nothing in it is escaped', () => {
    fc.assert(
      fc.property(anyState, (state) => {
        const url = new URL(`https://x.test/${withQuery('', 'duel', encode(state))}#part`);
        expect(url.search).not.toContain('%');
        expect(fromQuery(url.search, 'duel', catalogue)).toEqual(state);
      }),
    );
  });

  test('never throws anything but an AddressError', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          decode(text, catalogue);
        } catch (error) {
          expect(error).toBeInstanceOf(AddressError);
        }
      }),
    );
  });

  test('published links keep their meaning', () => {
    expect(
      decode('v1~tx~1~hyper-v.dec21140~esxi.vmxnet3~at.r1.notify.2~lead.2', catalogue),
    ).toMatchObject({
      setup: { shared: { operation: 'tx', count: 1, pattern: 'spaced' } },
      cursor: 'r1.notify.2',
      lead: 1,
    });
    expect(decode('v1~rx~8~burst~native.e1000~view.steps~documented', catalogue)).toMatchObject({
      setup: { shared: { operation: 'rx', count: 8, pattern: 'burst' } },
      view: 'steps',
      documentedOnly: true,
    });
  });

  test('names every operation by its word', () => {
    expect(decode('v1~read~4~burst~hyper-v.ide-dma~esxi.pvscsi~at.r4.submit.1', catalogue)).toEqual(
      {
        ...initialState({
          shared: { operation: 'read', count: 4, pattern: 'burst' },
          lanes: lanes('hyper-v/ide-dma', 'esxi/pvscsi'),
        }),
        cursor: 'r4.submit.1',
      },
    );
    expect(decode('v1~echo~1~kvm.virtio-net', catalogue).setup.shared.operation).toBe('echo');
  });

  test('carries settings of one lane and of all', () => {
    const { setup } = decode(
      'v1~tx~8~hyper-v.netvsc,generation.2~esxi.e1000~with.vms.2,queue-depth.4',
      catalogue,
    );
    expect(setup).toEqual({
      shared: { operation: 'tx', count: 8, pattern: 'burst', vms: 2, queueDepth: 4 },
      lanes: [{ ...lanes('hyper-v/netvsc')[0], generation: 2 }, ...lanes('esxi/e1000')],
    });
  });

  test.each([
    ['v1~tx~1~esxi.e1000,speed.3', "unknown setting 'speed': use operation, count"],
    ['v1~tx~1~esxi.e1000,count.3', "count is the same for all lanes: leave it out of 'esxi.e1000,"],
    ['v1~tx~1~esxi.e1000.extra', "a lane is written architecture.device, not 'esxi.e1000.extra'"],
    ['v1~tx~1~esxi.e1000~with.vms.two', "vms must be a number in plain digits, not 'two'"],
    ['v1~tx~1~esxi.e1000~with.count.2', 'operation and number of requests stand at the beginning'],
    ['v9~tx~1~esxi.e1000', "version 'v9': use v1"],
    ['v1~up~1~esxi.e1000', "operation 'up': use tx, rx"],
    ['v1~tx~3~esxi.e1000', "number of packets '3': use 1, 2, 4, 8, 16, 32, 64"],
    ['v1~tx~1~esxi.netvsc', "device of esxi 'netvsc': use "],
    ['v1~tx~1~qemu.e1000', "architecture 'qemu': use "],
    ['v1~tx~1', '0 lanes'],
    ['v1~read~1~esxi.e1000', "operation of e1000 'read': use tx, rx, echo"],
    ['v1~echo~1~esxi.e1000~hyper-v.storvsc', "operation of storvsc 'echo': use read, write, flush"],
    ['v1~read~1~open~esxi.pvscsi', "a lane is written architecture.device, not 'open'"],
    ['v1~flush~3~esxi.pvscsi', "number of requests '3': use 1, 2, 4, 8, 16, 32, 64"],
    ['v1~flush~1~esxi.pvscsi~at.r2.submit.1', 'request 2 of step'],
    ['v1~tx~1~esxi.e1000~at.somewhere', "step 'somewhere'"],
    ['v1~tx~1~esxi.e1000~at.r2.notify.1', 'packet 2'],
    ['v1~tx~1~esxi.e1000~at.r1.nap.1', "phase 'nap': use submit, notify"],
    ['v1~tx~1~esxi.e1000~lead.2', "lane '2': use 1"],
    ['v1~tx~1~esxi.e1000~view.film', "view 'film': use waveform"],
  ])('%s says what is wrong and what is valid', (text, message) => {
    expect(() => decode(text, catalogue)).toThrow(message);
    expect(fromQuery(`?duel=${text}`, 'duel', catalogue)).toEqual({
      notice: expect.stringContaining(message.slice(1)),
    });
  });

  test('no architecture has the name of an option', () => {
    const names: readonly string[] = optionWords;
    expect(catalogue.filter(({ id }) => names.includes(id))).toEqual([]);
  });

  test('a step that no lane has is refused with those there are', () => {
    const duel = duelNamed('duel');
    expect(missingStep(duel, 'r1.notify.1')).toBeNull();
    expect(missingStep(duel, 'r1.notify.99')).toMatch(
      /step 'r1\.notify\.99': use r1\.notify\.1 to r1\.notify\.\d/,
    );
  });
});

describe('the query', () => {
  test('keeps what belongs to others', () => {
    expect(withQuery('?a=1&duel=old&b=x~y', 'duel', 'new')).toBe('?a=1&b=x~y&duel=new');
    expect(withQuery('?duel=old', 'duel', null)).toBe('');
  });
});
