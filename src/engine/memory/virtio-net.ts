/** Registers and numbers of the virtio network device over PCI, shared by its driver and its device model. */
import type { Register } from './register.ts';
import { commonRegisters, notifyRegister } from './virtio-pci.ts';

export const registers = {
  ...commonRegisters('virtio-net'),
  notifyReceive: notifyRegister('virtio-net', 0, 'buffers'),
  notifyTransmit: notifyRegister('virtio-net', 1, 'buffers'),
} as const satisfies Record<string, Register>;

export const queue = { receive: 0, transmit: 1 } as const;
/** Message vectors: 0 is for the configuration. */
export const vector = { receive: 1, transmit: 2 } as const;

/** Header in front of every frame, with the number of merged buffers. */
export const headerBytes = 12;
export const header = {
  flags: 0,
  segmentation: 1,
  packetHeaderBytes: 2,
  segmentBytes: 4,
  checksumStart: 6,
  checksumOffset: 8,
  buffers: 10,
} as const;
export const headerFlags = { needsChecksum: 1 } as const;
export const segmentationType = { none: 0, tcp4: 1 } as const;
/** Data of a large send stands in pieces of at most this length, as the kernel allocates them. */
export const pieceBytes = 32_768;
export const queueSize = 256;
export const bufferBytes = 1536;
