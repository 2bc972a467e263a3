/**
 * A VMBus ring that is worked by hand, one action at a time, by both of its ends: for labs. The bytes and the verdicts
 * are those of `VmbusRing`; beside each verdict stand the clauses of the rule that it follows from. Packets are those
 * of a network adapter: 64 bytes that name a section of the send buffer, or the answer to one.
 */
import { GuestMemory } from './guest-memory.ts';
import { nvspBytes, putSendComplete, putSendPacket, sendOverheadBytes } from './nvsp.ts';
import { plainFrameBytes } from './segmentation.ts';
import {
  completionRequested,
  control,
  packetBytes,
  packetType,
  pageBytes,
  VmbusRing,
} from './vmbus-ring.ts';

/** What the control page says, and what follows from it. */
export interface RingState {
  readonly writeIndex: number;
  readonly readIndex: number;
  readonly masked: boolean;
  readonly pendingSendSize: number;
  readonly usedBytes: number;
  readonly freeBytes: number;
}

interface Acted {
  readonly before: RingState;
  readonly after: RingState;
}

/** The producer wrote a packet: a signal is due where the ring was empty and is not masked. */
export interface Written extends Acted {
  readonly kind: 'written';
  /** Where the packet begins, its length in the ring, and its transaction. */
  readonly index: number;
  readonly bytes: number;
  readonly transaction: number;
  readonly wasEmpty: boolean;
  readonly masked: boolean;
  readonly signal: boolean;
}

/** The packet does not fit, since a ring is never filled to its last byte. */
export interface Refused extends Acted {
  readonly kind: 'refused';
  readonly neededBytes: number;
}

/** The consumer read a packet: a signal is due where the room that a producer waits for has just become free. */
export interface Read extends Acted {
  readonly kind: 'read';
  readonly index: number;
  readonly bytes: number;
  readonly transaction: number;
  readonly isAwaited: boolean;
  readonly hadRoom: boolean;
  readonly hasRoom: boolean;
  readonly signal: boolean;
}

/** There is nothing to read. */
export interface Nothing extends Acted {
  readonly kind: 'nothing';
}

/** A word of the control page was set; `isLeft` says that packets are there for a consumer that clears its mask. */
export interface WordSet extends Acted {
  readonly kind: 'masked' | 'cleared' | 'awaits';
  readonly isLeft: boolean;
}

export type RingAction = Written | Refused | Read | Nothing | WordSet;

/** How an implementation puts the question whether a waiting producer has room. */
export interface RoomRule {
  readonly title: string;
  /** Free bytes as it counts them, and the wanted ones. */
  readonly freeBytes: (state: RingState) => number;
  readonly wantedBytes: (state: RingState) => number;
  /** In words: free is `more than` or `at least` what is wanted. */
  readonly comparison: 'more than' | 'at least';
  readonly hasRoom: (state: RingState) => boolean;
}

/**
 * Linux counts all free bytes and asks for more than what is wanted (ring_buffer.c, hv_pkt_iter_close); OpenVMM counts
 * 8 less, since a ring is never full, drops the low bits of what is wanted and asks for at least that much
 * (vmbus_ring, commit_read). Indexes are multiples of 8, so the answers are the same.
 */
export const roomRules = {
  linux: {
    title: 'Linux',
    freeBytes: ({ freeBytes }) => freeBytes,
    wantedBytes: ({ pendingSendSize }) => pendingSendSize,
    comparison: 'more than',
    hasRoom: ({ freeBytes, pendingSendSize }) => freeBytes > pendingSendSize,
  },
  openvmm: {
    title: 'OpenVMM',
    freeBytes: ({ freeBytes }) => freeBytes - 8,
    wantedBytes: ({ pendingSendSize }) => pendingSendSize & ~7,
    comparison: 'at least',
    hasRoom: ({ freeBytes, pendingSendSize }) => freeBytes - 8 >= (pendingSendSize & ~7),
  },
} as const satisfies Record<string, RoomRule>;

/** Both ends of one ring. */
export class ScriptedRing {
  private readonly memory: GuestMemory;
  private readonly at: number;
  private readonly ringBytes: number;
  private readonly to: 'host' | 'guest';
  private readonly producer: VmbusRing;
  private readonly consumer: VmbusRing;
  private written = 0;

