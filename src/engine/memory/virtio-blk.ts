/** Registers and request layout of the virtio block device, shared by its driver and its device model. */
import { field, layout } from './layout.ts';
import type { Register } from './register.ts';
import { mmioRegisters } from './virtio-mmio.ts';
import { commonRegisters, notifyRegister, type VirtioRegisters } from './virtio-pci.ts';

/** Registers of one transport. */
export interface BlkRegisters extends VirtioRegisters {
  readonly notify: Register;
}

export const registers = {
  ...commonRegisters('virtio-blk'),
  notify: notifyRegister('virtio-blk', 0, 'requests'),
} as const satisfies BlkRegisters;
export const registersOverMemory: BlkRegisters = mmioRegisters('virtio-blk');

/** The only request queue. */
export const requestQueue = 0;
export const queueSize = 256;
/** Message vectors: 0 is for the configuration. */
export const vector = 1;

/** Header in front of the data, and the status byte behind it (virtio 1.2, 5.2.6), as Linux keeps them together. */
export const header = layout(
  'Block request',
  17,
  {
    type: field(0, 4, 'type', '0 read, 1 write, 4 flush', 'driver'),
    priority: field(4, 4, 'reserved', 'unused', 'driver'),
    sector: field(8, 8, 'sector', 'first sector of 512 bytes', 'driver'),
    status: field(16, 1, 'status', '0 is success', 'both'),
  },
  { status: 'device' },
);
/** Length of the header alone. */
export const requestHeaderBytes = header.status;
export const requestType = { read: 0, write: 1, flush: 4 } as const;
/** Last byte of a request, written by the device. */
export const status = { bytes: 1, ok: 0, failed: 1, unsupported: 2 } as const;

export const pageBytes = 4096;
