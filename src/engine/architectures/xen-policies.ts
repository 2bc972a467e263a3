/**
 * What a host with Xen is free to choose: whether block grants stay mapped, whether back ends have threads, and how an
 * event is delivered to a guest. The defaults are those of Linux 6.1 on both sides, except for the delivery: which
 * sort of guest it is decides that.
 */
import type { Architecture, EndOfInterrupt, Placement, Policy } from './architecture.ts';
import { assumed, documented, inferred } from './rows.ts';

/** The architecture with another way of ending the interrupt of an event. */
const ending =
  (event: EndOfInterrupt) =>
  (known: Architecture): Architecture => ({
    ...known,
    endOfInterrupt: { ...known.endOfInterrupt, event },
  });

function withoutThreads(known: Placement): Placement {
  const { wake: _, ...placement } = known;
  const places = Object.entries(placement.places).map(([role, place]) => {
    const does = Object.entries(place.does).map(([stage, doings]) => [
      stage,
      doings.filter(({ kind }) => kind !== 'wake'),
    ]);
    return [role, { ...place, does: Object.fromEntries(does) }];
  });
  return { ...placement, places: Object.fromEntries(places) as Placement['places'] };
}

/** Whether pages stay mapped; `mapped` is the placement of disks whose pages are mapped for each request. */
const blockGrants = (mapped: Placement): Policy => ({
  id: 'block-grants',
  title: 'whether blkback keeps the pages of requests mapped',
  devices: ['xen-blkfront'],
  variants: ['persistent-grants', 'mapped-grants'],
  choices: [
    {
      id: 'persistent',
      title: 'They stay mapped; the front end copies data to and from them',
      consequence: 'A copy of the guest for each request, and no page to map or unmap',
      ...documented('linux-xen-blkback'),
    },
    {
      id: 'mapped',
      title: 'They are mapped for each request, and unmapped after it',
      consequence: 'No copy; operations for each page, and a flush when it is unmapped',
      ...documented('linux-xen-blkback'),
      change: (known) => ({
        ...known,
        placement: { ...known.placement, 'paravirtual-disk': mapped },
        devices: {
          ...known.devices,
          'xen-blkfront': { ...known.devices['xen-blkfront'], variant: 'mapped-grants' },
        },
      }),
    },
  ],
});

const backEndThreads: Policy = {
  id: 'back-end-threads',
  title: 'whether the back ends work in threads of their own',
  devices: ['xen-netfront', 'xen-blkfront'],
  choices: [
    {
      id: 'threads',
      title: 'A thread is woken for blocks, for received frames and to unmap sent ones',
      consequence: 'One wake-up in the driver domain for each batch',
      ...documented('linux-xen-netback'),
    },
    {
      id: 'none',
      title: 'They work where the event or the frame finds them',
      consequence: 'No thread to wake',
      ...assumed('linux-xen-netback'),
      change: (known) => ({
        ...known,
        placement: Object.fromEntries(
          Object.entries(known.placement).map(([name, each]) => [name, withoutThreads(each)]),
        ),
      }),
    },
  ],
};

const eventAcknowledgement: Policy = {
  id: 'event-acknowledgement',
  title: 'whether the guest acknowledges the interrupt of an event',
  devices: ['xen-netfront', 'xen-blkfront'],
  choices: [
    {
      id: 'automatic',
      title: 'The event comes by a callback that ends by itself',
      consequence: 'No end of interrupt',
      ...documented('linux-xen-hvm-callback'),
    },
    {
      id: 'apic-eoi',
      title: 'Each processor has a vector of its own in its APIC, which the processor serves',
      consequence: 'An end of interrupt for each, without an exit',
      ...documented('linux-xen-hvm-callback'),
      change: ending('without-exit'),
    },
    {
      id: 'apic-eoi-trapped',
      title: 'Each processor has a vector of its own in an APIC that Xen emulates',
      consequence: 'An end of interrupt for each, and an exit for it',
      ...inferred('linux-xen-hvm-callback'),
      change: ending('trapped'),
    },
  ],
};

/** The policies; `mapped` is the placement of disks whose pages are mapped for each request. */
export const policiesOfXen = (mapped: Placement): readonly Policy[] => [
  blockGrants(mapped),
  backEndThreads,
  eventAcknowledgement,
];
