/** Registers and numbers of the virtio network device, shared by its driver and its device model. */
import { field, layout } from './layout.ts';
import type { Register } from './register.ts';
import { mmioRegisters } from './virtio-mmio.ts';
import { commonRegisters, notifyRegister, type VirtioRegisters } from './virtio-pci.ts';

/** Registers of one transport; over MMIO one announces what is new in either queue. */
export interface NetRegisters extends VirtioRegisters {
  readonly notifyReceive: Register;
  readonly notifyTransmit: Register;
}

export const registers = {
  ...commonRegisters('virtio-net'),
  notifyReceive: notifyRegister('virtio-net', 0, 'buffers'),
  notifyTransmit: notifyRegister('virtio-net', 1, 'buffers'),
} as const satisfies NetRegisters;

const { notify, ...overMemory } = mmioRegisters('virtio-net');
export const registersOverMemory: NetRegisters = {
  ...overMemory,
  notifyReceive: notify,
  notifyTransmit: notify,
};

export const queue = { receive: 0, transmit: 1 } as const;
/** Message vectors: 0 is for the configuration. */
export const vector = { receive: 1, transmit: 2 } as const;

/** Header in front of every frame, with the number of merged buffers. */
export const header = layout('Frame header', 12, {
  flags: field(0, 1, 'flags', '1: the checksum is to be inserted', 'driver'),
  segmentation: field(1, 1, 'gso_type', '0 none, 1 TCP over IPv4', 'driver'),
  packetHeaderBytes: field(2, 2, 'hdr_len', 'headers of each segment', 'driver'),
  segmentBytes: field(4, 2, 'gso_size', 'data of each segment', 'driver'),
  checksumStart: field(6, 2, 'csum_start', 'where the checksum begins', 'driver'),
  checksumOffset: field(8, 2, 'csum_offset', 'where it is stored, from there', 'driver'),
  buffers: field(10, 2, 'num_buffers', 'buffers that a received frame takes', 'driver'),
});
export const headerBytes = header.bytes;
export const headerFlags = { needsChecksum: 1 } as const;
export const segmentationType = { none: 0, tcp4: 1 } as const;
/** Data of a large send stands in pieces of at most this length, as the kernel allocates them. */
export const pieceBytes = 32_768;
export const queueSize = 256;
export const bufferBytes = 1536;
