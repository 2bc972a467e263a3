/**
 * The verbs of the guest's kernel that take time: each fills the one operation that the processor runs next, so that
 * nothing is built for it. The processor itself is guest.ts.
 */
import { driverActivities, type Op } from '../drivers/driver.ts';
import type { ChannelOffer } from '../memory/channel.ts';
import type { Register } from '../memory/register.ts';
import type { Activity, RingId } from '../vocabulary/trace.ts';
import { mark } from '../host/tracer.ts';

export class Verbs {
  private readonly op: Op = {
    code: 'work',
    value: 0,
    activity: mark,
    bytes: 0,
    entries: 1,
    times: 1,
    ring: '',
    register: undefined as unknown as Register,
    offer: undefined as unknown as ChannelOffer,
  };

  read(register: Register): Op {
    return this.touch('read', register, 0, 1);
  }
  write(register: Register, value: number): Op {
    return this.touch('write', register, value, 1);
  }
  readString(register: Register, times: number): Op {
    return this.touch('read', register, 0, times);
  }
  writeString(register: Register, times: number): Op {
    return this.touch('write', register, 0, times);
  }
  work(activity: Activity, entries = 1, bytes = 0): Op {
    return this.fill('work', activity, 0, bytes, entries);
  }
  copy(activity: Activity, bytes: number): Op {
    return this.fill('copy', activity, 0, bytes);
  }
  publish(ring: RingId, activity: Activity): Op {
    return this.onRing('publish', activity, ring);
  }
  consume(ring: RingId, activity: Activity): Op {
    return this.onRing('consume', activity, ring);
  }
  hold(ring: RingId, activity: Activity): Op {
    return this.onRing('hold', activity, ring);
  }
  signal(ring: RingId, channel = 0): Op {
    this.onRing('signal', mark, ring);
    this.op.value = channel;
    return this.op;
  }
  open(offer: ChannelOffer): Op {
    this.op.offer = offer;
    return this.fill('open', mark);
  }
  protected endOfInterrupt(vector: number): Op {
    return this.fill('end-of-interrupt', driverActivities.endOfInterrupt, vector);
  }

  private touch(code: 'read' | 'write', register: Register, value: number, times: number): Op {
    this.op.register = register;
    this.fill(code, mark, value);
    this.op.times = times;
    return this.op;
  }
  private onRing(code: Op['code'], activity: Activity, ring: RingId): Op {
    this.fill(code, activity);
    this.op.ring = ring;
    return this.op;
  }
  private fill(code: Op['code'], activity: Activity, value = 0, bytes = 0, entries = 1): Op {
    const { op } = this;
    op.code = code;
    op.activity = activity;
    op.value = value;
    op.ring = '';
    op.bytes = bytes;
    op.entries = entries;
    op.times = 1;
    return op;
  }
}
