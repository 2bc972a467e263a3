/**
 * VMware vmxnet3. Models: activation from the shared area, the transmit ring with its data ring,
 * the receive ring and (v3) its data ring, both completion rings, generation bits, the doorbell threshold
 * that the device sets, frames for segmentation, masking of a message vector by the device (AUTO) or by the
 * guest (ACTIVE), the wish for the receive producer index, INTx with its cause register, several queues, each with the
 * vector that its descriptor names; a received frame's queue follows from its flow.
 * Leaves out: the second receive ring, events, checksums, LRO, coalescing, the table by which RSS spreads frames. A
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
  completionEntry,
  descriptor,
  descriptorBytes,
  magic,
  maskMode,
  mostQueues,
  queueBytes,
  queueOf,
  queueRegisterAt,
  receiveDescriptor,
  receiveQueue,
  registers,
  registersOfQueue,
  shared,
  transmitDescriptor,
  transmitQueue,
  variants,
  withoutQueue,
} from '../memory/vmxnet3.ts';
import {
  type DeviceEntry,
  type DeviceHost,
  type DeviceModel,
  type DeviceOptions,
  type IncomingFrame,
  paddedBytes,
  type Transfer,
} from './device.ts';

/** A ring walked by its device: the generation flips each time the index wraps. */
interface Walk {
  readonly base: number;
  readonly size: number;
  index: number;
  generation: number;
}

interface Vector {
  readonly number: number;
  masked: boolean;
  pending: boolean;
}

interface TransmitQueue {
  readonly number: number;
  readonly vector: Vector;
  readonly transmit: Walk;
  readonly transmitted: Walk;
}

interface ReceiveQueue {
  readonly vector: Vector;
  readonly receive: Walk;
  readonly received: Walk;
  /** Slots for short frames; of no bytes where there are none. */
  readonly dataRing: number;
  readonly dataSlotBytes: number;
}

interface Active {
  readonly transmitQueues: readonly TransmitQueue[];
  readonly receiveQueues: readonly ReceiveQueue[];
}

/** A transfer's token: number of its queue, and index of its last descriptor. */
const queueAt = 12;

class Vmxnet3 implements DeviceModel {
  private readonly host: DeviceHost;
  private readonly memory: GuestMemory;
  private readonly interrupts: InterruptMode;
  private readonly threshold: number;
  private readonly masksItself: boolean;
  private readonly wantsProducer: boolean;
  private readonly hasDataRing: boolean;
  private sharedLow = 0;
  private sharedHigh = 0;
  private answer = 0;
  private active: Active | undefined;
  private readonly vectors = Array.from({ length: mostQueues }, (_, number): Vector => ({
    number,
    masked: true,
    pending: false,
  }));
  /** Queue that is looked at next. */
  private turn = 0;

  constructor(host: DeviceHost, options: DeviceOptions) {
    this.host = host;
    this.memory = host.memory;
    this.interrupts = options.interrupts;
    this.threshold = options.doorbellThreshold;
    this.masksItself = options.variant !== 'v1-active';
    this.wantsProducer = options.variant === 'v1-update';
    this.hasDataRing = options.variant === 'v3';
  }

  read(register: Register): number {
    if (register === registers.command) return this.answer;
    if (register !== registers.interruptCause) return 0;
    const pin = this.vectors[0]!;
    const cause = pin.pending ? 1 : 0;
    pin.pending = false;
    // Reading the cause masks the vector, as a message does on its way out; the poll unmasks it.
    if (cause !== 0 && this.masksItself) pin.masked = true;
    this.updateLine();
    return cause;
  }

  write(register: Register, value: number): void {
    if (register.region === 'vmxnet3-b0') return this.writeOfQueue(register.offset, value);
    switch (register) {
      case registers.sharedLow:
        this.sharedLow = value;
        break;
      case registers.sharedHigh:
        this.sharedHigh = value;
        break;
      case registers.command:
        return this.command(value);
    }
  }

  private writeOfQueue(offset: number, value: number): void {
    switch (withoutQueue(offset)) {
      case queueRegisterAt.interruptMask: {
        const vector = this.vectors[queueOf(offset)]!;
        vector.masked = (value & 1) !== 0;
        return this.deliverPending(vector);
      }
      case queueRegisterAt.transmitProducer:
        return this.host.schedule();
    }
  }

  take(): Transfer | undefined {
    const { transmitQueues } = this.running();
    for (let seen = 0; seen < transmitQueues.length; seen++) {
      const transfer = this.takeFrom(transmitQueues[this.turn]!);
      this.turn = (this.turn + 1) % transmitQueues.length;
      if (transfer !== undefined) return transfer;
    }
    return undefined;
  }

  private takeFrom({ transmit, number }: TransmitQueue): Transfer | undefined {
    let bytes = 0;
    let payload = 0;
    for (let at = here(transmit); this.owned(at, transmit); at = here(transmit)) {
      const word2 = this.memory.read32(at + descriptor.word2);
      bytes += word2 & transmitDescriptor.lengthMask || transmitDescriptor.mostBytes;
      payload ||= this.memory.payloadAt(at);
      const last = transmit.index;
      advance(transmit);
      if (this.memory.read32(at + descriptor.word3) & transmitDescriptor.endOfPacket)
        return { kind: 'send', payload, bytes, token: (number << queueAt) | last };
    }
    return undefined;
  }

