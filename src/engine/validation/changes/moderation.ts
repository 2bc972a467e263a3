/**
 * A bound on the rate of a device's interrupts, as ESXi puts on vmxnet3 unless told otherwise: 4,000 a second. Models:
 * the first edge of a vector goes out at once, the next not before the gap has passed. Leaves out: how ESXi finds the
 * rate, which is not public.
 */
import type { DeviceHost } from '../../devices/device.ts';
import type { Change } from '../runs.ts';
import { hostWith } from './host.ts';

const gapNs = 250_000;

interface Vector {
  /** The gap after its last edge has not passed. */
  waits: boolean;
  /** An edge is held back until then. */
  held: boolean;
}

function moderated(host: DeviceHost): DeviceHost['fire'] {
  const vectors: Vector[] = [];
  const fire = (number: number): void => {
    const vector = (vectors[number] ??= { waits: false, held: false });
    if (vector.waits) {
      vector.held = true;
      return;
    }
    vector.waits = true;
    host.fire(number);
    host.after(gapNs, () => {
      vector.waits = false;
      if (!vector.held) return;
      vector.held = false;
      fire(number);
    });
  };
  return fire;
}

export const moderation: Change = {
  id: 'moderation',
  says: 'the device interrupts at most 4,000 times a second',
  source: 'vmware-interrupt-coalescing',
  device: (entry) => ({
    ...entry,
    create: (host, options) => entry.create(hostWith(host, moderated(host)), options),
  }),
};
