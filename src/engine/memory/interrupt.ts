/**
 * How a device interrupts: a level-triggered pin of PCI, an edge-triggered line of the ISA bus, a level-triggered line
 * of the board, messages (one, one for each
 * port, a table of vectors, or one of a table for all queues), the event flags of a VMBus channel, or a Xen event
 * channel.
 */
export type InterruptMode =
  | 'intx'
  | 'isa'
  | 'line'
  | 'msi'
  | 'msi-per-port'
  | 'msix'
  | 'msix-shared'
  | 'vmbus'
  | 'event-channel';

/** A level stays until it is lowered; an edge is over at once; an event is an edge that the hypervisor keeps. */
export type Trigger = 'level' | 'edge' | 'event';

export const triggerOf = (mode: InterruptMode): Trigger =>
  mode === 'intx' || mode === 'line'
    ? 'level'
    : mode === 'vmbus' || mode === 'event-channel'
      ? 'event'
      : 'edge';
