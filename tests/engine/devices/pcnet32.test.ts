/**
 * Goal: rings and doorbells of the PCnet as driver and chip keep them. Method: both on one memory; the recorded
 * sequences are replayed in tests/engine/conformance.
 */
import { expect, test } from 'vitest';
import { pcnet32 as device } from '#engine/devices/pcnet32.ts';
import { pcnet32 as driver } from '#engine/drivers/pcnet32.ts';
import { runRequest } from '#engine/execute.ts';
import { registers } from '#engine/memory/pcnet.ts';
import { GuestMemory } from '#engine/memory/guest-memory.ts';
import { DirectKernel, RecordingHost } from '../../support/device-bench.ts';

function pair(variant = '') {
  const memory = new GuestMemory(device.memoryBytes);
  const host = new RecordingHost(memory);
  const kernel = new DirectKernel(memory, 'intx');
  const model = device.create(host, { variant, interrupts: 'intx', doorbellThreshold: 1 });
  kernel.device = model;
  const guest = driver.create(kernel);
  kernel.run(guest.open());
  kernel.accesses.length = 0;
  const send = (payload: number, more = false) =>
    kernel.run(guest.transmit({ payload, bytes: 1514, buffer: 0x5000_0000, flow: 0 }, more));
  const handle = () => {
    kernel.run(guest.interrupt(0));
    while (kernel.run(guest.poll!(64)));
  };
  return { host, kernel, model, guest, send, handle };
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

test('every packet has its transmit demand, whatever follows', () => {
  const { send, kernel } = pair();
  for (const payload of upTo(3)) send(payload, payload < 3);
  expect(kernel.accesses).toEqual(upTo(3).flatMap(() => ['W RAP', 'W RDP']));
});

test('the demand of what was sent at set-up shows in CSR0', () => {
  const { model, handle, kernel } = pair();
  model.deliver!({ payload: 1, bytes: 60 });
  expect(model.read(registers.address)).toBe(0);
  expect(model.read(registers.data)).toBe(0x4fb);
  handle();
  expect(kernel.handedUp).toEqual([1]);
});

test('the polling variant finds its frame with the first access, before the demand', () => {
  const looksAfter = (variant: string): string[] => {
    const { send, host, kernel } = pair(variant);
    const looks: string[] = [];
    host.schedule = () => looks.push(kernel.accesses.at(-1)!);
    send(1);
    return looks;
  };
  expect(looksAfter('am79c970a')).toEqual(['W RDP']);
  expect(looksAfter('am79c970a-polling')).toEqual(['W RAP', 'W RDP', 'W RDP']);
});

test('a poll handles half of the receive ring and then asks for another', () => {
  const { model, guest, kernel } = pair();
  for (const payload of upTo(17)) model.deliver!({ payload, bytes: 60 });
  kernel.run(guest.interrupt(0));
  expect([kernel.run(guest.poll!(64)), kernel.handedUp.length]).toEqual([true, 16]);
  expect([kernel.run(guest.poll!(64)), kernel.handedUp.length]).toEqual([false, 17]);
});

test('frames of one buffer address keep their payloads, and the ring of sixteen goes round', () => {
  const { send, model, handle, kernel } = pair();
  for (let first = 1; first <= 96; first += 3) {
    for (let payload = first; payload < first + 3; payload++) send(payload);
    const out = upTo(3).map(() => model.take()!);
    expect(out.map(({ payload }) => payload)).toEqual([first, first + 1, first + 2]);
    for (const frame of out) model.finished(frame);
    handle();
  }
  expect(kernel.reaped).toEqual(upTo(96));
});

test('a full ring stops the queue; the device takes no more than sixteen', () => {
  const { send, guest, model, handle } = pair();
  let sent = 0;
  while (guest.hasRoom()) send(++sent);
  expect(sent).toBe(16);
  const out = upTo(17).flatMap(() => model.take() ?? []);
  expect(out).toHaveLength(16);
  for (const frame of out) model.finished(frame);
  handle();
  expect(guest.hasRoom()).toBe(true);
});

test('received frames go round the ring of 32; one without a buffer is missed', () => {
  const { model, handle, kernel } = pair();
  for (const payload of upTo(100)) {
    expect(model.deliver!({ payload, bytes: 60 })).toBe(true);
    handle();
  }
  expect(kernel.handedUp).toEqual(upTo(100));
  expect(
    upTo(33)
      .map(() => model.deliver!({ payload: 1, bytes: 60 }))
      .indexOf(false),
  ).toBe(32);
});

test('a missed frame shows as an error, so that the driver acknowledges it', () => {
  const { totals, ended } = runRequest({
    architecture: 'kvm',
    device: 'pcnet32',
    operation: 'rx',
    count: 30,
    bytes: 3000,
    pattern: 'burst',
  });
  expect([ended, totals.lost > 0]).toEqual(['idle', true]);
});
