/** A guest with one disk: driver and device model on one memory, and the test as host, disk and block layer. */
import type { DeviceEntry, DeviceModel, Transfer } from '#engine/devices/device.ts';
import type { BlockCommand, StorageDriver, StorageDriverEntry } from '#engine/drivers/driver.ts';
import { GuestMemory } from '#engine/memory/guest-memory.ts';
import { type InterruptMode, triggerOf } from '#engine/memory/interrupt.ts';
import { hexadecimal } from '#engine/memory/register.ts';
import { DirectKernel, RecordingHost } from './device-bench.ts';

export class DiskBench {
  readonly memory: GuestMemory;
  readonly host: RecordingHost;
  readonly kernel: DirectKernel;
  readonly guest: StorageDriver;
  readonly model: DeviceModel;
  /** Accesses with their values: "W P0.CI 0x1". */
  readonly log: string[] = [];
  /** Transfers that the disk works on. */
  readonly out: Transfer[] = [];
  /** Called after each access. */
  afterAccess = (): void => undefined;
  doorbells = 0;
  interrupts = 0;
  private readonly driver: StorageDriverEntry;
  private readonly freeTags: number[];
  private handled = 0;

  constructor(
    device: DeviceEntry,
    driver: StorageDriverEntry,
    interrupts: InterruptMode = device.interrupts[0]!,
    variant = device.variants[0]!,
  ) {
    this.driver = driver;
    this.memory = new GuestMemory(device.memoryBytes);
    this.host = new RecordingHost(this.memory);
    this.kernel = new DirectKernel(this.memory, interrupts, variant);
    this.model = device.create(this.host, { variant, interrupts, doorbellThreshold: 1 });
    this.kernel.device = this.watched(this.model);
    this.freeTags = Array.from({ length: driver.limits.queueDepth }, (_, tag) => tag);
    this.guest = driver.create(this.kernel);
    this.kernel.run(this.guest.open());
    this.forget();
  }

  /** A command of so many pages with a tag of its own; the pages are not contiguous. */
  command(kind: BlockCommand['kind'] = 'read', pages = 1, sector = 0): BlockCommand {
    const tag = this.freeTags.shift();
    if (tag === undefined) throw new Error('no tag is free');
    const count = kind === 'flush' ? 0 : pages;
    return {
      kind,
      payload: 1000 + tag,
      sector,
      bytes: 4096 * count,
      pages: Array.from({ length: count }, (_, page) => 0x8000_0000 + 8192 * (256 * tag + page)),
      tag,
      cpu: 0,
    };
  }

  get hasTag(): boolean {
    return this.freeTags.length > 0;
  }

  /** Submits a batch; only its last command says so. */
  submit(...commands: readonly BlockCommand[]): void {
    commands.forEach((each, index) =>
      this.kernel.run(this.guest.submit(each, index === commands.length - 1)),
    );
    this.take();
  }

  /** The host carries to the disk what the device model finds. */
  take(): void {
    while (this.host.scheduled > 0) {
      this.host.scheduled = 0;
      for (let next = this.model.take(); next !== undefined; next = this.model.take())
        this.out.push(next);
    }
  }

  /** The disk is done with one of the transfers. */
  finish(index = 0): void {
    const [done] = this.out.splice(index, 1);
    this.model.finished(done!);
    this.take();
  }

  finishAll(): void {
    while (this.out.length > 0) this.finish();
  }

  get interruptPending(): boolean {
    if (triggerOf(this.kernel.interrupts) === 'level') return this.host.line;
    return this.host.fired > this.handled;
  }

  /** The guest takes one interrupt, if one is pending; edges that came since the last one are one. */
  interrupt(): void {
    if (!this.interruptPending) return;
    this.handled = this.host.fired;
    this.interrupts++;
    const before = this.kernel.completedTags.length;
    this.kernel.run(this.guest.interrupt(0));
    this.freeTags.push(...this.kernel.completedTags.slice(before));
    this.take();
  }

  /** Runs until neither disk nor guest has anything left to do. */
  drain(): void {
    while (this.out.length > 0 || this.interruptPending) {
      this.finishAll();
      this.interrupt();
    }
  }

  /** Whether everything that was submitted has been handed back once. */
  get idle(): boolean {
    return new Set(this.freeTags).size === this.driver.limits.queueDepth;
  }

  forget(): void {
    this.log.length = 0;
    this.kernel.accesses.length = 0;
    this.doorbells = 0;
    this.interrupts = 0;
  }

  private watched(model: DeviceModel): DeviceModel {
    const note = (op: string, label: string, value: number): void => {
      this.log.push(`${op} ${label} ${hexadecimal(value)}`);
      this.afterAccess();
    };
    return {
      read: (register) => {
        const value = model.read(register) >>> 0;
        note('R', register.label, value);
        return value;
      },
      write: (register, value) => {
        if (register.doorbell) this.doorbells++;
        model.write(register, value);
        note('W', register.label, value);
      },
      take: () => model.take(),
      finished: (transfer) => model.finished(transfer),
    };
  }
}

/** What a random run of bursts, completions in any order and interrupts does next. */
export interface Step {
  readonly act: 'submit' | 'flush' | 'finish' | 'interrupt';
  readonly amount: number;
}

/** Runs a script; completions also come between the accesses of the guest. */
export function runScript(bench: DiskBench, script: readonly Step[]): void {
  const steps = script.values();
  let inside = false;
  const finishSome = ({ amount }: Step): void => {
    for (let left = amount; left > 0 && bench.out.length > 0; left--)
      bench.finish(amount % bench.out.length);
  };
  bench.afterAccess = () => {
    if (inside) return;
    inside = true;
    const next = steps.next();
    if (!next.done && next.value.act === 'finish') finishSome(next.value);
    inside = false;
  };
  for (const step of steps) {
    if (step.act === 'finish') finishSome(step);
    if (step.act === 'interrupt') bench.interrupt();
    if (step.act === 'flush' && bench.hasTag && bench.guest.hasRoom())
      bench.submit(bench.command('flush'));
    if (step.act === 'submit') submitBurst(bench, step.amount);
  }
  bench.drain();
}

/** A burst as the block layer gives it: the last command is the one after which none can follow. */
function submitBurst(bench: DiskBench, amount: number): void {
  for (let left = amount; left > 0 && bench.hasTag && bench.guest.hasRoom(); left--) {
    const command = bench.command(left % 2 === 0 ? 'read' : 'write', 1 + (left % 3), 24 * left);
    bench.kernel.run(bench.guest.submit(command, left === 1 || !bench.hasTag));
  }
  bench.take();
}
