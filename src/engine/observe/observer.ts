/**
 * Watches the first virtual machine of a run and writes its journal. It supplies the guest memory and stands
 * between the device model and the host, so that a run that nobody watches carries no trace of it: no branch, no
 * call. Watching changes nothing that is computed.
 *
 * An entry is put down with the number of events written so far; when the trace is complete and in order, `journal`
 * finds the event that it belongs to.
 */
import type { DeviceHost, DeviceModel } from '../devices/device.ts';
import { GuestMemory } from '../memory/guest-memory.ts';
import type { Structure } from '../memory/layout.ts';
import type { Register } from '../memory/register.ts';
import type { TraceEvent } from '../vocabulary/trace.ts';
import type { Instant } from '../vocabulary/units.ts';
import {
  type Journal,
  type JournalEntry,
  type MemoryAccess,
  setUp,
  type Side,
  type Wanted,
} from './journal.ts';

/** The clock and the trace of the run that is watched; the trace grows meanwhile. */
export interface Watched {
  readonly clock: { readonly now: Instant };
  readonly events: readonly TraceEvent[];
}

type Distribute<E> = E extends JournalEntry ? Omit<E, 'event' | 'at'> : never;
type Body = Distribute<JournalEntry>;

interface Raw {
  readonly body: Body;
  readonly at: Instant;
  readonly side: Side;
  /** Events written before; none yet during set-up. */
  readonly after: number;
}

export class Observer {
  private readonly wanted: Wanted;
  private readonly raw: Raw[] = [];
  private watched: Watched | undefined;
  private observed: ObservedMemory | undefined;
  /** Whose code runs now. */
  private side: Side = 'driver';
  private isSettingUp = true;
  private raised = false;
  /** What was last written to each register, by name. */
  private readonly values = new Map<string, number>();

  constructor(wanted: Wanted) {
    this.wanted = wanted;
  }

  /** Guest memory that tells of its accesses. */
  memory(bytes: number, watched: Watched): GuestMemory {
    this.watched = watched;
    const { writes = false, reads = false } = this.wanted;
    this.observed = new ObservedMemory(bytes, { writes, reads }, (access) =>
      this.note({ ...access, by: this.side, publishes: this.publishes(access) }),
    );
    return this.observed;
  }

  /** The device model that `create` makes, watched on both sides. */
  model(host: DeviceHost, create: (host: DeviceHost) => DeviceModel): DeviceModel {
    const model = create(this.hostOf(host));
    const { registers = false } = this.wanted;
    const note = (op: 'read' | 'write', register: Register, value: number): void => {
      if (registers) this.noteRegister(op, register, value >>> 0);
    };
    const seen: DeviceModel = {
      read: (register) =>
        this.asDevice(() => {
          const value = model.read(register);
          note('read', register, value);
          return value;
        }),
      write: (register, value) =>
        this.asDevice(() => {
          note('write', register, value);
          model.write(register, value);
        }),
      take: () => this.asDevice(() => model.take()),
      finished: (transfer, more) => this.asDevice(() => model.finished(transfer, more)),
    };
    if (model.deliver !== undefined)
      seen.deliver = (frame, more) => this.asDevice(() => model.deliver!(frame, more));
    if (model.hasBuffer !== undefined)
      seen.hasBuffer = (frame, ahead) => this.asDevice(() => model.hasBuffer!(frame, ahead));
    if (model.awaitBuffer !== undefined)
      seen.awaitBuffer = () => this.asDevice(() => model.awaitBuffer!());
    if (model.flush !== undefined) seen.flush = () => this.asDevice(() => model.flush!());
    if (model.miss !== undefined) seen.miss = (more) => this.asDevice(() => model.miss!(more));
    if (model.open !== undefined) seen.open = (offer) => this.asDevice(() => model.open!(offer));
    return seen;
  }

  /** The driver has set its device up: what follows belongs to the trace. */
  opened(): void {
    this.isSettingUp = false;
  }

  /** What was seen up to the end of the last event that was kept, once the trace is in order. */
  journal(): Journal {
    const events = this.watched?.events ?? [];
    const end = events.reduce((last, { until }) => Math.max(last, until), 0);
    const finder = new EventFinder(events);
    const entries = this.raw
      .filter(({ at }) => at <= end)
      .map(({ body, at, side, after }): JournalEntry => ({
        ...body,
        at,
        event: after < 0 ? setUp : finder.eventOf(side, after, at),
      }));
    return { structures: this.observed?.structures ?? [], entries };
  }

  /** The host as the device model sees it. */
  private hostOf(host: DeviceHost): DeviceHost {
    const { interrupts = false } = this.wanted;
    return {
      memory: host.memory,
      setInterruptLine: (raised) => {
        if (interrupts && raised !== this.raised) this.note({ kind: 'line', raised });
        this.raised = raised;
        host.setInterruptLine(raised);
      },
      fire: (vector) => {
        if (interrupts) this.note({ kind: 'message', vector });
        host.fire(vector);
      },
      hold: () => host.hold(),
      schedule: () => host.schedule(),
      defer: () => host.defer(),
      answer: () => host.answer(),
      steerFrames: (here) => host.steerFrames(here),
      after: (nanoseconds, action) => host.after(nanoseconds, () => this.asDevice(action)),
    };
  }

