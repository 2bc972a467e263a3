/**
 * Virtual interrupt coalescing by commands in flight, laid over a device model for one target. Models: interrupts
 * passed on while few commands are in flight, else a share of them that falls as their number grows; no timers.
 * Leaves out: the rate below which nothing is coalesced, and the delay of interrupts to another processor. The shares
 * are remembered from the paper, not read. Checked against: nothing is held back when it is the last in flight.
 */
import type {
  DeviceEntry,
  DeviceHost,
  DeviceModel,
  DeviceOptions,
  Transfer,
} from '../../devices/device.ts';
import type { Register } from '../../memory/register.ts';
import type { Change } from '../runs.ts';
import { hostWith } from './host.ts';

/** Commands in flight below which every completion interrupts. */
const threshold = 4;

/** So many completions in a row interrupt, then none until the second number is reached; by the commands in flight. */
function rhythm(inFlight: number): readonly [deliver: number, of: number] {
  if (inFlight < 2 * threshold) return [4, 5];
  if (inFlight < 3 * threshold) return [3, 4];
  if (inFlight < 4 * threshold) return [2, 3];
  return [1, Math.floor(inFlight / (2 * threshold))];
}

class Coalescing implements DeviceModel {
  private readonly device: DeviceModel;
  private inFlight = 0;
  /** Completions since the rhythm began. */
  private counter = 0;

  constructor(entry: DeviceEntry, host: DeviceHost, options: DeviceOptions) {
    const passOn = (vector: number): void => (this.delivers() ? host.fire(vector) : host.hold());
    this.device = entry.create(hostWith(host, passOn), options);
  }

  read(register: Register): number {
    return this.device.read(register);
  }

  write(register: Register, value: number): void {
    this.device.write(register, value);
  }

  take(): Transfer | undefined {
    const transfer = this.device.take();
    if (transfer !== undefined) this.inFlight++;
    return transfer;
  }

  finished(transfer: Transfer, more?: boolean): void {
    this.device.finished(transfer, more);
    this.inFlight--;
  }

  /** Whether this completion interrupts; always when only few are in flight, so none is left unannounced. */
  private delivers(): boolean {
    const [deliver, of] = rhythm(this.inFlight);
    const begins = this.inFlight < threshold || this.counter >= of;
    this.counter = begins ? 1 : this.counter + 1;
    return begins || this.counter <= deliver;
  }
}

export const coalescing: Change = {
  id: 'coalescing',
  says: 'the device interrupts for a share of its completions that falls with the commands in flight',
  source: 'vmware-vic-2011',
  device: (entry) => ({
    ...entry,
    create: (host, options) => new Coalescing(entry, host, options),
  }),
};