  /** A ring with so many bytes of data, whole pages. */
  constructor(memory: GuestMemory, to: 'host' | 'guest', dataBytes: number = pageBytes) {
    if (dataBytes < pageBytes || dataBytes % pageBytes !== 0)
      throw new RangeError(`a ring has whole pages of ${pageBytes} bytes, not ${dataBytes} bytes`);
    this.memory = memory;
    this.to = to;
    this.ringBytes = pageBytes + dataBytes;
    this.at = memory.allocate(this.ringBytes, pageBytes);
    this.producer = new VmbusRing(memory, this.at, this.ringBytes);
    this.consumer = new VmbusRing(memory, this.at, this.ringBytes);
    this.producer.reset(`to ${to}`, to);
  }

  get state(): RingState {
    const { writeIndex, readIndex, used, free } = this.producer;
    return {
      writeIndex,
      readIndex,
      masked: this.memory.read32(this.at + control.interruptMask) !== 0,
      pendingSendSize: this.memory.read32(this.at + control.pendingSendSize),
      usedBytes: used,
      freeBytes: free,
    };
  }

  /** Copies of the control page and of the data area. */
  get controlBytes(): Uint8Array {
    return this.memory.bytes(this.at, pageBytes);
  }
  get dataBytes(): Uint8Array {
    return this.memory.bytes(this.at + pageBytes, this.ringBytes - pageBytes);
  }

  /** The producer writes its next packet. */
  write(): Written | Refused {
    const before = this.state;
    const bytes = packetBytes(0, nvspBytes);
    if (before.freeBytes <= bytes)
      return { kind: 'refused', before, after: before, neededBytes: bytes };
    const transaction = ++this.written;
    this.put(transaction);
    const signal = this.producer.commit();
    return {
      kind: 'written',
      before,
      after: this.state,
      index: before.writeIndex,
      bytes,
      transaction,
      wasEmpty: before.writeIndex === before.readIndex,
      masked: before.masked,
      signal,
    };
  }

  /** The producer writes until the next packet does not fit. */
  fill(): Written[] {
    const written: Written[] = [];
    for (let action = this.write(); action.kind === 'written'; action = this.write())
      written.push(action);
    return written;
  }

  /** The consumer reads a packet and gives its bytes back. */
  read(): Read | Nothing {
    const before = this.state;
    const packet = this.consumer.next();
    if (packet === undefined) return { kind: 'nothing', before, after: before };
    const { transaction, payloadBytes } = packet;
    const signal = this.consumer.release();
    const after = this.state;
    const { hasRoom } = roomRules.linux;
    return {
      kind: 'read',
      before,
      after,
      index: before.readIndex,
      bytes: packetBytes(0, payloadBytes),
      transaction,
      isAwaited: before.pendingSendSize !== 0,
      hadRoom: hasRoom(before),
      hasRoom: hasRoom(after),
      signal,
    };
  }

  /** The consumer wants no signals. */
  mask(): WordSet {
    return this.set('masked', () => this.consumer.mask());
  }

  /** The consumer wants signals again, and must look once more where something is left. */
  clear(): WordSet {
    return this.set('cleared', () => this.consumer.unmask());
  }

  /** The producer asks to be signalled when more than so many bytes are free; 0 takes it back. */
  awaitRoom(bytes: number): WordSet {
    const most = this.ringBytes - pageBytes;
    if (!Number.isInteger(bytes) || bytes < 0 || bytes >= most)
      throw new RangeError(`a producer waits for 0 to ${most - 1} bytes, not ${bytes}`);
    return this.set('awaits', () => this.producer.awaitRoom(bytes));
  }

  private set(kind: WordSet['kind'], act: () => void): WordSet {
    const before = this.state;
    act();
    const after = this.state;
    return { kind, before, after, isLeft: after.usedBytes > 0 };
  }

  /** Requests go to the host, each with a section of its own; answers go to the guest. */
  private put(transaction: number): void {
    const { producer } = this;
    if (this.to === 'guest') {
      const payload = producer.begin(packetType.completion, 0, transaction, 0, nvspBytes);
      return putSendComplete(producer, payload);
    }
    const { inBand } = packetType;
    const payload = producer.begin(inBand, completionRequested, transaction, 0, nvspBytes);
    putSendPacket(producer, payload, transaction - 1, plainFrameBytes + sendOverheadBytes(false));
  }
}

/** A channel: a ring in either direction, in one guest's memory. */
export interface ScriptedChannel {
  readonly toHost: ScriptedRing;
  readonly toGuest: ScriptedRing;
}

export function scriptedChannel(dataBytes: number = pageBytes): ScriptedChannel {
  const memory = new GuestMemory(4 * (pageBytes + dataBytes));
  return {
    toHost: new ScriptedRing(memory, 'host', dataBytes),
    toGuest: new ScriptedRing(memory, 'guest', dataBytes),
  };
}
