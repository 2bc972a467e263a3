/** The networks that `npm run bench` runs on several simulators, in the words of the engine. */
import type { ClosedLoad, OpenLoad } from '#engine/des/network.ts';
import type { Exponential } from '#engine/des/distribution.ts';
import { microseconds } from '#engine/vocabulary/units.ts';

/** Service times are exponential, so that every simulator has the distribution. */
interface ModelStation {
  readonly id: string;
  readonly servers: number;
  readonly service: Exponential;
}

export interface Model {
  readonly name: string;
  /** Arrivals from outside and ends of service, after which the run stops: the same for every simulator. */
  readonly events: number;
  readonly stations: readonly ModelStation[];
  readonly loads: readonly (ClosedLoad | (OpenLoad & { readonly gap: Exponential }))[];
}

const about = (us: number): Exponential => ({ kind: 'exponential', mean: microseconds(us) });

/**
 * 64 virtual machines with 32 requests each on a host of 16 processors: every request is prepared by its guest, exits,
 * is taken over by a worker of the host, goes through the switch to the device, and comes round again.
 */
export const closedNetwork: Model = {
  name: 'closed network',
  events: 200_000,
  stations: [
    { id: 'guest', servers: 16, service: about(20) },
    { id: 'exit', servers: 4, service: about(2) },
    { id: 'worker', servers: 4, service: about(4) },
    { id: 'switch', servers: 1, service: about(1) },
    { id: 'device', servers: 8, service: about(10) },
  ],
  loads: [
    {
      id: 'requests',
      kind: 'closed',
      customers: 64 * 32,
      stops: ['guest', 'exit', 'worker', 'switch', 'device'],
    },
  ],
};

/** One server that is busy for 0.8 of the time. */
export const singleServer: Model = {
  name: 'M/M/1',
  events: 200_000,
  stations: [{ id: 'server', servers: 1, service: about(8) }],
  loads: [{ id: 'arrivals', kind: 'open', gap: about(10), stops: ['server'] }],
};
