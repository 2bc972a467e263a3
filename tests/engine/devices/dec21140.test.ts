/**
 * Goal: rings and interrupts of the 2114x as driver and chip keep them. Method: bursts on the reference machine, and
 * lists of descriptors that other drivers than Linux's make, or Linux's while it sets up.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dec21140 as device } from '#engine/devices/dec21140.ts';
import { dec21140 as driver } from '#engine/drivers/dec21140.ts';
import { runRequest } from '#engine/execute.ts';
import { accessesOf, type Request } from '#engine/index.ts';
import { GuestMemory } from '#engine/memory/guest-memory.ts';
import {
  owned,
  registers,
  status,
  transmitControl as control,
  transmitDescriptor as layout,
} from '#engine/memory/tulip.ts';
import { DirectKernel, RecordingHost } from '../../support/device-bench.ts';

const reads = (request: Omit<Request, 'architecture' | 'device'>): string[] =>
  accessesOf(runRequest({ architecture: 'reference', device: 'dec21140', ...request })).flatMap(
    (access) =>
      access.op === 'read' && access.name === 'CSR5(Status)' && access.value !== undefined
        ? [access.value]
        : [],
  );

test('the last entry of the ring asks for its interrupt: TI stands beside TU every 32 frames', () => {
  const first = reads({ count: 64 }).filter((_, index) => index % 2 === 0);
  const withTransmitInterrupt = first.flatMap((value, index) =>
    Number(value) & 1 ? [index + 1] : [],
  );
  expect(withTransmitInterrupt).toEqual([32, 64]);
});

test('a poll that received several frames switches mitigation on, on the chip that has it', () => {
  const writes = (variant: string) =>
    accessesOf(
      runRequest({
        architecture: 'reference',
        device: 'dec21140',
        variant,
        operation: 'rx',
        count: 3,
        pattern: 'burst',
      }),
    ).flatMap((access) =>
      access.op === 'write' && access.name === 'CSR11(Timer)' ? [access.value] : [],
    );
  expect(writes('21143')).toEqual(['0x80f10000']);
  expect(writes('21140')).toEqual([]);
});

test('a poll handles fifteen frames, gives way, and begins again with the status', () => {
  const accesses = (count: number) => {
    const request = { operation: 'rx', pattern: 'burst', count } as const;
    return reads(request).length;
  };
  expect([1, 15, 16, 30, 31, 45].map(accesses)).toEqual([4, 4, 5, 5, 6, 6]);
});

test('the interrupt mask is the chip’s', () => {
  const masks = (variant: string) =>
    accessesOf(
      runRequest({ architecture: 'hyper-v', device: 'dec21140', variant, operation: 'rx' }),
    ).flatMap((access) =>
      access.op === 'write' && access.name === 'CSR7(IntrEn)' ? [access.value] : [],
    );
  expect(masks('21140')).toEqual(['0x1e82f', '0x1ebef']);
  expect(masks('21143')).toEqual(['0x801f83f', '0x801fbff']);
});

test('a burst longer than the ring waits for room and loses nothing', () => {
  const { totals } = runRequest({
    architecture: 'hyper-v',
    device: 'dec21140',
    count: 100,
    pattern: 'burst',
  });
  expect([totals.requests, totals.lost, totals.doorbells]).toEqual([100, 0, 100]);
});

test('every packet has its poll demand, whatever follows; payloads are told apart by descriptor', () => {
  const memory = new GuestMemory(device.memoryBytes);
  const host = new RecordingHost(memory);
  const kernel = new DirectKernel(memory, 'intx', '21140');
  const model = device.create(host, {
    variant: '21140',
    interrupts: 'intx',
    doorbellThreshold: 1,
  });
  kernel.device = model;
  const guest = driver.create(kernel);
  kernel.run(guest.open());
  kernel.accesses.length = 0;
  for (const payload of [1, 2, 3])
    kernel.run(guest.transmit({ payload, bytes: 60, buffer: 0x5000_0000, flow: 0 }, payload < 3));
  expect(kernel.accesses).toEqual(['W CSR1', 'W CSR1', 'W CSR1']);
  const payloads = [1, 2, 3].map(() => {
    const frame = model.take()!;
    model.finished(frame);
    return frame.payload;
  });
  expect(payloads).toEqual([1, 2, 3]);
});

/** A descriptor as a driver writes it: its control bits, and the lengths of its two buffers. */
interface Written {
  readonly control: number;
  readonly bytes: number;
  readonly second?: number;
}

type Order = 'ring' | 'ring with gaps' | 'chain';

/** A chip and a list of descriptors, all handed over, that begins at 0x1000. */
function listOf(written: readonly Written[], order: Order) {
  const memory = new GuestMemory(1 << 17);
  const host = new RecordingHost(memory);
  const options = { variant: '21140', interrupts: 'intx', doorbellThreshold: 1 } as const;
  const model = device.create(host, options);
  const gap = order === 'ring with gaps' ? 3 : 0;
  const places = written.map((_, index) =>
    order === 'chain'
      ? 0x1000 + 64 * ((index * 5) % written.length)
      : 0x1000 + index * (16 + 4 * gap),
  );
  for (const [index, one] of written.entries()) {
    const at = places[index]!;
    const chained = order === 'chain' ? control.chained : 0;
    const isLast = order !== 'chain' && index === written.length - 1;
    const second = (one.second ?? 0) << control.secondLengthAt;
    const bits = one.control | one.bytes | second | chained | (isLast ? control.endOfRing : 0);
    memory.write32(at + layout.status, owned);
    memory.write32(at + layout.control, bits >>> 0);
    memory.write32(at + layout.buffer2, places[(index + 1) % places.length]!);
    memory.putPayload(at, index + 1);
  }
  model.write(registers.busMode, gap << 2);
  model.write(registers.transmitRing, 0x1000);
  model.write(registers.interruptEnable, 0x1_ebef);
  model.write(registers.transmitPoll, 0);
  const statusOf = (index: number) => memory.read32(places[index]! + layout.status);
  const causes = () => {
    const shown = model.read(registers.status) & (status.transmitted | status.noTransmitBuffer);
    model.write(registers.status, shown);
    return shown;
  };
  return { model, host, statusOf, causes };
}