  finished(frame: Transfer): void {
    const { transmitted, vector } = this.running().transmitQueues[frame.token >>> queueAt]!;
    const at = here(transmitted);
    this.memory.write32(at + completionEntry.index, frame.token & completion.indexMask);
    this.memory.write32(
      at + completionEntry.word3,
      shifted(transmitted.generation, completion.generationAt),
    );
    advance(transmitted);
    this.interrupt(vector);
  }

  private queueOfFrame({ flow = 0 }: IncomingFrame): ReceiveQueue {
    const { receiveQueues } = this.running();
    return receiveQueues[flow % receiveQueues.length]!;
  }

  hasBuffer(frame: IncomingFrame, ahead: number): boolean {
    const { receive } = this.queueOfFrame(frame);
    const wrapped = receive.index + ahead >= receive.size;
    const at = receive.base + ((receive.index + ahead) % receive.size) * descriptorBytes;
    const generation = this.memory.read32(at + descriptor.word2) >>> receiveDescriptor.generationAt;
    return generation === (wrapped ? receive.generation ^ 1 : receive.generation);
  }

  deliver(frame: IncomingFrame): boolean {
    if (!this.hasBuffer(frame, 0)) return false;
    const { receive, received, dataRing, dataSlotBytes, vector } = this.queueOfFrame(frame);
    const buffer = here(receive);
    const bytes = paddedBytes(frame);
    const copied = bytes <= dataSlotBytes;
    this.memory.putPayload(
      copied
        ? dataRing + receive.index * dataSlotBytes
        : this.memory.read64(buffer + descriptor.address),
      frame.payload,
    );
    const at = here(received);
    const whole = completion.startOfPacket | completion.endOfPacket;
    const ring = copied ? completion.dataRing << completion.ringAt : 0;
    this.memory.write32(at + completionEntry.index, receive.index | whole | ring);
    this.memory.write32(at + completionEntry.length, bytes);
    this.memory.write32(
      at + completionEntry.word3,
      completion.typeReceive | shifted(received.generation, completion.generationAt),
    );
    advance(receive);
    advance(received);
    this.interrupt(vector);
    return true;
  }

  private command(value: number): void {
    this.answer = 0;
    if (value === command.activate) this.activate();
    if (value === command.interruptConfiguration)
      this.answer = (this.masksItself ? maskMode.automatic : maskMode.active) << maskMode.at;
  }

  private activate(): void {
    const { memory } = this;
    const area = this.sharedLow + this.sharedHigh * 2 ** 32;
    if (memory.read32(area + shared.magic) !== magic)
      throw new Error('the shared area does not begin with its magic number');
    const descriptors = memory.read64(area + shared.queueDescriptors);
    const transmitQueues = memory.read8(area + shared.transmitQueues);
    const receiveQueues = memory.read8(area + shared.receiveQueues);
    this.active = {
      transmitQueues: Array.from({ length: transmitQueues }, (_, number) =>
        this.transmitQueue(descriptors + number * queueBytes, number),
      ),
      receiveQueues: Array.from({ length: receiveQueues }, (_, number) =>
        this.receiveQueue(descriptors + (transmitQueues + number) * queueBytes),
      ),
    };
  }

  private transmitQueue(at: number, number: number): TransmitQueue {
    const { memory } = this;
    memory.write32(at + transmitQueue.threshold, this.threshold);
    const size = memory.read32(at + transmitQueue.ringSize);
    return {
      number,
      vector: this.vectors[memory.read8(at + transmitQueue.vector)]!,
      transmit: walk(memory.read64(at + transmitQueue.ring), size),
      transmitted: walk(memory.read64(at + transmitQueue.completionRing), size),
    };
  }

  private receiveQueue(at: number): ReceiveQueue {
    const { memory } = this;
    memory.write8(at + receiveQueue.updateProducer, this.wantsProducer ? 1 : 0);
    const completions = memory.read32(at + receiveQueue.completionSize);
    return {
      vector: this.vectors[memory.read8(at + receiveQueue.vector)]!,
      receive: walk(
        memory.read64(at + receiveQueue.ring),
        memory.read32(at + receiveQueue.ringSize),
      ),
      received: walk(memory.read64(at + receiveQueue.completionRing), completions),
      dataRing: memory.read64(at + receiveQueue.dataRing),
      dataSlotBytes: this.hasDataRing ? memory.read16(at + receiveQueue.dataSlotBytes) : 0,
    };
  }

  private owned(at: number, ring: Walk): boolean {
    return (
      ((this.memory.read32(at + descriptor.word2) >>> transmitDescriptor.generationAt) & 1) ===
      ring.generation
    );
  }

  private interrupt(vector: Vector): void {
    vector.pending = true;
    this.deliverPending(vector);
  }

  /** A message masks its vector as it goes out (AUTO); a pin stays up until the cause is read. */
  private deliverPending(vector: Vector): void {
    if (this.interrupts === 'intx') return this.updateLine();
    if (!vector.pending || vector.masked) return;
    vector.pending = false;
    vector.masked = this.masksItself;
    this.host.fire(vector.number);
  }

  private updateLine(): void {
    if (this.interrupts !== 'intx') return;
    const { pending, masked } = this.vectors[0]!;
    this.host.setInterruptLine(pending && !masked);
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
  registers: [
    ...Object.values(registers),
    ...registersOfQueue.slice(1).flatMap((each) => Object.values(each)),
  ],
  variants,
  interrupts: ['msix', 'msi', 'intx'],
  memoryBytes: mostQueues << 18,
  missedCounter: 'pkts rx OOB',
  create: (host, options) => new Vmxnet3(host, options),
};
