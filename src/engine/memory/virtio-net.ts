/** Registers and numbers of the virtio network device over PCI, shared by its driver and its device model. */
import { flag, type Register } from './register.ts';

const spec = 'virtio 1.2, 4.1.4';
const common = (name: string, offset: number, size: 2 | 4): Register => ({
  name,
  label: name,
  region: 'virtio-pci-common-virtio-net',
  offset,
  size,
  doorbell: false,
  fields: [],
  spec,
});
const notify = (queue: number): Register => ({
  name: `NOTIFY q${queue}`,
  label: `NOTIFY q${queue}`,
  region: 'virtio-pci-notify-virtio-net',
  offset: 0x3000 + 4 * queue,
  size: 2,
  doorbell: true,
  fields: [{ at: 0, bits: 16, name: 'queue', meaning: 'number of the queue with new buffers' }],
  spec,
});

export const registers = {
  queueSelect: common('QUEUE_SELECT', 0x16, 2),
  queueSize: common('QUEUE_SIZE', 0x18, 2),
  queueEnable: common('QUEUE_ENABLE', 0x1c, 2),
  queueDescriptors: common('QUEUE_DESC', 0x20, 4),
  queueDriver: common('QUEUE_DRIVER', 0x28, 4),
  queueDevice: common('QUEUE_DEVICE', 0x30, 4),
  interruptStatus: {
    name: 'ISR',
    label: 'ISR',
    region: 'virtio-pci-isr-virtio-net',
    offset: 0x1000,
    size: 1,
    doorbell: false,
    fields: [
      flag(0, 'QUEUE', 'a queue has used buffers'),
      flag(1, 'CONFIG', 'the configuration changed'),
    ],
    spec: 'virtio 1.2, 4.1.4.5',
  },
  notifyReceive: notify(0),
  notifyTransmit: notify(1),
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