const whole = control.first | control.last;
const asks = control.interruptOnCompletion;

describe('descriptors that carry no frame', () => {
  test('the empty one and the setup frame that Linux sends first are closed, and nothing leaves', () => {
    const setUp = [
      { control: 0, bytes: 0 },
      { control: control.setup | asks, bytes: 192 },
    ];
    const { model, host, statusOf, causes } = listOf(setUp, 'ring');
    expect(model.take()).toBeUndefined();
    expect([statusOf(0), statusOf(1)]).toEqual([0x7fff_ffff, 0x7fff_ffff]);
    expect(host.line).toBe(true);
    expect(causes()).toBe(status.transmitted | status.noTransmitBuffer);
  });

  test('a frame behind them is the first transfer', () => {
    const { model, statusOf, causes } = listOf(
      [
        { control: control.setup, bytes: 192 },
        { control: 0, bytes: 0 },
        { control: whole | asks, bytes: 106 },
      ],
      'ring',
    );
    const frame = model.take()!;
    expect(frame).toMatchObject({ payload: 3, bytes: 106 });
    expect([statusOf(2), causes()]).toEqual([owned, 0]);
    model.finished(frame);
    expect([statusOf(2), causes()]).toEqual([0, status.transmitted]);
    expect(model.take()).toBeUndefined();
    expect(causes()).toBe(status.noTransmitBuffer);
  });

  test('a frame without data does not leave, whatever was sent before', () => {
    const { model, statusOf } = listOf(
      [
        { control: whole, bytes: 106 },
        { control: control.last, bytes: 0 },
        { control: whole, bytes: 0 },
      ],
      'ring',
    );
    model.finished(model.take()!);
    expect(model.take()).toBeUndefined();
    expect([statusOf(1), statusOf(2)]).toEqual([0x7fff_ffff, 0x7fff_ffff]);
  });

  test('a frame whose end has not been handed over waits for it', () => {
    const { model, statusOf } = listOf([{ control: control.first, bytes: 60 }], 'chain');
    expect(model.take()).toBeUndefined();
    expect(statusOf(0)).toBe(0);
  });

  test('a frame that begins ends one that was never finished; empty pieces are nobody’s', () => {
    const { model } = listOf(
      [
        { control: control.first, bytes: 60 },
        { control: control.first, bytes: 0 },
        { control: control.last, bytes: 106 },
      ],
      'ring',
    );
    expect(model.take()).toMatchObject({ payload: 3, bytes: 106 });
  });
});

/** Frames in one to four pieces, with empty descriptors and setup frames between them. */
const anyList: fc.Arbitrary<Written[][]> = fc.array(
  fc.oneof(
    fc.constant<Written[]>([{ control: 0, bytes: 0 }]),
    fc.boolean().map((asked) => [{ control: control.setup | (asked ? asks : 0), bytes: 192 }]),
    fc
      .array(
        fc.record({
          bytes: fc.integer({ min: 1, max: 380 }),
          second: fc.integer({ min: 0, max: 380 }),
        }),
        { minLength: 1, maxLength: 4 },
      )
      .map((pieces) =>
        pieces.map((piece, index) => ({
          ...piece,
          control:
            (index === 0 ? control.first : 0) |
            (index === pieces.length - 1 ? control.last | asks : 0),
        })),
      ),
  ),
  { minLength: 1, maxLength: 12 },
);

test.each<Order>(['ring', 'ring with gaps', 'chain'])(
  '%s: frames leave whole and in order',
  (order) => {
    fc.assert(
      fc.property(anyList, (items) => {
        // A chain goes through its places in steps of five.
        fc.pre(order !== 'chain' || items.flat().length % 5 !== 0);
        const { model, statusOf, causes } = listOf(items.flat(), order);
        const taken = [];
        for (let frame = model.take(); frame !== undefined; frame = model.take()) {
          taken.push([frame.payload, frame.bytes]);
          causes();
          model.finished(frame);
          expect(causes()).toBe(status.transmitted);
        }
        const expected: number[][] = [];
        let at = 1;
        for (const item of items) {
          const isFrame = (item[0]!.control & control.first) !== 0;
          const bytesOf = ({ bytes, second = 0 }: Written) =>
            bytes + (order === 'chain' ? 0 : second);
          if (isFrame) expected.push([at, item.reduce((sum, piece) => sum + bytesOf(piece), 0)]);
          at += item.length;
        }
        expect(taken).toEqual(expected);
        for (const index of items.flat().keys()) expect(statusOf(index) & owned).toBe(0);
      }),
    );
  },
);
