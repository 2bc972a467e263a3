/**
 * Both descriptor rings as Linux's drivers of Intel adapters keep them (e1000_main.c, ixgbevf_main.c; Linux 6.1):
 * indexes that wrap, one descriptor always kept back so that a full ring and an empty one differ, and what was sent,
 * by the first descriptor of each packet. Leaves out: what descriptors hold, and when rings stop and wake.
 * Checked against: tests/engine/devices/e1000 and sriov-vf.
 */
import type { GuestMemory } from '../memory/guest-memory.ts';
import type { GuestKernel, RingLimit } from './driver.ts';

/** Descriptors of each ring, and the length of one. */
interface Sizes {
  readonly transmit: number;
  readonly receive: number;
  readonly descriptorBytes: number;
}

/** Lengths that both rings may be set to: multiples of 8, from a least that is the driver's own. */
export function ringLimits(
  { transmit, receive, descriptorBytes }: Sizes,
  min: number,
): Readonly<Record<'transmit' | 'receive', RingLimit>> {
  const limit = (usual: number): RingLimit => ({
    usual,
    min,
    max: 4096,
    step: 8,
    how: 'ethtool -G',
    entryBytes: descriptorBytes,
  });
  return { transmit: limit(transmit), receive: limit(receive) };
}

export abstract class IntelRings {
  protected readonly kernel: GuestKernel;
  protected readonly memory: GuestMemory;
  protected transmitRing = 0;
  protected receiveRing = 0;
  /** Payload, last descriptor and length of each packet, by its first descriptor. */
  protected readonly sent: Float64Array;
  protected readonly lastOf: Uint16Array;
  protected readonly bytesOf: Uint32Array;
  protected nextTransmit = 0;
  protected nextReaped = 0;
  protected nextReceive = 0;
  protected nextReturned = 0;
  protected stopped = false;
  protected readonly sizes: Sizes;

  constructor(kernel: GuestKernel, sizes: Sizes) {
    this.kernel = kernel;
    this.memory = kernel.memory;
    this.sizes = sizes;
    this.sent = new Float64Array(sizes.transmit);
    this.lastOf = new Uint16Array(sizes.transmit);
    this.bytesOf = new Uint32Array(sizes.transmit);
  }

  hasRoom(): boolean {
    return !this.stopped;
  }

  /** Transmit descriptors that a packet may take. */
  protected free(): number {
    const { transmit } = this.sizes;
    return transmit - ((this.nextTransmit - this.nextReaped + transmit) % transmit) - 1;
  }

  /** Takes the next transmit descriptor and returns its address. */
  protected transmitEntry(): number {
    const at = this.transmitRing + this.nextTransmit * this.sizes.descriptorBytes;
    this.nextTransmit = (this.nextTransmit + 1) % this.sizes.transmit;
    return at;
  }

  /** Notes a packet that begins with a descriptor, when all of it is filled. */
  protected noteSent(first: number, payload: number, bytes: number): void {
    this.sent[first] = payload;
    this.bytesOf[first] = bytes;
    this.lastOf[first] = (this.nextTransmit + this.sizes.transmit - 1) % this.sizes.transmit;
  }

  /** Receive descriptors without a buffer of the device's. */
  protected unused(): number {
    const { receive } = this.sizes;
    return (this.nextReceive - this.nextReturned - 1 + receive) % receive;
  }
}
