/**
 * VMware vmxnet3. Models: activation from the shared area, the transmit ring with its data ring,
 * the receive ring, both completion rings, generation bits, the doorbell threshold that the device
 * sets, automatic masking of a message vector, INTx with its cause register.
 * Leaves out: the second receive ring, events, offloads, LRO, several queues, coalescing. A
 * message that was held back masks its vector again when it goes out at last; QEMU masks only at
 * the first. Checked against: tests/engine/conformance, tests/engine/devices/vmxnet3. Semantics
 * follow QEMU; ESXi's own device is not public.
 */
import type { GuestMemory } from '../memory/guest-memory.ts';
import type { InterruptMode } from '../memory/interrupt.ts';
import type { Register } from '../memory/register.ts';
import {
  command,
  completion,
  descriptor,
  descriptorBytes,
  magic,
  queueBytes,
  receiveDescriptor,
  receiveQueue,
  registers,
  shared,
  transmitDescriptor,
  transmitQueue,
} from '../memory/vmxnet3.ts';
import type {
  DeviceEntry,
  DeviceHost,
  DeviceModel,
  DeviceOptions,
  IncomingFrame,
  Transfer,
} from './device.ts';

/** Vector that transmit and receive share on one queue pair. */
const queueVector = 0;

/** A ring walked by its device: the generation flips each time the index wraps. */
interface Walk {
  readonly base: number;
  readonly size: number;
  index: number;
  generation: number;
}

interface Active {
  readonly transmit: Walk;
  readonly transmitted: Walk;
  readonly receive: Walk;
  readonly received: Walk;
}

class Vmxnet3 implements DeviceModel {
  private readonly host: DeviceHost;
  private readonly memory: GuestMemory;
  private readonly interrupts: InterruptMode;
  private readonly threshold: number;
  private readonly values = new Map<Register, number>();
  private active: Active | undefined;
  private masked = true;
  private pending = false;

  constructor(host: DeviceHost, options: DeviceOptions) {
    this.host = host;
    this.memory = host.memory;
    this.interrupts = options.interrupts;
    this.threshold = options.doorbellThreshold;
  }

  read(register: Register): number {
    if (register !== registers.interruptCause) return this.values.get(register) ?? 0;
    const cause = this.pending ? 1 : 0;
    this.pending = false;
    // Reading the cause masks the vector, as a message does on its way out; the poll unmasks it.
    if (cause !== 0) this.masked = true;
    this.updateLine();
    return cause;
  }

  write(register: Register, value: number): void {
    this.values.set(register, value);
    switch (register) {
      case registers.command:
        if (value === command.activate) this.activate();
        return this.values.set(register, 0) && undefined;
      case registers.interruptMask:
        this.masked = (value & 1) !== 0;
        return this.deliverPending();
      case registers.transmitProducer:
        return this.host.schedule();
    }
  }

  take(): Transfer | undefined {
    const { transmit } = this.running();
    let bytes = 0;
    let payload = 0;
    for (let at = here(transmit); this.owned(at, transmit); at = here(transmit)) {
      const word2 = this.memory.read32(at + descriptor.word2);
      bytes += word2 & transmitDescriptor.lengthMask;
      payload ||= this.memory.payloadAt(this.memory.read64(at + descriptor.address));
      const last = transmit.index;
      advance(transmit);
      if (this.memory.read32(at + descriptor.word3) & transmitDescriptor.endOfPacket)
        return { kind: 'send', payload, bytes, token: last };
    }
    return undefined;
  }

  finished(frame: Transfer): void {
    const { transmitted } = this.running();
    const at = here(transmitted);
    this.memory.write32(at, frame.token & completion.indexMask);
    this.memory.write32(
      at + descriptor.word3,
      shifted(transmitted.generation, completion.generationAt),
    );
    advance(transmitted);
    this.interrupt();
  }

  deliver(frame: IncomingFrame): boolean {
    const { receive, received } = this.running();
    const buffer = here(receive);
    const generation =
      this.memory.read32(buffer + descriptor.word2) >>> receiveDescriptor.generationAt;
    if (generation !== receive.generation) return false;
    this.memory.putPayload(this.memory.read64(buffer + descriptor.address), frame.payload);
    const at = here(received);
    this.memory.write32(at, receive.index | completion.startOfPacket | completion.endOfPacket);
    this.memory.write32(at + descriptor.word2, frame.bytes);
    this.memory.write32(
      at + descriptor.word3,
      completion.typeReceive | shifted(received.generation, completion.generationAt),
    );
    advance(receive);
    advance(received);
    this.interrupt();
    return true;
  }

  private activate(): void {
    const { memory } = this;
    const area =
      (this.values.get(registers.sharedLow) ?? 0) +
      (this.values.get(registers.sharedHigh) ?? 0) * 2 ** 32;
    if (memory.read32(area + shared.magic) !== magic)
      throw new Error('the shared area does not begin with its magic number');
    const transmit = memory.read64(area + shared.queueDescriptors);
    const receive = transmit + queueBytes;
    memory.write32(transmit + transmitQueue.threshold, this.threshold);
    const transmitSize = memory.read32(transmit + transmitQueue.ringSize);
    this.active = {
      transmit: walk(memory.read64(transmit + transmitQueue.ring), transmitSize),
      transmitted: walk(memory.read64(transmit + transmitQueue.completionRing), transmitSize),
      receive: walk(
        memory.read64(receive + receiveQueue.ring),
        memory.read32(receive + receiveQueue.ringSize),
      ),
      received: walk(
        memory.read64(receive + receiveQueue.completionRing),
        memory.read32(receive + receiveQueue.completionSize),
      ),
    };
  }

  private owned(at: number, ring: Walk): boolean {
    return (
      ((this.memory.read32(at + descriptor.word2) >>> transmitDescriptor.generationAt) & 1) ===
      ring.generation
    );
  }

  private interrupt(): void {
    this.pending = true;
    this.deliverPending();
  }

  /** A message masks its vector as it goes out; a pin stays up until the cause is read. */
  private deliverPending(): void {
    if (this.interrupts === 'intx') return this.updateLine();
    if (!this.pending || this.masked) return;
    this.pending = false;
    this.masked = true;
    this.host.fire(queueVector);
  }

  private updateLine(): void {
    if (this.interrupts === 'intx') this.host.setInterruptLine(this.pending && !this.masked);
  }

  private running(): Active {
    if (this.active === undefined) throw new Error('the driver has not activated the device');
    return this.active;
  }
}

const walk = (base: number, size: number): Walk => ({ base, size, index: 0, generation: 1 });
const here = (ring: Walk): number => ring.base + ring.index * descriptorBytes;
const shifted = (bit: number, by: number): number => (bit << by) >>> 0;

function advance(ring: Walk): void {
  ring.index = (ring.index + 1) % ring.size;
  if (ring.index === 0) ring.generation ^= 1;
}

export const vmxnet3: DeviceEntry = {
  id: 'vmxnet3',
  title: 'vmxnet3',
  kind: 'network',
  class: 'paravirtual',
  registers: Object.values(registers),
  variants: ['v1'],
  interrupts: ['msix', 'msi', 'intx'],
  memoryBytes: 1 << 18,
  create: (host, options) => new Vmxnet3(host, options),
};