  private noteRegister(op: 'read' | 'write', { name, leadsTo }: Register, value: number): void {
    if (op === 'write') this.values.set(name, value);
    const selected = leadsTo?.registers[this.values.get(leadsTo.selector) ?? 0];
    const behind = selected === undefined ? {} : { behind: selected.label };
    this.note({ kind: 'register', op, register: name, value, ...behind });
  }

  private asDevice<T>(code: () => T): T {
    const { side } = this;
    this.side = 'device';
    const result = code();
    this.side = side;
    return result;
  }

  private publishes({ kind, structure, offset, bytes }: Access): boolean {
    const { layout } = this.observed!.structures[structure]!;
    return (
      kind === 'write' &&
      layout.publishes.some(
        (shown) =>
          shown.offset >= offset &&
          shown.offset < offset + bytes &&
          (shown.by === 'both' || shown.by === this.side),
      )
    );
  }

  private note(body: Body): void {
    const { clock, events } = this.watched!;
    const after = this.isSettingUp ? -1 : events.length;
    this.raw.push({ body, at: clock.now, side: this.side, after });
  }
}

type Access = Omit<MemoryAccess, 'event' | 'at' | 'by' | 'publishes'>;

/** Guest memory that tells of accesses to declared structures. */
class ObservedMemory extends GuestMemory {
  private readonly tell: (access: Access) => void;
  private readonly writes: boolean;
  private readonly reads: boolean;
  /** Structures in the order of their addresses, by their numbers. */
  private sorted: number[] = [];

  constructor(
    bytes: number,
    { writes, reads }: { writes: boolean; reads: boolean },
    tell: (access: Access) => void,
  ) {
    super(bytes);
    this.writes = writes;
    this.reads = reads;
    this.tell = tell;
  }

  override read8(at: number): number {
    return this.hear('read', at, 1, super.read8(at));
  }
  override read16(at: number): number {
    return this.hear('read', at, 2, super.read16(at));
  }
  override read32(at: number): number {
    return this.hear('read', at, 4, super.read32(at));
  }
  override write8(at: number, value: number): void {
    super.write8(at, value);
    this.hear('write', at, 1, super.read8(at));
  }
  override write16(at: number, value: number): void {
    super.write16(at, value);
    this.hear('write', at, 2, super.read16(at));
  }
  override write32(at: number, value: number): void {
    super.write32(at, value);
    this.hear('write', at, 4, super.read32(at));
  }

  private hear(kind: 'read' | 'write', at: number, bytes: 1 | 2 | 4, value: number): number {
    if (kind === 'read' ? !this.reads : !this.writes) return value;
    const number = this.structureAt(at);
    if (number === undefined) return value;
    const { at: start, stride } = this.structures[number]!;
    const index = Math.floor((at - start) / stride);
    const offset = at - start - index * stride;
    this.tell({ kind, structure: number, index, offset, bytes, value });
    return value;
  }

  /** Number of the structure that covers an address. */
  private structureAt(at: number): number | undefined {
    if (this.sorted.length !== this.structures.length) this.sort();
    let low = 0;
    let high = this.sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.structures[this.sorted[middle]!]!.at <= at) low = middle + 1;
      else high = middle;
    }
    const number = this.sorted[low - 1];
    return number !== undefined && covers(this.structures[number]!, at) ? number : undefined;
  }

  private sort(): void {
    this.sorted = this.structures
      .map((_, number) => number)
      .sort((a, b) => this.structures[a]!.at - this.structures[b]!.at);
  }
}

const covers = ({ at, count, stride, layout }: Structure, address: number): boolean =>
  address < at + count * stride && (address - at) % stride < layout.bytes;

/** Finds the event of a complete trace that something belongs to. */
class EventFinder {
  private readonly events: readonly TraceEvent[];
  /** Places of the events that end at an instant, in the order in which they were written. */
  private readonly ending = new Map<Instant, number[]>();

  /** The events as they were written; their numbers are those of the trace in order. */
  constructor(events: readonly TraceEvent[]) {
    this.events = events;
    for (const [place, { kind, until }] of events.entries()) {
      if (kind === 'vcpu') continue;
      const known = this.ending.get(until);
      if (known === undefined) this.ending.set(until, [place]);
      else known.push(place);
    }
  }

  /**
   * The guest's code leads to the event that it writes next, at the same instant; the device model's belongs to the
   * event that ended as it began.
   */
  eventOf(side: Side, after: number, at: Instant): number {
    const next = this.events[after];
    if (side === 'driver' && next?.at === at && next.domain === 'guest') return next.id;
    const brought =
      side === 'device' ? this.ending.get(at)?.findLast((place) => place < after) : -1;
    if (brought !== undefined && brought >= 0) return this.events[brought]!.id;
    return this.lastBefore(after, at, side);
  }

  private lastBefore(after: number, at: Instant, side: Side): number {
    for (let place = Math.min(after, this.events.length) - 1; place >= 0; place--) {
      const event = this.events[place]!;
      if (event.at <= at && (side === 'device' || event.domain === 'guest')) return event.id;
    }
    return setUp;
  }
}
