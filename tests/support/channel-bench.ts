/** The other side of drivers that speak through rings and events: a host, and both sides acting at random. */
import { expect } from 'vitest';
import type { DeviceModel, Transfer } from '#engine/devices/device.ts';
import type { DeviceDriver } from '#engine/drivers/driver.ts';
import { type DirectKernel, RecordingHost } from './device-bench.ts';

/** A host that also writes down which events a device sends. */
export class EventHost extends RecordingHost {
  readonly events: number[] = [];
  override fire(event?: number): void {
    super.fire();
    this.events.push(event!);
  }
}

/** Everything the device finds now. */
export function takeAll(device: DeviceModel): Transfer[] {
  const taken: Transfer[] = [];
  for (let next = device.take(); next !== undefined; next = device.take()) taken.push(next);
  return taken;
}

interface Sides {
  readonly host: EventHost;
  readonly kernel: DirectKernel;
  readonly device: DeviceModel;
  readonly driver: DeviceDriver;
  /** Hands over request number `count`, from 0, using a free tag where the device knows tags. */
  submit(count: number, tag: number): void;
}

/**
 * Both sides take turns as `steps` says, each acting only when it was notified: the host looks at the rings
 * after a signal until it finds nothing, the guest after an event. At the end no request is left behind.
 */
export function actAtRandom(sides: Sides, depth: number, steps: readonly number[]): void {
  const { kernel, driver, device } = sides;
  const freeTags = Array.from({ length: depth }, (_, tag) => tag);
  const out: Transfer[] = [];
  let submitted = 0;
  let signals = kernel.signals.length;
  let awake = false;
  let completed = 0;
  const done = (): number => kernel.completedTags.length + kernel.reaped.length;
  const submit = (): void => {
    if (submitted - done() >= depth || !driver.hasRoom()) return;
    sides.submit(submitted++, freeTags.pop() ?? 0);
  };
  const take = (): void => {
    awake ||= kernel.signals.length > signals;
    signals = kernel.signals.length;
    const found = awake ? device.take() : undefined;
    awake &&= found !== undefined;
    if (found !== undefined) out.push(found);
  };
  const finish = (choice: number): void => {
    if (out.length > 0) device.finished(out.splice(choice % out.length, 1)[0]!);
  };
  const handle = (): void => {
    const event = sides.host.events.shift();
    if (event !== undefined) kernel.run(driver.interrupt(event));
  };
  const poll = (): void => {
    if (kernel.pollWanted) kernel.pollWanted = kernel.run(driver.poll!(64));
  };
  const release = (): void => {
    for (; completed < kernel.completedTags.length; completed++)
      freeTags.push(kernel.completedTags[completed]!);
  };
  const acts = [submit, take, finish, handle, poll];
  for (const step of steps) {
    acts[step % acts.length]!(step >> 3);
    release();
  }
  for (let left = 10 * (submitted + 10); left > 0 && done() < submitted; left--)
    for (const act of [take, finish, handle, poll]) act(0);
  expect(done()).toBe(submitted);
}
