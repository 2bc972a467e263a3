/** The requests of one virtual machine: how far the submission of each has come, and what is left to serve. */
import type { Flow } from './flow.ts';

export class Requests {
  /** Number of the first request. */
  private readonly first: number;
  /** The flow in which the guest submits a request, and its cause once it has. */
  private readonly flows: (Flow | undefined)[] = [];
  private readonly causes: Int32Array;
  /** Bytes that the device model has not yet completed or delivered; -1 for a request that is not under way. */
  private readonly left: Float64Array;

  constructor(first: number, count: number) {
    this.first = first;
    this.left = new Float64Array(count).fill(-1);
    this.causes = new Int32Array(count).fill(-1);
  }

  /** A request begins, with so many bytes to be served. */
  begin(request: number, bytes: number): void {
    this.left[request - this.first] = bytes;
  }

  /** The guest submits this request in that flow. */
  submittedBy(request: number, flow: Flow): void {
    this.flows[request - this.first] = flow;
  }

  /** The guest has submitted it: what follows follows from this cause. */
  submitted(request: number, cause: number): void {
    const index = request - this.first;
    this.flows[index] = undefined;
    this.causes[index] = cause;
  }

  /** Cause of what the guest has submitted last for a request; -1 where it has submitted nothing. */
  submission(request: number): number {
    const index = request - this.first;
    return this.flows[index]?.cause ?? this.causes[index] ?? -1;
  }

  /** So many bytes are served; true when none is left. */
  served(request: number, bytes: number): boolean {
    const index = request - this.first;
    const before = this.left[index]!;
    if (before < 0 || (before === 0 && bytes > 0)) return false;
    const after = Math.max(0, before - bytes);
    this.left[index] = after;
    return after === 0;
  }

  isUnderWay(request: number): boolean {
    return this.left[request - this.first]! >= 0;
  }

  end(request: number): void {
    this.left[request - this.first] = -1;
  }
}
