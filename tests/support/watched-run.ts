/** A run that is watched from inside: every write to guest memory, every register access, every channel offer. */
import type { DeviceEntry, DeviceModel } from '#engine/devices/device.ts';
import type { DeviceDriver, DriverEntry } from '#engine/drivers/driver.ts';
import type { ChannelOffer } from '#engine/memory/channel.ts';
import type { GuestMemory } from '#engine/memory/guest-memory.ts';
import type { Register } from '#engine/memory/register.ts';
import { architectureOf, devices, driversOf, placementOf, scenarioFor } from '#engine/execute.ts';
import type { Request, Run } from '#engine/index.ts';
import { simulate } from '#engine/simulate.ts';

/** What a driver or a device has written into guest memory. */
export interface MemoryWrite {
  readonly at: number;
  readonly bytes: 1 | 2 | 4;
  /** Unsigned. */
  readonly before: number;
  readonly value: number;
}

/** An access that reached the device, set-up included. */
export interface Touch {
  readonly op: 'R' | 'W';
  readonly register: Register;
  readonly value: number;
}

/** Is told of everything while the run goes on. */
export interface Watcher {
  began?(memory: GuestMemory): void;
  written?(write: MemoryWrite, memory: GuestMemory): void;
  touched?(touch: Touch, memory: GuestMemory): void;
  offered?(offer: ChannelOffer, memory: GuestMemory): void;
  /** The driver has set its device up. */
  opened?(): void;
}

/** Runs what a request of one virtual machine asks for. */
export function watchedRun(request: Request, watcher: Watcher): Run {
  const scenario = scenarioFor(request);
  const [spec] = scenario.subject.vms;
  const architecture = architectureOf(scenario.platform);
  const known = devices.find(({ id }) => id === spec.device)!;
  const driver = driversOf(known).find(({ id }) => id === spec.driver)!;
  const placement = placementOf(architecture, known);
  return simulate(scenario, architecture, [
    { device: watchedDevice(known, watcher), driver: watchedDriver(driver, watcher), placement },
  ]);
}

function watchedDriver(entry: DriverEntry, watcher: Watcher): DriverEntry {
  const watched = <Made extends DeviceDriver>(made: Made): Made => {
    const open = made.open.bind(made);
    made.open = function* () {
      yield* open();
      watcher.opened?.();
    };
    return made;
  };
  return entry.kind === 'network'
    ? { ...entry, create: (kernel) => watched(entry.create(kernel)) }
    : { ...entry, create: (kernel) => watched(entry.create(kernel)) };
}

function watchedDevice(entry: DeviceEntry, watcher: Watcher): DeviceEntry {
  return {
    ...entry,
    create: (host, options) => {
      watcher.began?.(host.memory);
      watchMemory(host.memory, watcher);
      const model = entry.create(host, options);
      watchModel(model, host.memory, watcher);
      return model;
    },
  };
}

function watchMemory(memory: GuestMemory, watcher: Watcher): void {
  const watch = (
    bytes: MemoryWrite['bytes'],
    read: (at: number) => number,
    write: (at: number, value: number) => void,
  ) => {
    return (at: number, value: number): void => {
      const before = read(at);
      write(at, value);
      watcher.written?.({ at, bytes, before, value: read(at) }, memory);
    };
  };
  memory.write8 = watch(1, memory.read8.bind(memory), memory.write8.bind(memory));
  memory.write16 = watch(2, memory.read16.bind(memory), memory.write16.bind(memory));
  memory.write32 = watch(4, memory.read32.bind(memory), memory.write32.bind(memory));
}

function watchModel(model: DeviceModel, memory: GuestMemory, watcher: Watcher): void {
  const read = model.read.bind(model);
  const write = model.write.bind(model);
  const open = model.open?.bind(model);
  model.read = (register) => {
    const value = read(register) >>> 0;
    watcher.touched?.({ op: 'R', register, value }, memory);
    return value;
  };
  model.write = (register, value) => {
    watcher.touched?.({ op: 'W', register, value: value >>> 0 }, memory);
    write(register, value);
  };
  if (open !== undefined) {
    model.open = (offer) => {
      watcher.offered?.(offer, memory);
      open(offer);
    };
  }
}

/** Everything that was seen, in order, and the memory as it was left. */
export interface Seen {
  readonly run: Run;
  readonly memory: GuestMemory;
  readonly writes: readonly MemoryWrite[];
  readonly touches: readonly Touch[];
  readonly offers: readonly ChannelOffer[];
}

/** Runs a request and keeps all that was seen. */
export function seenIn(request: Request): Seen {
  const writes: MemoryWrite[] = [];
  const touches: Touch[] = [];
  const offers: ChannelOffer[] = [];
  let memory: GuestMemory | undefined;
  const run = watchedRun(request, {
    written: (write) => writes.push(write),
    touched: (touch) => touches.push(touch),
    offered: (offer) => offers.push(offer),
    began: (where) => (memory = where),
  });
  return { run, memory: memory!, writes, touches, offers };
}
