/**
 * Goal: driver and VSP keep the VMBus protocol between them. Method: both on one memory, packets
 * and bytes looked at.
 */
import { describe, expect, test } from 'vitest';
import type { Transfer } from '#engine/devices/device.ts';
import { netvsc as device } from '#engine/devices/netvsc.ts';
import { netvsc as driver } from '#engine/drivers/netvsc.ts';
import type { ChannelOffer } from '#engine/memory/channel.ts';
import { GuestMemory } from '#engine/memory/guest-memory.ts';
import { buffers, wordAt } from '#engine/memory/nvsp.ts';
import { pageBytes, VmbusRing } from '#engine/memory/vmbus-ring.ts';
import { runRequest } from '#engine/execute.ts';
import { DirectKernel, RecordingHost } from '../../support/device-bench.ts';

function pair(processors = 1) {
  const memory = new GuestMemory(device.memoryBytes);
  const host = new RecordingHost(memory);
  const events = host.vectors;
  const kernel = Object.assign(new DirectKernel(memory, 'vmbus'), { processors });
  const vsp = device.create(host, { variant: '', interrupts: 'vmbus', doorbellThreshold: 1 });
  kernel.device = vsp;
  const vsc = driver.create(kernel);
  const offers: ChannelOffer[] = [];
  const open = vsp.open!.bind(vsp);
  vsp.open = (offer) => {
    offers.push(offer);
    open(offer);
  };
  kernel.run(vsc.open());
  const ring = (channel: number, which: number) =>
    new VmbusRing(memory, offers[channel]!.rings[which]!, 128 * pageBytes);
  return {
    memory,
    host,
    events,
    kernel,
    vsp,
    vsc,
    offers,
    toHost: (channel = 0) => ring(channel, 0),
    toGuest: (channel = 0) => ring(channel, 1),
  };
}

/** Everything that the host finds. */
function takeAll({ vsp }: ReturnType<typeof pair>): Transfer[] {
  const found: Transfer[] = [];
  for (let out = vsp.take(); out !== undefined; out = vsp.take()) found.push(out);
  return found;
}

const frame = (payload: number, bytes = 1514) => ({ payload, bytes, buffer: 0x5000_0000, flow: 0 });

test('one transmitted frame: 64 bytes each way, NVSP 107 out and 108 back', () => {
  const { kernel, vsc, vsp, toHost, toGuest, host } = pair();
  kernel.run(vsc.transmit(frame(1), false));
  const sent = toHost().read()!;
  expect([sent.type, sent.flags, wordAt(sent.payload, 0), wordAt(sent.payload, 12)]).toEqual([
    6, 1, 107, 1574,
  ]);
  expect(toHost().used).toBe(64);
  vsp.finished(vsp.take()!);
  const completion = toGuest().read()!;
  expect([
    completion.type,
    completion.transaction,
    wordAt(completion.payload, 0),
    wordAt(completion.payload, 4),
  ]).toEqual([0xb, sent.transaction, 108, 1]);
  expect(toGuest().used).toBe(64);
  expect(host.fired).toBe(1);
});

test('one received frame: a whole part of pageset 0xcafe in 80 bytes, answered with 32', () => {
  const { kernel, vsc, vsp, toHost, toGuest } = pair();
  expect(vsp.deliver!({ payload: 9, bytes: 1514 })).toBe(true);
  const packet = toGuest().read()!;
  expect([
    packet.type,
    wordAt(packet.header, 0),
    wordAt(packet.header, 4),
    wordAt(packet.header, 8),
  ]).toEqual([7, 0xcafe, 1, buffers.subAllocationBytes]);
  expect(toGuest().used).toBe(80);
  kernel.run(vsc.interrupt(1));
  expect(kernel.run(vsc.poll!(64))).toBe(false);
  expect(kernel.handedUp).toEqual([9]);
  expect(toHost().used).toBe(32);
});

test('while the host drains, further packets are not signalled', () => {
  const { kernel, vsc, vsp } = pair();
  kernel.run(vsc.transmit(frame(1), false));
  vsp.take();
  kernel.run(vsc.transmit(frame(2), false));
  expect([kernel.signals.length, kernel.held.length]).toEqual([1, 1]);
  vsp.take();
  expect(vsp.take()).toBeUndefined();
  kernel.run(vsc.transmit(frame(3), false));
  expect(kernel.signals.length).toBe(2);
});

test('a burst is signalled once where the host sleeps, and every frame is completed', () => {
  const { totals } = runRequest({
    architecture: 'hyper-v',
    device: 'netvsc',
    count: 8,
    pattern: 'burst',
  });
  expect(totals.requests).toBe(8);
  expect(totals.hypercalls['guest']).toBe(1);
  expect(totals.notifications.sent + totals.notifications.suppressed).toBe(16);
  expect(totals.vmExits['guest']).toBe(0);
});

