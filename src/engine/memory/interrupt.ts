/**
 * How a device interrupts: a level-triggered pin, an edge-triggered line of the ISA bus, messages (one, one for each
 * port, or a table of vectors), the event flags of a VMBus channel, or a Xen event channel.
 */
export type InterruptMode =
  'intx' | 'isa' | 'msi' | 'msi-per-port' | 'msix' | 'vmbus' | 'event-channel';

/** A level stays until it is lowered; an edge is over at once; an event is an edge that the hypervisor keeps. */
export type Trigger = 'level' | 'edge' | 'event';

export const triggerOf = (mode: InterruptMode): Trigger =>
  mode === 'intx' ? 'level' : mode === 'vmbus' || mode === 'event-channel' ? 'event' : 'edge';
