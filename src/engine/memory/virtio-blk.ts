/** Registers and request layout of the virtio block device over PCI, shared by its driver and its device model. */
import { flag, type Register } from './register.ts';

const spec = 'virtio 1.2, 4.1.4';
const common = (name: string, offset: number, size: 2 | 4): Register => ({
  name,
  label: name,
  region: 'virtio-pci-common-virtio-blk',
  offset,
  size,
  doorbell: false,
  fields: [],
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
    region: 'virtio-pci-isr-virtio-blk',
    offset: 0x1000,
    size: 1,
    doorbell: false,
    fields: [
      flag(0, 'QUEUE', 'a queue has used buffers'),
      flag(1, 'CONFIG', 'the configuration changed'),
    ],
    spec: 'virtio 1.2, 4.1.4.5',
  },
  notify: {
    name: 'NOTIFY q0',
    label: 'NOTIFY q0',
    region: 'virtio-pci-notify-virtio-blk',
    offset: 0x3000,
    size: 2,
    doorbell: true,
    fields: [{ at: 0, bits: 16, name: 'queue', meaning: 'number of the queue with new requests' }],
    spec,
  },
} as const satisfies Record<string, Register>;

/** The only request queue. */
export const requestQueue = 0;
export const queueSize = 256;
/** Message vectors: 0 is for the configuration. */
export const vector = 1;

/** Header in front of the data (virtio 1.2, 5.2.6). */
export const header = { bytes: 16, type: 0, priority: 4, sector: 8 } as const;
export const requestType = { read: 0, write: 1, flush: 4 } as const;
/** Last byte of a request, written by the device. */
export const status = { bytes: 1, ok: 0, failed: 1, unsupported: 2 } as const;

export const pageBytes = 4096;