test('a monitored channel takes no hypercall and waits for the hypervisor’s next scan', () => {
  const request = { architecture: 'hyper-v', device: 'netvsc' };
  const usual = runRequest(request).totals;
  const monitored = runRequest({
    ...request,
    policies: { 'network-signals': 'monitor-page' },
  }).totals;
  expect([usual.hypercalls['guest'], monitored.hypercalls['guest']]).toEqual([1, 0]);
  expect(monitored.latencyNs.default - usual.latencyNs.default).toBeGreaterThan(98_000);
});

test('a frame for which the guest has no buffer is lost, not delivered', () => {
  const { vsp } = pair();
  const room = Math.floor((16 << 20) / 1792);
  let delivered = 0;
  while (delivered <= room && vsp.deliver!({ payload: 1, bytes: 60 })) delivered++;
  expect(delivered).toBeLessThanOrEqual(room);
});

test('without a free section the packet points at header and frame: 104 bytes, and no copy', () => {
  const { kernel, vsc, vsp, toHost } = pair();
  for (let payload = 1; payload <= 170; payload++) kernel.run(vsc.transmit(frame(payload), false));
  const before = toHost().used;
  kernel.run(vsc.transmit({ payload: 171, bytes: 1514, buffer: 0x5000_1040, flow: 0 }, false));
  expect(toHost().used - before).toBe(104);
  let last = vsp.take()!;
  for (let more = vsp.take(); more !== undefined; more = vsp.take()) last = more;
  expect([last.payload, last.bytes]).toEqual([171, 1514]);
});

test('a burst beyond the send buffer arrives whole', () => {
  const { totals } = runRequest({
    architecture: 'hyper-v',
    device: 'netvsc',
    count: 1000,
    pattern: 'burst',
  });
  expect([totals.requests, totals.lost]).toEqual([1000, 0]);
  expect(totals.copies).toBeGreaterThanOrEqual(170);
});

describe('several frames in one packet, while more follow', () => {
  const burst = (both: ReturnType<typeof pair>, count: number, bytes: number) => {
    for (let payload = 1; payload <= count; payload++)
      both.kernel.run(both.vsc.transmit(frame(payload, bytes), payload < count));
  };

  test('four of 1514 bytes: three in the section, of the fourth the header, and its page beside', () => {
    const both = pair();
    burst(both, 4, 1514);
    expect(both.toHost().used).toBe(88);
    const { type, header, payload } = both.toHost().read()!;
    expect([type, wordAt(payload, 8), wordAt(payload, 12)]).toEqual([9, 0, 3 * 1576 + 60]);
    expect([wordAt(header, 4), wordAt(header, 8), wordAt(header, 16)]).toEqual([1, 1514, 0x5_0000]);
    const found = takeAll(both);
    expect(found.map((one) => [one.payload, one.bytes])).toEqual(
      [1, 2, 3, 4].map((p) => [p, 1514]),
    );
  });

  test('the packet is completed when the last of its frames has left, in any order', () => {
    const both = pair();
    burst(both, 4, 1514);
    const [one, two, three, four] = takeAll(both) as [Transfer, Transfer, Transfer, Transfer];
    for (const left of [four, one, three]) both.vsp.finished(left);
    expect(both.toGuest().used).toBe(0);
    both.vsp.finished(two);
    expect(both.toGuest().used).toBe(64);
    both.kernel.run(both.vsc.interrupt(1));
    both.kernel.run(both.vsc.poll!(64));
    expect(both.kernel.reaped).toEqual([1, 2, 3, 4]);
  });

  test('a frame that leaves before the next is taken does not complete the packet', () => {
    const both = pair();
    burst(both, 3, 60);
    for (const last of [false, false, true]) {
      both.vsp.finished(both.vsp.take()!);
      expect(both.toGuest().used).toBe(last ? 64 : 0);
    }
  });

  test('eight short frames at most, padded to eight bytes', () => {
    const both = pair();
    burst(both, 9, 61);
    const first = both.toHost().read()!;
    expect([first.type, wordAt(first.payload, 12)]).toEqual([6, 8 * 128]);
    expect(both.toHost().used).toBe(128);
    expect(takeAll(both)).toHaveLength(9);
  });

  test('nothing is written to the ring before the last', () => {
    const both = pair();
    both.kernel.run(both.vsc.transmit(frame(1), true));
    expect([both.toHost().used, both.kernel.signals.length]).toEqual([0, 0]);
  });

  test('a frame too long for a section sends those before it, or takes its header behind them', () => {
    const both = pair();
    both.kernel.run(both.vsc.transmit(frame(1), true));
    both.kernel.run(both.vsc.transmit(frame(2, 30_000), false));
    const { payload, header } = both.toHost().read()!;
    expect([wordAt(payload, 12), wordAt(header, 4)]).toEqual([1576 + 60, 1]);
    expect(header.length).toBe(8 + 8 + 8 * Math.ceil(30_000 / pageBytes));
    expect(takeAll(both)).toMatchObject([{ bytes: 1514 }, { bytes: 30_000 }]);
  });
});

