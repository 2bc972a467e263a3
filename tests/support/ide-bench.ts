/** A guest driver, an IDE channel and a disk that answers after a given number of accesses. */
import type { DeviceEntry, DeviceModel, Transfer } from '#engine/devices/device.ts';
import type {
  BlockCommand,
  Driver,
  StorageDriver,
  StorageDriverEntry,
} from '#engine/drivers/driver.ts';
import { GuestMemory } from '#engine/memory/guest-memory.ts';
import { irq, registers } from '#engine/memory/ide.ts';
import { hexadecimal, type Register } from '#engine/memory/register.ts';
import { DirectKernel, RecordingHost } from './device-bench.ts';

/** The disk answers once the guest has nothing more to do. */
export const whenIdle = Infinity;

/** A guest, a device and a disk. Interrupts are held back while guest code runs, as under Linux's lock. */
export class IdeBench {
  readonly memory: GuestMemory;
  readonly host: RecordingHost;
  readonly kernel: DirectKernel;
  readonly model: DeviceModel;
  readonly guest: StorageDriver;
  readonly log: string[] = [];
  readonly served: Transfer[] = [];
  /** Accesses that the disk takes for a transfer. */
  delay: number = whenIdle;
  /** Lets the handler in between two accesses of a submission, as a kernel without that lock would. */
  unlocked = false;
  private pending: { transfer: Transfer; accesses: number }[] = [];
  private taken = 0;
  private handled = 0;
  private handling = false;

  constructor(entry: DeviceEntry, driver: StorageDriverEntry, variant = 'piix3') {
    this.memory = new GuestMemory(entry.memoryBytes);
    this.host = new RecordingHost(this.memory);
    this.kernel = new DirectKernel(this.memory, 'isa', variant);
    this.model = entry.create(this.host, { variant, interrupts: 'isa', doorbellThreshold: 1 });
    this.kernel.device = this.watched();
    this.guest = driver.create(this.kernel);
    this.kernel.run(this.guest.open());
    this.log.length = 0;
  }

  /** One command from submission to its last access. */
  run(command: Partial<BlockCommand>): string[] {
    const from = this.log.length;
    const bytes = command.bytes ?? 4096;
    const pages = Array.from(
      { length: Math.ceil(bytes / 4096) },
      (_, page) => 0x5000_0000 + page * 8192,
    );
    const whole = {
      payload: 1,
      kind: 'read',
      sector: 2048,
      bytes,
      pages,
      tag: 0,
      cpu: 0,
      ...command,
    };
    this.guestRuns(this.guest.submit(whole as BlockCommand, true));
    while (this.pending.length > 0) {
      this.answer(whenIdle);
      this.deliver();
    }
    return this.log.slice(from);
  }

  private guestRuns(code: Driver): void {
    this.kernel.run(code);
    this.deliver();
  }

  /** A handler is not interrupted. */
  private deliver(): void {
    if (this.handling) return;
    this.handling = true;
    while (this.handled < this.host.fired) {
      this.handled++;
      this.kernel.run(this.guest.interrupt(irq));
    }
    this.handling = false;
  }

  private watched(): DeviceModel {
    const { model } = this;
    return {
      read: (register) => {
        const value = model.read(register);
        this.accessed('R', register, value);
        return value;
      },
      write: (register, value) => {
        model.write(register, value);
        this.accessed('W', register, value);
      },
      take: () => model.take(),
      finished: (transfer) => model.finished(transfer),
    };
  }

  private accessed(op: string, register: Register, value: number): void {
    const data = register === registers.data || register === registers.data16;
    const text = `${op} ${register.name}`;
    const same = data && this.log.at(-1)?.startsWith(`${text} x `);
    const times = same ? Number(this.log.pop()!.split(' x ')[1]) + 1 : 1;
    this.log.push(data ? `${text} x ${times}` : `${text} ${hexadecimal(value)}`);
    this.takeAll();
    this.answer(0);
    // Until its answer, a write that the device keeps open stops the guest.
    while (this.host.deferred) this.answer(whenIdle);
    if (this.unlocked) this.deliver();
  }

  private takeAll(): void {
    for (const each of this.pending) each.accesses--;
    if (this.taken === this.host.scheduled) return;
    this.taken = this.host.scheduled;
    for (let out = this.model.take(); out !== undefined; out = this.model.take()) {
      this.pending.push({ transfer: out, accesses: this.delay });
    }
  }

  private answer(at: number): void {
    const due = this.pending.filter(({ accesses }) => accesses <= at);
    this.pending = this.pending.filter(({ accesses }) => accesses > at);
    for (const { transfer } of due) {
      this.served.push(transfer);
      const before = this.host.fired;
      this.model.finished(transfer);
      if (this.host.fired > before) this.log.push('interrupt');
    }
  }
}
