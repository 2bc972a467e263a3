/**
 * Goal: driver and VSP keep the VMBus protocol between them. Method: both on one memory, packets
 * and bytes looked at.
 */
import { expect, test } from 'vitest';
import { netvsc as device } from '#engine/devices/netvsc.ts';
import { netvsc as driver } from '#engine/drivers/netvsc.ts';
import { GuestMemory } from '#engine/memory/guest-memory.ts';
import { wordAt } from '#engine/memory/nvsp.ts';
import { pageBytes, VmbusRing } from '#engine/memory/vmbus-ring.ts';
import { runRequest } from '#engine/index.ts';
import { DirectKernel, RecordingHost } from '../../support/device-bench.ts';

function pair() {
  const memory = new GuestMemory(device.memoryBytes);
  const host = new RecordingHost(memory);
  const kernel = new DirectKernel(memory, 'vmbus');
  const vsp = device.create(host, { variant: '', interrupts: 'vmbus', doorbellThreshold: 1 });
  kernel.device = vsp;
  const vsc = driver.create(kernel);
  let toHost = 0;
  let toGuest = 0;
  const open = vsp.open!.bind(vsp);
  vsp.open = (offer) => {
    [toHost = 0, toGuest = 0] = offer.rings;
    open(offer);
  };
  kernel.run(vsc.open());
  const ring = (at: number) => new VmbusRing(memory, at, 128 * pageBytes);
  return {
    memory,
    host,
    kernel,
    vsp,
    vsc,
    toHost: () => ring(toHost),
    toGuest: () => ring(toGuest),
  };
}

const frame = (payload: number, bytes = 1514) => ({ payload, bytes, buffer: 0x5000_0000, cpu: 0 });

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

test('one received frame: an 80-byte packet with pageset 0xcafe, answered with 32 bytes', () => {
  const { kernel, vsc, vsp, toHost, toGuest } = pair();
  expect(vsp.deliver!({ payload: 9, bytes: 1514 })).toBe(true);
  const packet = toGuest().read()!;
  expect([
    packet.type,
    wordAt(packet.header, 0),
    wordAt(packet.header, 4),
    wordAt(packet.header, 8),
  ]).toEqual([7, 0xcafe, 1, 1558]);
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
    parameters: { 'hyper-v.monitored-channel': 1 },
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
  kernel.run(vsc.transmit({ payload: 171, bytes: 1514, buffer: 0x5000_1040, cpu: 0 }, false));
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