test('64 KiB go out by reference: the header, sixteen pages in one range, and the segment size', () => {
  const both = pair();
  both.kernel.run(both.vsc.transmit(frame(3, 65_536), false));
  const { header } = both.toHost().read()!;
  expect([wordAt(header, 4), header.length]).toEqual([2, 8 + 16 + 8 + 16 * 8]);
  const data = header.subarray(8 + 16);
  const pages = Array.from({ length: 16 }, (_, page) => wordAt(data, 8 + 8 * page));
  expect([wordAt(data, 0), wordAt(data, 4), pages]).toEqual([
    65_536,
    0,
    Array.from({ length: 16 }, (_, page) => 0x5_0000 + page),
  ]);
  const rndis = wordAt(header, 16) * pageBytes + wordAt(header, 12);
  expect([both.memory.read32(rndis + 48), both.memory.read32(rndis + 56) & 0xf_ffff]).toEqual([
    2, 1448,
  ]);
  expect(takeAll(both)).toMatchObject([{ payload: 3, bytes: 65_536 }]);
});

test('sections, headers and transactions are used again', () => {
  const both = pair();
  for (let payload = 1; payload <= 20_000; payload++) {
    both.kernel.run(both.vsc.transmit(frame(payload, payload % 5 ? 1514 : 9000), payload % 3 > 0));
    for (const out of takeAll(both)) both.vsp.finished(out);
    both.kernel.run(both.vsc.interrupt(1));
    both.kernel.run(both.vsc.poll!(64));
  }
  expect(both.kernel.reaped.length).toBeGreaterThan(19_990);
  expect(both.kernel.reaped).toEqual(both.kernel.reaped.map((_, index) => index + 1));
});

describe('channels', () => {
  test.each([
    [1, 1],
    [4, 4],
    [16, 8],
  ])('%i processors open %i', (processors, channels) => {
    expect(pair(processors).offers.map(({ channel }) => channel)).toEqual(
      Array.from({ length: channels }, (_, index) => index),
    );
  });

  test('a frame goes out on its flow’s channel, with its hash, and is completed there', () => {
    const both = pair(4);
    both.kernel.run(both.vsc.transmit({ ...frame(1), flow: 2 }, false));
    expect([0, 1, 2, 3].map((channel) => both.toHost(channel).used)).toEqual([0, 0, 64, 0]);
    expect(both.kernel.signals).toEqual(['to host 2']);
    expect(wordAt(both.toHost(2).read()!.payload, 12)).toBe(76 + 1514);
    for (const out of takeAll(both)) both.vsp.finished(out);
    expect(both.events).toEqual([3]);
    both.kernel.run(both.vsc.interrupt(3));
    both.kernel.run(both.vsc.poll!(64));
    expect(both.kernel.reaped).toEqual([1]);
  });

  test('a received frame comes on the channel of its flow; channels are polled as they have asked', () => {
    const both = pair(4);
    for (const payload of [4, 5, 9]) both.vsp.deliver!({ payload, bytes: 60, flow: payload % 4 });
    expect(both.events).toEqual([1, 2]);
    both.kernel.run(both.vsc.interrupt(2));
    both.kernel.run(both.vsc.interrupt(1));
    expect(both.kernel.run(both.vsc.poll!(64))).toBe(true);
    expect(both.kernel.handedUp).toEqual([5, 9]);
    expect(both.kernel.run(both.vsc.poll!(64))).toBe(false);
    expect(both.kernel.handedUp).toEqual([5, 9, 4]);
  });

  test('all channels are drained in turn', () => {
    const both = pair(2);
    for (let payload = 1; payload <= 4; payload++)
      both.kernel.run(both.vsc.transmit({ ...frame(payload), flow: payload < 3 ? 0 : 1 }, false));
    expect(takeAll(both).map(({ payload }) => payload)).toEqual([1, 3, 2, 4]);
  });
});

test('frames that the host has at hand come in one packet: 8 bytes more for each, one completion for all', () => {
  const { kernel, host, vsc, vsp, toHost, toGuest } = pair();
  for (const payload of [1, 2, 3])
    expect(vsp.deliver!({ payload, bytes: 1514 }, payload < 3)).toBe(true);
  expect([toGuest().used, host.fired]).toEqual([16 + 8 + 3 * 8 + 40 + 8, 1]);
  kernel.run(vsc.interrupt(1));
  expect(kernel.run(vsc.poll!(64))).toBe(false);
  expect(kernel.handedUp).toEqual([1, 2, 3]);
  expect(toHost().used).toBe(32);
  expect(vsp.take()).toBeUndefined();
});

test('a load of received frames takes fewer interrupts than frames', () => {
  const { totals } = runRequest({
    architecture: 'hyper-v',
    device: 'netvsc',
    operation: 'rx',
    count: 64,
    pattern: 'burst',
  });
  expect(totals.lost).toBe(0);
  expect(totals.interrupts['guest']).toBeLessThan(64);
});
