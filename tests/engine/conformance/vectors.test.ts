/**
 * Goal: the numbered conformance vectors of the dossier on ESXi and its peers, section 12. Method: a table each; runs
 * where a run has the vector's conditions, else driver and device on one memory; ring rules by bytes in that memory.
 */
import { describe, expect, test } from 'vitest';
import { lsiSas1068 } from '#engine/devices/lsi-sas1068.ts';
import { pvscsi } from '#engine/devices/pvscsi.ts';
import { vmxnet3 } from '#engine/devices/vmxnet3.ts';
import { lsiSas1068 as lsiDriver } from '#engine/drivers/lsi-sas1068.ts';
import { pvscsi as pvscsiDriver } from '#engine/drivers/pvscsi.ts';
import { vmxnet3 as vmxnet3Driver } from '#engine/drivers/vmxnet3.ts';
import { runRequest } from '#engine/execute.ts';
import { accessesOf, type Request, type VmState } from '#engine/index.ts';
import { GuestMemory } from '#engine/memory/guest-memory.ts';
import { DeviceQueue, DriverQueue, layOutQueue } from '#engine/memory/virtqueue.ts';
import { transmitRequest } from '#engine/memory/xen-net.ts';
import { BackRing, FrontRing } from '#engine/memory/xen-ring.ts';
import { DirectKernel, RecordingHost } from '../../support/device-bench.ts';
import { blockCommand, ScsiBench } from '../../support/scsi-bench.ts';

/** Accesses of a run in order, as "W TDT". */
const accesses = (request: Partial<Request>): string[] =>
  accessesOf(runRequest({ architecture: 'reference', device: '', ...request })).flatMap((access) =>
    access.op === 'interrupt' ? [] : [`${access.op === 'read' ? 'R' : 'W'} ${access.name}`],
  );

describe('1. e1000, one frame sent', () => {
  test('six accesses in order, and ITR is not among them', () => {
    expect(accesses({ device: 'e1000' })).toEqual([
      'W TDT',
      'R ICR',
      'W IMC',
      'R STATUS',
      'W IMS',
      'R STATUS',
    ]);
  });

  test('ITR is written when the class changes', () => {
    const many = accesses({ device: 'e1000', operation: 'rx', count: 200, rate: 500_000 });
    const written = many.filter((access) => access === 'W ITR').length;
    expect(written).toBeGreaterThan(0);
    expect(written).toBeLessThan(many.filter((access) => access === 'R ICR').length);
  });
});

describe('2. e1000, frames received in one poll', () => {
  test.each([
    { frames: 64, tails: 4 },
    { frames: 33, tails: 3 },
  ])('$frames frames: 5 + $tails', ({ frames, tails }) => {
    const burst = { device: 'e1000', operation: 'rx', count: frames, bytes: 106 } as const;
    const made = accesses({ ...burst, pattern: 'burst' });
    expect(made.filter((access) => access === 'W RDT')).toHaveLength(tails);
    expect(made).toHaveLength(5 + tails);
  });
});

/** A vmxnet3 and its driver; accesses of the set-up are left out. */
function vmxnet3Pair(doorbellThreshold: number) {
  const memory = new GuestMemory(vmxnet3.memoryBytes);
  const kernel = new DirectKernel(memory, 'msix', 'v1');
  const host = new RecordingHost(memory);
  const options = { variant: 'v1', interrupts: 'msix', doorbellThreshold } as const;
  const model = vmxnet3.create(host, options);
  let area = 0;
  const write = model.write.bind(model);
  model.write = (register, value) => {
    if (register.name === 'DSAL') area = value;
    write(register, value);
  };
  kernel.device = model;
  const guest = vmxnet3Driver.create(kernel);
  kernel.run(guest.open());
  kernel.accesses.length = 0;
  /** txNumDeferred: the first word of the transmit queue's descriptor. */
  const deferred = (): number => memory.read32(memory.read64(area + 40));
  const send = (payload: number, bytes = 1514): void =>
    kernel.run(
      guest.transmit({ payload, bytes, buffer: 0x5000_0000 + payload * 2048, flow: 0 }, false),
    );
  const leave = (): void => {
    for (let out = model.take(); out !== undefined; out = model.take()) model.finished(out);
  };
  const handle = (): void => {
    kernel.run(guest.interrupt(0));
    while (kernel.run(guest.poll!(64)));
  };
  return { kernel, model, deferred, send, leave, handle };
}

describe('3. vmxnet3, frames sent, then one poll', () => {
  test.each([
    { frames: 64, threshold: 1, doorbells: 64, deferred: 0 },
    { frames: 64, threshold: 16, doorbells: 4, deferred: 0 },
    { frames: 65, threshold: 16, doorbells: 4, deferred: 1 },
  ])('$frames frames at threshold $threshold', ({ frames, threshold, doorbells, deferred }) => {
    const pair = vmxnet3Pair(threshold);
    for (let payload = 1; payload <= frames; payload++) pair.send(payload);
    pair.leave();
    pair.handle();
    const rings = Array<string>(doorbells).fill('W TXPROD0');
    expect(pair.kernel.accesses).toEqual([...rings, 'W IMR0']);
    expect(pair.deferred()).toBe(deferred);
  });
});

