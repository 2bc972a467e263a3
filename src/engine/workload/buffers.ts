/** Buffers of a workload's requests in guest memory: taken for a request, and used again when it is over. */
import { pageBytes } from '../memory/block.ts';
import type { GuestMemory } from '../memory/guest-memory.ts';

export class Buffers {
  private readonly memory: GuestMemory;
  /** Number of the first request. */
  private readonly first: number;
  private readonly count: number;
  private readonly bytes: number;
  private readonly spare: number[][] = [];
  private readonly taken: (number[] | undefined)[] = [];

  /** For each request so many buffers of so many bytes. */
  constructor(parts: { memory: GuestMemory; first: number; count: number; bytes: number }) {
    this.memory = parts.memory;
    this.first = parts.first;
    this.count = parts.count;
    this.bytes = parts.bytes;
  }

  /** Addresses for a request; its buffers are not contiguous, so that each is a segment of its own. */
  take(request: number): readonly number[] {
    const buffers = this.spare.pop() ?? this.fresh();
    this.taken[request - this.first] = buffers;
    return buffers;
  }

  release(request: number): void {
    const index = request - this.first;
    const buffers = this.taken[index];
    if (buffers === undefined) return;
    this.taken[index] = undefined;
    this.spare.push(buffers);
  }

  private fresh(): number[] {
    const { memory, count, bytes } = this;
    return Array.from({ length: count }, () => memory.reserve(2 * bytes, pageBytes));
  }
}
