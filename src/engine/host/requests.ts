/** The requests of one virtual machine that are under way: how far their submission has come, and what is left to serve. */
import type { Flow } from '../tracer.ts';

interface Request {
  /** The guest's own submission, for transfers that are taken in a batch. */
  flow: Flow | undefined;
  /** Bytes that the device model has not yet completed or delivered. */
  left: number;
}

export class Requests {
  private readonly all = new Map<number, Request>();

  /** A request begins, with so many bytes to be served. */
  begin(request: number, bytes: number): void {
    this.all.set(request, { flow: undefined, left: bytes });
  }

  /** The guest submits this request in that flow. */
  submittedBy(request: number, flow: Flow): void {
    const found = this.all.get(request);
    if (found !== undefined) found.flow = flow;
  }

  /** Cause of what the guest has submitted last for a request, if it is under way. */
  submission(request: number): number | undefined {
    return this.all.get(request)?.flow?.cause;
  }

  /** So many bytes are served; true when none is left. */
  served(request: number, bytes: number): boolean {
    const found = this.all.get(request);
    if (found === undefined) return false;
    const before = found.left;
    found.left -= bytes;
    return found.left <= 0 && (before > 0 || bytes === 0);
  }

  end(request: number): void {
    this.all.delete(request);
  }
}
