/** What makes the requests of a workload and hands them over. */
import type { Peer } from '../host/pipeline.ts';

export interface Source extends Peer {
  /** Hands over so many requests, numbered from `first`. */
  ask(first: number, count: number): void;
  /** A request is over, so what it held is free. */
  release(request: number): void;
}
