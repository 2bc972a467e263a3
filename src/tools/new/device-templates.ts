/**
 * The files of a new device: a small one that works, to be turned into the real one. One doorbell, a ring of
 * descriptors for each direction, one message for each completion.
 */
import { camelCase, imports, pascalCase } from './names.ts';

export const layout = (name: string): string => `
/** Registers and descriptors of ${name}, shared by its driver and its device model. */
${imports('{ field, layout }', './layout.ts')}
${imports('type { Register }', './register.ts')}

const register = (label: string, title: string, offset: number, doorbell = false): Register => ({
  name: label,
  title,
  label,
  region: '${name}-registers',
  space: 'memory',
  offset,
  size: 4,
  doorbell,
  fields: [],
  spec: 'this book',
});

export const registers = {
  transmitRing: register('TXRING', 'transmit ring base', 0x0),
  receiveRing: register('RXRING', 'receive ring base', 0x4),
  doorbell: register('DOORBELL', 'doorbell', 0x8, true),
} as const satisfies Record<string, Register>;

/** A descriptor: where the buffer is, how long the frame is, whose turn it is. */
export const descriptor = layout(
  'Descriptor',
  16,
  {
    address: field(0, 8, 'address', 'address of the buffer', 'driver'),
    length: field(8, 4, 'length', 'length of the frame', 'both'),
    owner: field(12, 4, 'owner', '0 driver, 1 device, 2 in progress', 'both'),
  },
  { owner: 'both' },
);

/** Whose turn it is; a descriptor in progress is neither's to change. */
export const owner = { driver: 0, device: 1, progress: 2 } as const;

/** Descriptors of each ring, and the buffers that the driver offers. */
export const ringSize = 32;
export const bufferBytes = 1536;
`;

export const model = (name: string): string => `
/**
 * ${name}. Models: a ring of descriptors for each direction, one doorbell, a message for each completion.
 * Leaves out: everything else.
 * Checked against: tests/engine/devices/${name}.
 */
${imports('type { GuestMemory }', '../memory/guest-memory.ts')}
${imports('type { Register }', '../memory/register.ts')}
${imports('{ descriptor, owner, registers, ringSize }', `../memory/${name}.ts`)}
${imports('type { DeviceEntry, DeviceHost, DeviceModel, IncomingFrame, Transfer }', './device.ts')}

class ${pascalCase(name)}DeviceModel implements DeviceModel {
  private readonly host: DeviceHost;
  private readonly memory: GuestMemory;
  private transmitRing = 0;
  private receiveRing = 0;
  private nextTransmit = 0;
  private nextReceive = 0;

  constructor(host: DeviceHost) {
    this.host = host;
    this.memory = host.memory;
  }
${modelMethods}}

export const ${camelCase(name)}: DeviceEntry = {
  id: '${name}',
  title: '${name}',
  kind: 'network',
  class: 'paravirtual',
  registers: Object.values(registers),
  variants: ['1'],
  interrupts: ['msix'],
  memoryBytes: 1 << 16,
  create: (host) => new ${pascalCase(name)}DeviceModel(host),
};
`;

const modelMethods = `
  read(): number {
    return 0;
  }

  write(register: Register, value: number): void {
    if (register === registers.transmitRing) this.transmitRing = value;
    if (register === registers.receiveRing) this.receiveRing = value;
    if (register === registers.doorbell) this.host.schedule();
  }

  take(): Transfer | undefined {
    const at = this.transmitRing + this.nextTransmit * descriptor.bytes;
    if (this.memory.read32(at + descriptor.owner) !== owner.device) return undefined;
    this.memory.write32(at + descriptor.owner, owner.progress);
    this.nextTransmit = (this.nextTransmit + 1) % ringSize;
    const bytes = this.memory.read32(at + descriptor.length);
    return { kind: 'send', payload: this.memory.payloadAt(at), bytes, token: at };
  }

  finished(transfer: Transfer): void {
    this.memory.write32(transfer.token + descriptor.owner, owner.driver);
    this.host.fire(0);
  }

  hasBuffer(_frame: IncomingFrame, ahead: number): boolean {
    const at = this.receiveRing + ((this.nextReceive + ahead) % ringSize) * descriptor.bytes;
    return this.memory.read32(at + descriptor.owner) === owner.device;
  }

  deliver(frame: IncomingFrame): boolean {
    const at = this.receiveRing + this.nextReceive * descriptor.bytes;
    if (this.memory.read32(at + descriptor.owner) !== owner.device) return false;
    this.memory.putPayload(at, frame.payload);
    this.memory.write32(at + descriptor.length, frame.bytes);
    this.memory.write32(at + descriptor.owner, owner.driver);
    this.nextReceive = (this.nextReceive + 1) % ringSize;
    this.host.fire(0);
    return true;
  }
`;

