/** What the virtual machines of a host share: clock, prices, counters, the hardware, and the context of its driver. */
import type { Architecture, Placement } from '../architectures/architecture.ts';
import { Counts } from './counts.ts';
import { Server } from '../des/server.ts';
import { Room } from '../des/room.ts';
import { Simulation } from '../des/simulation.ts';
import { segmentsOf, wireBytesOf } from '../memory/segmentation.ts';
import type { PriceList } from '../parameters/price-list.ts';
import type { Price } from '../vocabulary/trace.ts';
import { type Duration } from '../vocabulary/units.ts';
import { Ways } from './ways.ts';

export class Machine {
  readonly architecture: Architecture;
  readonly simulation = new Simulation();
  readonly counts = new Counts();
  readonly prices: PriceList;
  readonly card: Server;
  readonly disk: Server;
  /** The kernel context in which the physical driver runs when its hardware has interrupted. */
  readonly driverContext: Server;
  /** Receive descriptors of the card. */
  readonly receiveRing: Room;
  /** How long a frame of a size occupies the wire, by placement. */
  private readonly wireTimes = new Map<Placement, Map<number, Duration>>();
  private readonly ways = new Map<Placement, Ways>();

  constructor(architecture: Architecture, prices: PriceList) {
    this.architecture = architecture;
    this.prices = prices;
    const { simulation } = this;
    this.card = new Server('network card', simulation);
    this.disk = new Server('disk', simulation, prices.value('disk-parallelism'));
    const contexts = prices.value('driver-contexts');
    this.driverContext = new Server('physical driver', simulation, contexts);
    this.receiveRing = new Room(contexts * prices.value('physical-ring'));
  }

  /** The ways of a placement. */
  waysOf(placement: Placement): Ways {
    const known = this.ways.get(placement);
    if (known !== undefined) return known;
    const fresh = new Ways(this.architecture, placement, this.counts);
    this.ways.set(placement, fresh);
    return fresh;
  }

  /** How long a frame occupies the wire, or all the segments that it becomes. */
  wireTime(placement: Placement, bytes: number): Duration {
    let times = this.wireTimes.get(placement);
    if (times === undefined) this.wireTimes.set(placement, (times = new Map()));
    let time = times.get(bytes);
    if (time === undefined) {
      const onWire = wireBytesOf(bytes) + segmentsOf(bytes) * this.prices.value('wire-overhead');
      time = this.prices.bill(wirePricesOf(placement), { bytes: onWire }).takes;
      times.set(bytes, time);
    }
    return time;
  }
}

/** What a frame pays on the wire for each of its bytes. */
const wirePricesOf = ({ places }: Placement): readonly Price[] =>
  (places['network-card']?.does.transmit ?? []).flatMap(({ activity }) =>
    activity.prices.filter(({ per }) => per === 'byte'),
  );
