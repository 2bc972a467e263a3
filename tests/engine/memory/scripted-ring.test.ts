import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  packetParts,
  type RingAction,
  roomRules,
  scriptedChannel,
  type ScriptedRing,
} from '#engine/index.ts';

/** The story of the lab: two packets; two answers; both awake; asleep again; the ring is full. */
function story() {
  const { toHost, toGuest } = scriptedChannel();
  const first = [
    [toHost.write(), toHost.write(), toHost.mask(), toHost.read(), toHost.read()],
    [toGuest.write(), toGuest.write(), toGuest.mask()],
    [toHost.write(), toGuest.read(), toGuest.read(), toHost.read()],
    [toHost.clear(), toGuest.clear(), toHost.write()],
  ].flat();
  const filled = toHost.fill();
  const last = [
    toHost.awaitRoom(256),
    toHost.mask(),
    ...Array.from({ length: 4 }, () => toHost.read()),
  ];
  return { toHost, toGuest, first, filled, last };
}

const rings = (action: RingAction): boolean => 'signal' in action && action.signal;
const numbers = (actions: readonly RingAction[]): number[] =>
  actions.flatMap((action, index) => (rings(action) ? [index + 1] : []));

describe('the story of 22 actions', () => {
  const { toHost, toGuest, first, filled, last } = story();

  test('66 packets and 3 signals to the host’s side, 2 packets and 1 signal back', () => {
    expect(first.length + 1 + last.length).toBe(22);
    expect(filled.length).toBe(62);
    expect(numbers(first)).toEqual([1, 6, 15]);
    expect(filled.some(rings)).toBe(false);
    expect(numbers(last)).toEqual([6]);
    const written = [...first, ...filled].filter(({ kind }) => kind === 'written');
    expect(written).toHaveLength(68);
  });

  test('each verdict stands beside its clauses', () => {
    expect(first[0]).toMatchObject({ wasEmpty: true, masked: false, signal: true });
    expect(first[1]).toMatchObject({ wasEmpty: false, masked: false, signal: false });
    expect(first[8]).toMatchObject({ wasEmpty: true, masked: true, signal: false });
    expect(last[4]).toMatchObject({ isAwaited: true, hadRoom: false, hasRoom: false });
    expect(last[5]).toMatchObject({ isAwaited: true, hadRoom: false, hasRoom: true, signal: true });
  });

  test('the last action leaves the indexes and the room that the picture shows', () => {
    expect(last[5]).toMatchObject({ before: { freeBytes: 256 }, index: 0x180, transaction: 7 });
    expect(toHost.state).toEqual({
      writeIndex: 0x80,
      readIndex: 0x1c0,
      masked: true,
      pendingSendSize: 256,
      usedBytes: 4096 - 320,
      freeBytes: 320,
    });
    expect(toGuest.state).toMatchObject({ writeIndex: 0x80, readIndex: 0x80, masked: false });
  });

  test('packet 8 stands in the ring as descriptor, message and trailer', () => {
    const data = toHost.dataBytes;
    const parts = packetParts(data, 0x1c0, 'nvsp');
    expect(parts.map(({ layout, index }) => [layout.title, index])).toEqual([
      ['Packet descriptor', 0x1c0],
      ['NVSP: send RNDIS packet', 0x1d0],
      ['Trailer', 0x1f8],
    ]);
    const hex = Array.from(data.slice(0x1c0, 0x1e0), (byte) => byte.toString(16).padStart(2, '0'));
    expect(hex.join(' ')).toBe(
      '06 00 02 00 07 00 01 00 08 00 00 00 00 00 00 00 ' +
        '6b 00 00 00 00 00 00 00 07 00 00 00 26 06 00 00',
    );
    expect(Array.from(data.slice(0x1f8, 0x200))).toEqual([0, 0, 0, 0, 0xc0, 1, 0, 0]);
  });
});

test('a write into a full ring and a read of an empty one change nothing', () => {
  const { toHost } = scriptedChannel();
  expect(toHost.read()).toMatchObject({ kind: 'nothing', before: toHost.state });
  toHost.fill();
  const full = toHost.state;
  expect(full.freeBytes).toBe(64);
  expect(toHost.write()).toEqual({ kind: 'refused', before: full, after: full, neededBytes: 64 });
});

test('clearing the mask says that something came in meanwhile', () => {
  const { toHost } = scriptedChannel();
  toHost.mask();
  expect(toHost.clear().isLeft).toBe(false);
  toHost.mask();
  toHost.write();
  expect(toHost.clear()).toMatchObject({ kind: 'cleared', isLeft: true });
});

test('a wrong size is told with the rule', () => {
  expect(() => scriptedChannel(100)).toThrow('whole pages of 4096 bytes, not 100');
  expect(() => scriptedChannel().toHost.awaitRoom(4096)).toThrow('0 to 4095 bytes, not 4096');
  expect(() => packetParts(new Uint8Array(64), 4, 'nvsp')).toThrow('multiple of 8 below 64, not 4');
});

const actions: Readonly<Record<string, (ring: ScriptedRing) => RingAction>> = {
  write: (ring) => ring.write(),
  read: (ring) => ring.read(),
  mask: (ring) => ring.mask(),
  clear: (ring) => ring.clear(),
  'wait for all but a packet': (ring) => ring.awaitRoom(4032),
  'wait for an odd size': (ring) => ring.awaitRoom(3971),
  forget: (ring) => ring.awaitRoom(0),
};

test('whatever is done, a verdict follows from its clauses, and Linux and OpenVMM agree on room', () => {
  const names = fc.constantFrom(...Object.keys(actions));
  fc.assert(
    fc.property(fc.array(names, { maxLength: 120 }), (script) => {
      const { toHost } = scriptedChannel();
      for (const name of script) {
        const action = actions[name]!(toHost);
        if (action.kind === 'written')
          expect(action.signal).toBe(action.wasEmpty && !action.masked);
        if (action.kind === 'read')
          expect(action.signal).toBe(action.isAwaited && !action.hadRoom && action.hasRoom);
        const { state } = toHost;
        expect(roomRules.openvmm.hasRoom(state)).toBe(roomRules.linux.hasRoom(state));
      }
    }),
  );
});