describe('4. vmxnet3', () => {
  test('64 frames received: one access', () => {
    const { model, handle, kernel } = vmxnet3Pair(1);
    for (let payload = 1; payload <= 64; payload++) model.deliver!({ payload, bytes: 1514 });
    handle();
    expect(kernel.accesses).toEqual(['W IMR0']);
    expect(kernel.handedUp).toHaveLength(64);
  });

  test('a packet of ten segments adds ten to txNumDeferred', () => {
    const { send, deferred, kernel } = vmxnet3Pair(16);
    send(1, 66 + 10 * 1448);
    expect(deferred()).toBe(10);
    expect(kernel.accesses).toEqual([]);
  });
});

describe('5. PVSCSI, eight reads', () => {
  test.each([
    { threshold: 1, kicks: [1, 2, 3, 4, 5, 6, 7, 8] },
    { threshold: 4, kicks: [4, 8] },
  ])('threshold $threshold, drained at each kick: kicks after $kicks', ({ threshold, kicks }) => {
    const bench = new ScsiBench(pvscsi, pvscsiDriver, 'msi', threshold);
    const kicked: number[] = [];
    for (let read = 1; read <= 8; read++) {
      bench.submit(blockCommand(read));
      if (bench.kernel.accesses.splice(0).length === 0) continue;
      kicked.push(read);
      bench.finish(...bench.takeAll());
      bench.interrupt();
    }
    expect(kicked).toEqual(kicks);
    // The interrupts have added no access, or they would count as kicks.
    expect(bench.kernel.accesses).toEqual([]);
    expect(bench.kernel.completedTags).toHaveLength(8);
  });
});

test('6. LSI, eight commands and one interrupt: 8 writes and 9 reads', () => {
  const bench = new ScsiBench(lsiSas1068, lsiDriver, 'intx');
  const made = bench.serve(...Array.from({ length: 8 }, (_, tag) => blockCommand(tag)));
  expect(made.filter((access) => access === 'W REQUEST_FIFO')).toHaveLength(8);
  expect(made.filter((access) => access === 'R REPLY_FIFO')).toHaveLength(9);
  expect(made).toHaveLength(17);
});

/** A queue of 8 that has gone as far as `old` in both directions, and was asked there. */
function queueAt(old: number) {
  const memory = new GuestMemory(1 << 16);
  const place = layOutQueue(memory, 8, 'queue');
  const driver = new DriverQueue(memory, place);
  const device = new DeviceQueue(memory, place);
  const add = (): number => driver.add([{ at: 0x5000_0000, bytes: 64, writable: false }]);
  for (let index = 0; index < old; index++) {
    add();
    device.complete(device.take()!.head, 0);
    driver.takeUsed();
  }
  driver.mustNotify();
  return { memory, place, driver, add };
}

describe('7. virtio with event indexes', () => {
  test.each([
    { old: 0, next: 4, event: 3, notify: true },
    { old: 0, next: 4, event: 4, notify: false },
    { old: 65_534, next: 2, event: 65_535, notify: true },
  ])('from $old to $next, event $event: $notify', ({ old, next, event, notify }) => {
    const { memory, place, driver, add } = queueAt(old);
    for (let index = old; index % 65_536 !== next; index++) add();
    expect(memory.read16(place.available + 2)).toBe(next);
    // avail_event stands behind the used ring.
    memory.write16(place.used + 4 + 8 * 8, event);
    expect(driver.mustNotify()).toBe(notify);
  });
});

describe('8. a Xen ring', () => {
  test.each([
    { old: 0, next: 1, event: 1, notify: true, why: 'the back end waits for the first' },
    { old: 5, next: 6, event: 1, notify: false, why: 'the back end is awake' },
    { old: 1, next: 4, event: 3, notify: true, why: 'in the middle of a batch' },
  ])('$why: from $old to $next, event $event: $notify', ({ old, next, event, notify }) => {
    const memory = new GuestMemory(1 << 16);
    const page = memory.allocate(4096, 4096);
    const front = new FrontRing(memory, page, 12);
    front.reset('ring', transmitRequest);
    const back = new BackRing(memory, page, 12);
    const write = (requests: number): void => {
      for (let request = 0; request < requests; request++) front.nextRequest();
    };
    write(old);
    front.push();
    while (back.nextRequest() !== undefined);
    memory.write32(page + 4, event);
    write(next - old);
    expect([front.push(), memory.read32(page)]).toEqual([notify, next]);
  });
});

describe('9. injected failures', () => {
  const fails = (
    architecture: string,
    device: string,
    part: string,
    moves: Request['moves'] = [],
  ): VmState[] =>
    runRequest({ architecture, device, count: 8, vms: 3, faults: [part], moves }).outcome.map(
      ({ state }) => state,
    );
  const all = (state: VmState): VmState[] => [state, state, state];
  const first = (state: VmState): VmState[] => [state, 'unaffected', 'unaffected'];

  test.each<[string, string, string, VmState[]]>([
    ['physical-driver', 'esxi', 'e1000', all('lost')],
    ['physical-driver', 'hyper-v', 'netvsc', all('lost')],
    // In a driver domain it takes those who use that domain: all here, and none that does not (faults.test.ts).
    ['physical-driver', 'xen', 'xen-netfront', all('paused')],
    ['device-model', 'esxi', 'e1000', all('lost')],
    ['device-model', 'kvm', 'e1000', first('lost')],
  ])('%s on %s with %s', (part, architecture, device, states) => {
    expect(fails(architecture, device, part)).toEqual(states);
  });

  test('the model of an e1000, moved to the VMX: one virtual machine', () => {
    const moves = [{ role: 'device-model', to: 'vmx' }];
    expect(fails('esxi', 'e1000', 'device-model', moves)).toEqual(first('lost'));
  });
});