export const driver = (name: string): string => `
/**
 * A driver of ${name}. Models: a doorbell for each frame, an interrupt handler that reaps both rings.
 * Leaves out: deferred work, doorbells held back, errors.
 * Checked against: tests/engine/devices/${name}.
 */
${imports('type { GuestMemory }', '../memory/guest-memory.ts')}
${imports('{ bufferBytes, descriptor, owner, registers, ringSize }', `../memory/${name}.ts`)}
${imports('type { Activity }', '../vocabulary/trace.ts')}
${imports(
  '{ type Driver, driverWork, fixed, type GuestFrame, type GuestKernel, type NetworkDriver, type NetworkDriverEntry }',
  './driver.ts',
)}

/** Rows without a source are assumed, and figures say so. */
const assumed = (sentence: string): Activity => ({ sentence, evidence: 'assumed', prices: driverWork });
const activities = {
  fill: assumed('The guest’s driver fills a transmit descriptor'),
  reap: assumed('The driver frees the transmitted frame'),
  receive: assumed('The driver hands the received frame to the network stack'),
};

class ${pascalCase(name)}GuestDriver implements NetworkDriver {
  private readonly kernel: GuestKernel;
  private readonly memory: GuestMemory;
  private transmitRing = 0;
  private receiveRing = 0;
  private nextTransmit = 0;
  private nextReceive = 0;
  /** Frames that were given to the device and not reaped yet. */
  private outstanding = 0;

  constructor(kernel: GuestKernel) {
    this.kernel = kernel;
    this.memory = kernel.memory;
  }
${driverMethods}}

export const ${camelCase(name)}: NetworkDriverEntry = {
  id: '${name}-driver',
  title: 'sketched ${name}',
  device: '${name}',
  kind: 'network',
  rings: { transmit: fixed(ringSize, 'a constant'), receive: fixed(ringSize, 'a constant') },
  create: (kernel) => new ${pascalCase(name)}GuestDriver(kernel),
};
`;

const driverMethods = `
  *open(): Driver {
    const { kernel, memory } = this;
    this.transmitRing = memory.layOut(descriptor, 'transmit ring', ringSize);
    this.receiveRing = memory.layOut(descriptor, 'receive ring', ringSize);
    for (let slot = 0; slot < ringSize; slot++) {
      const at = this.receiveRing + slot * descriptor.bytes;
      memory.write64(at + descriptor.address, memory.reserve(bufferBytes));
      memory.write32(at + descriptor.owner, owner.device);
    }
    yield kernel.write(registers.transmitRing, this.transmitRing);
    yield kernel.write(registers.receiveRing, this.receiveRing);
  }

  hasRoom(): boolean {
    return this.outstanding < ringSize;
  }

  *transmit(frame: GuestFrame): Driver {
    yield this.kernel.work(activities.fill);
    const slot = this.nextTransmit;
    const at = this.transmitRing + slot * descriptor.bytes;
    this.memory.putPayload(at, frame.payload);
    this.memory.write64(at + descriptor.address, frame.buffer);
    this.memory.write32(at + descriptor.length, frame.bytes);
    this.memory.write32(at + descriptor.owner, owner.device);
    this.nextTransmit = (slot + 1) % ringSize;
    this.outstanding++;
    yield this.kernel.write(registers.doorbell, slot);
  }

  *interrupt(): Driver {
    yield* this.reap();
    yield* this.receive();
  }

  private *reap(): Driver {
    while (this.outstanding > 0) {
      const oldest = (this.nextTransmit + ringSize - this.outstanding) % ringSize;
      const at = this.transmitRing + oldest * descriptor.bytes;
      if (this.memory.read32(at + descriptor.owner) !== owner.driver) return;
      yield this.kernel.work(activities.reap);
      this.kernel.transmitted(this.memory.payloadAt(at));
      this.outstanding--;
    }
  }

  private *receive(): Driver {
    for (;;) {
      const at = this.receiveRing + this.nextReceive * descriptor.bytes;
      if (this.memory.read32(at + descriptor.owner) !== owner.driver) return;
      yield this.kernel.work(activities.receive);
      this.kernel.received(this.memory.payloadAt(at));
      this.memory.write32(at + descriptor.owner, owner.device);
      this.nextReceive = (this.nextReceive + 1) % ringSize;
    }
  }
`;

export const test = (name: string): string => `
/** Goal: every frame arrives once and in order, also when rings go round. Method: both sides on one memory. */
${imports('{ expect, test }', 'vitest')}
${imports(`{ ${camelCase(name)} as device }`, `#engine/devices/${name}.ts`)}
${imports(`{ ${camelCase(name)} as driver }`, `#engine/drivers/${name}.ts`)}
${imports('{ runRequest }', '#engine/execute.ts')}
${imports('{ GuestMemory }', '#engine/memory/guest-memory.ts')}
${imports('{ ringSize }', `#engine/memory/${name}.ts`)}
${imports('{ DirectKernel, RecordingHost }', '../../support/device-bench.ts')}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const frame = (payload: number) => ({ payload, bytes: 1514, buffer: 0x5000_0000, flow: 0 });

function pair() {
  const memory = new GuestMemory(device.memoryBytes);
  const host = new RecordingHost(memory);
  const kernel = new DirectKernel(memory, 'msix');
  kernel.device = device.create(host, { variant: '1', interrupts: 'msix', doorbellThreshold: 1 });
  const guest = driver.create(kernel);
  kernel.run(guest.open());
  kernel.accesses.length = 0;
  return { host, kernel, guest, model: kernel.device };
}
${testCases(name)}`;

const testCases = (name: string): string => `
test('one frame: one doorbell, one message', () => {
  const { host, kernel, guest, model } = pair();
  kernel.run(guest.transmit(frame(1), false));
  model.finished(model.take()!);
  kernel.run(guest.interrupt(0));
  expect(kernel.accesses).toEqual(['W DOORBELL']);
  expect([host.fired, kernel.reaped]).toEqual([1, [1]]);
});

test('the rings go round, and no frame is lost or doubled', () => {
  const { kernel, guest, model } = pair();
  for (const payload of numbers(3 * ringSize)) {
    kernel.run(guest.transmit(frame(payload), false));
    model.finished(model.take()!);
    expect(model.take()).toBeUndefined();
    expect(model.deliver!({ payload, bytes: 60 })).toBe(true);
    kernel.run(guest.interrupt(0));
  }
  expect(kernel.reaped).toEqual(numbers(3 * ringSize));
  expect(kernel.handedUp).toEqual(numbers(3 * ringSize));
});

test('a full ring takes nothing more until it is reaped, in whatever order frames are finished', () => {
  const { kernel, guest, model } = pair();
  for (const payload of numbers(ringSize)) kernel.run(guest.transmit(frame(payload), false));
  expect(guest.hasRoom()).toBe(false);
  const taken = numbers(ringSize).map(() => model.take()!);
  expect(model.take()).toBeUndefined();
  for (const transfer of taken.toReversed()) model.finished(transfer);
  kernel.run(guest.interrupt(0));
  expect(guest.hasRoom()).toBe(true);
  expect(kernel.reaped).toEqual(numbers(ringSize));
});

test('without a buffer a frame is lost', () => {
  const { model } = pair();
  for (const payload of numbers(ringSize)) model.deliver!({ payload, bytes: 60 });
  expect(model.deliver!({ payload: 99, bytes: 60 })).toBe(false);
});

test.each(['tx', 'rx'])('a request (%s) runs to its end on the reference', (operation) => {
  const { ended, totals } = runRequest({ architecture: 'reference', device: '${name}', operation, count: 8 });
  expect(ended).toBe('idle');
  expect([totals.requests, totals.lost]).toEqual([8, 0]);
});
`;
