/**
 * "Engine constants" of the dossier on ESXi and its peers, section 12. Values are the dossier's; what they are compared
 * with is taken from memory, accesses and counts of runs.
 */
import { lsiSas1068 as lsiDevice } from '#engine/devices/lsi-sas1068.ts';
import { lsiSas1068 as lsiDriver } from '#engine/drivers/lsi-sas1068.ts';
import { runRequest } from '#engine/execute.ts';
import { accessesOf, type Request } from '#engine/index.ts';
import { needsEvent as virtioNeedsEvent } from '#engine/memory/virtqueue.ts';
import { needsEvent as xenNeedsEvent } from '#engine/memory/xen-ring.ts';
import { blockCommand, ScsiBench } from '../../../support/scsi-bench.ts';
import { type Seen, seenIn } from '../../../support/watched-run.ts';
import { once, type Table } from './constant.ts';

const seen = (request: Partial<Request>) =>
  once(() => seenIn({ architecture: 'reference', device: '', ...request }));

const vmxnet3 = seen({ device: 'vmxnet3' });
const vmxnet3Received = seen({ device: 'vmxnet3', operation: 'rx' });
const pvscsi = seen({ device: 'pvscsi' });
const pvscsiTwo = seen({ device: 'pvscsi', count: 2, pattern: 'burst', bytes: 8192 });
const e1000 = seen({ device: 'e1000' });
const e1000Received = seen({ device: 'e1000', operation: 'rx', count: 200, rate: 500_000 });
const virtio = seen({ device: 'virtio-net', count: 300, pattern: 'burst' });
const netfront = seen({
  architecture: 'xen',
  device: 'xen-netfront',
  count: 300,
  pattern: 'burst',
});
const netfrontReceived = seen({
  architecture: 'xen',
  device: 'xen-netfront',
  operation: 'rx',
  count: 300,
});
const blkfront = seen({ architecture: 'xen', device: 'xen-blkfront', count: 40, pattern: 'burst' });

/** Offsets of the registers that were touched, by the names that real drivers were recorded with. */
function offsets({ touches }: Seen, ...names: readonly string[]): (number | undefined)[] {
  return names.map(
    (name) => touches.find(({ register }) => register.name === name)?.register.offset,
  );
}

/** What was written to a register, in order. */
const valuesTo = ({ touches }: Seen, name: string): number[] =>
  touches.flatMap(({ op, register, value }) =>
    op === 'W' && register.name === name ? [value] : [],
  );

/** Accesses of a run, in order. */
const order = (request: Partial<Request>): string[] =>
  accessesOf(runRequest({ architecture: 'reference', device: '', ...request })).flatMap((access) =>
    access.op === 'interrupt' ? [] : [`${access.op === 'read' ? 'R' : 'W'} ${access.name}`],
  );
const accesses = (request: Partial<Request>): number => order(request).length;

/** The area that DSAL points at, and what stands in it: the descriptors of the transmit and the receive queue. */
const shared = (run: Seen): number => valuesTo(run, 'DSAL')[0]!;
const queues = (run: Seen): number => run.memory.read64(shared(run) + 40);
/** Addresses of rings in those descriptors. */
const rings = (run: Seen): { tx: number; txDone: number; rx: number; rxDone: number } => {
  const address = (at: number): number => run.memory.read64(queues(run) + at);
  return { tx: address(16), txDone: address(32), rx: address(256 + 16), rxDone: address(256 + 32) };
};

/** The words of the SETUP_RINGS command. */
function setUpWords({ touches }: Seen): number[] {
  const from = touches.findIndex(
    ({ op, register, value }) => op === 'W' && register.name === 'COMMAND' && value === 3,
  );
  const rest = touches.slice(from + 1);
  return rest
    .slice(
      0,
      rest.findIndex(({ register }) => register.name !== 'COMMAND_DATA'),
    )
    .map(({ value }) => value);
}

/** Where in a region some value was written, in order of place. */
const places = ({ writes }: Seen, from: number, bytes: number, wanted: number): number[] => [
  ...new Set(
    writes
      .filter(({ at, value }) => at >= from && at < from + bytes && value === wanted)
      .map(({ at }) => at - from),
  ),
];

/** How far behind an address anything was written, up to the next page or area. */
const extent = ({ writes }: Seen, from: number, limit: number): number =>
  Math.max(
    ...writes.flatMap(({ at, bytes }) => (at >= from && at < limit ? [at + bytes - from] : [])),
  );

/** Extents of descriptor table, available ring and used ring of a queue of 256. */
function queueSizes(run: Seen, queue: number): number[] {
  const [table, driver, device] = ['QUEUE_DESC', 'QUEUE_DRIVER', 'QUEUE_DEVICE'].map(
    (name) => valuesTo(run, name)[queue]!,
  ) as [number, number, number];
  return [
    extent(run, table, driver),
    extent(run, driver, device),
    extent(run, device, device + 0x1000),
  ];
}

/** First byte of a Xen ring that is neither index nor event, and how many entries of a length were written. */
function xenEntries(run: Seen, channel: number, bytes: number): number[] {
  const [at] = run.offers[channel]!.rings as [number];
  const behind = run.writes.flatMap((write) =>
    write.at >= at + 16 && write.at < at + 4096 ? [write.at - at] : [],
  );
  const first = Math.min(...behind);
  return [first, new Set(behind.map((place) => Math.floor((place - first) / bytes))).size];
}

const hypercalls = (operation: string, bytes: number): number => {
  const frame = { architecture: 'xen', device: 'xen-netfront', bytes };
  const { totals } = runRequest({ ...frame, operation });
  return Object.values(totals.hypercalls).reduce((sum, count) => sum + count, 0);
};

/** Accesses for a command that no disk knows: its reply stands in a frame, which the driver gives back. */
function addressReply(): number {
  const bench = new ScsiBench(lsiDevice, lsiDriver, 'intx');
  let frame = 0;
  const write = bench.model.write.bind(bench.model);
  bench.model.write = (register, value) => {
    frame ||= Math.floor(value / 4) * 4;
    write(register, value);
  };
  bench.submit(blockCommand(4));
  bench.memory.write8(frame + 0x18, 0x42);
  bench.takeAll();
  bench.interrupt();
  return bench.kernel.accesses.length;
}

const row = {
  vmxnet3Data: 'vmxnet3 IMR/TXPROD/RXPROD/RXPROD2',
  vmxnet3Control: 'vmxnet3 BAR1 DSAL/DSAH/CMD/ICR/ECR',
  vmxnet3Magic: 'vmxnet3 magic; cmd bases',
  vmxnet3Generation: 'vmxnet3 gen bit: TxDesc dw2 / RxDesc dw2 / comp dw3',
  vmxnet3Copy: 'vmxnet3 header copy; QEMU txThreshold',
  vmxnet3Align: 'vmxnet3 ring align / size step / queue desc align',
  vmxnet3Rings: 'vmxnet3 default rings TX, RX1, RX2',
  vmxnet3Accesses: 'accesses: vmxnet3 TX / RX / NAPI end (AUTO)',
  pvscsiRegisters: 'PVSCSI kick RW / non-RW / intr status / mask',
  pvscsiSizes: 'PVSCSI req / cmp / SG element sizes',
  pvscsiPages: 'PVSCSI max pages, max depth, default pages',
  pvscsiSetUp: 'PVSCSI SETUP_RINGS writes',
  pvscsiAccesses: 'accesses: PVSCSI 4 KiB read MSI-X / INTx',
  e1000Registers: 'e1000 TDT/RDT/ICR/IMS/IMC/ITR',
  e1000Mask: 'e1000 IMS_ENABLE_MASK',
  e1000Batch: 'e1000 RDT batch',
  e1000Accesses: 'accesses: e1000 TX+irq / RX+irq',
  pcnetAccesses: 'accesses: pcnet32 TX+irq / RX+irq',
  lsiAccesses: 'accesses: LSI I/O (turbo / address reply)',
  virtqSizes: 'virtq sizes q',
  virtqPredicate: 'EVENT_IDX predicate',
  virtioAccesses: 'accesses: virtio TX / irq MSI-X / irq INTx',
  xenRings: 'Xen ring header; netif_tx, netif_rx, blkif entries',
  xenPredicate: 'Xen notify predicate',
  xenHypercalls: 'Xen hypercalls: 1500-B TX / <=128-B TX / RX',
  xenCopy: 'netback TX copy length',
  ipiDelay: 'ESX IPI-delay threshold',
} as const;

export const esxiAndPeers: Table = {
  items: Object.values(row),
  tested: [
    {
      item: row.vmxnet3Data,
      name: 'offsets',
      is: [0x0, 0x600, 0x800, 0xa00],
      by: 'registers that the driver writes at set-up and for a frame',
      seen: () => offsets(vmxnet3(), 'IMR0', 'TXPROD0', 'RXPROD0', 'RXPROD2_0'),
    },
    {
      item: row.vmxnet3Control,
      name: 'DSAL/DSAH/CMD/ICR',
      is: [0x10, 0x18, 0x20, 0x38],
      by: 'registers that the driver touches at set-up, and on a pin for an interrupt',
      seen: () => {
        const onPin = seenIn({ architecture: 'reference', device: 'vmxnet3', interrupts: 'intx' });
        return offsets(onPin, 'DSAL', 'DSAH', 'CMD', 'ICR');
      },
    },
    {
      item: row.vmxnet3Magic,
      is: [3_133_079_265, 0xf00d_0000 + 8, 0xcafe_0000],
      by: 'first word of the shared area, and the commands: interrupt configuration, activation',
      seen: () => [vmxnet3().memory.read32(shared(vmxnet3())), ...valuesTo(vmxnet3(), 'CMD')],
    },
    {
      item: row.vmxnet3Generation,
      is: { TxDesc: [2 ** 14], RxDesc: 2 ** 31, comp: [2 ** 31, 2 ** 31] },
      by: 'the bit that publishes a frame, the bit beside a buffer’s length, the highest of each completion',
      seen: () => {
        const { tx, txDone, rx } = rings(vmxnet3());
        const { rxDone } = rings(vmxnet3Received());
        const flips = vmxnet3().writes.filter(({ at, before }) => at === tx + 8 && before !== 0);
        return {
          TxDesc: flips.map(({ before, value }) => before ^ value),
          RxDesc: vmxnet3().memory.read32(rx + 8) - 1536,
          comp: [
            vmxnet3().memory.read32(txDone + 12),
            // Type 3 stands in bits 30:24 of a received frame's completion.
            vmxnet3Received().memory.read32(rxDone + 12) - 3 * 2 ** 24,
          ],
        };
      },
    },
    {
      item: row.vmxnet3Copy,
      is: { whole: 128, longer: 42, threshold: 1 },
      by: 'bytes copied of a frame of 128 and of 129 bytes; the word that the device writes at activation',
      seen: () => {
        const copied = (bytes: number): number =>
          runRequest({ architecture: 'reference', device: 'vmxnet3', bytes }).totals.bytesCopied;
        const threshold = vmxnet3().memory.read32(queues(vmxnet3()) + 4);
        return { whole: copied(128), longer: copied(129), threshold };
      },
    },
    {
      item: row.vmxnet3Align,
      is: { rings: [0, 0, 0, 0], sizes: [0, 0], queues: 0 },
      by: 'what is left of the ring addresses, the sizes and the address of the queue descriptors',
      seen: () => ({
        rings: Object.values(rings(vmxnet3())).map((at) => at % 512),
        sizes: [56, 256 + 56].map((at) => vmxnet3().memory.read32(queues(vmxnet3()) + at) % 32),
        queues: queues(vmxnet3()) % 128,
      }),
    },
    {
      item: row.vmxnet3Rings,
      name: 'TX, RX1',
      is: [512, 1024],
      by: 'sizes in the queue descriptors',
      seen: () => [56, 256 + 56].map((at) => vmxnet3().memory.read32(queues(vmxnet3()) + at)),
    },
    {
      item: row.vmxnet3Accesses,
      is: { tx: ['W TXPROD0', 'W IMR0'], rx: ['W IMR0'], deferred: ['W IMR0'] },
      by: 'accesses of one sent frame, one received frame, and one sent below the threshold',
      seen: () => ({
        tx: order({ device: 'vmxnet3' }),
        rx: order({ device: 'vmxnet3', operation: 'rx' }),
        deferred: order({
          architecture: 'esxi',
          device: 'vmxnet3',
          parameters: { 'esxi.transmit-threshold': 4 },
        }),
      }),
    },
    {
      item: row.pvscsiRegisters,
      is: [0x4018, 0x3014, 0x100c, 0x2010],
      by: 'registers that the driver touches for a read, a flush, on a pin and at set-up',
      seen: () => {
        const on = (operation: string, interrupts: string): Seen =>
          seenIn({ architecture: 'reference', device: 'pvscsi', operation, interrupts });
        const touched = [on('read', 'intx'), on('flush', 'msi')].flatMap(({ touches }) => touches);
        return offsets(
          { ...pvscsi(), touches: touched },
          'KICK_RW_IO',
          'KICK_NON_RW_IO',
          'INTR_STATUS',
          'INTR_MASK',
        );
      },
    },
    {
      item: row.pvscsiSizes,
      is: { requests: [40, 128 + 40], completions: [8, 32 + 8], list: [8, 16 + 8] },
      by: 'places of READ(10) in two requests, of their lengths in two completions, of a page’s in a list',
      seen: () => {
        const words = setUpWords(pvscsiTwo());
        const requests = words[4]! * 4096;
        const list = pvscsiTwo().memory.read64(requests + 8);
        return {
          requests: places(pvscsiTwo(), requests, 8 * 4096, 0x28),
          completions: places(pvscsiTwo(), words[68]! * 4096, 8 * 4096, 8192),
          list: places(pvscsiTwo(), list, 4096, 4096),
        };
      },
    },
    {
      item: row.pvscsiPages,
      name: 'max pages',
      is: 4 + 2 * 32,
      by: 'the word of SETUP_RINGS with the first page of completions, behind 32 page numbers of 64 bits',
      seen: () => setUpWords(pvscsi()).findIndex((word, index) => index >= 20 && word !== 0),
    },
    {
      item: row.pvscsiPages,
      name: 'default pages',
      is: [8, 8],
      by: 'first words of SETUP_RINGS',
      seen: () => setUpWords(pvscsi()).slice(0, 2),
    },
    {
      item: row.pvscsiSetUp,
      is: 133,
      by: 'writes from the command to its last word',
      seen: () => 1 + setUpWords(pvscsi()).length,
    },
    {
      item: row.pvscsiAccesses,
      is: [1, 3],
      by: 'accesses of a read; messages here are MSI',
      seen: () => [
        accesses({ device: 'pvscsi' }),
        accesses({ device: 'pvscsi', interrupts: 'intx' }),
      ],
    },
    {
      item: row.e1000Registers,
      is: [0x3818, 0x2818, 0xc0, 0xd0, 0xd8, 0xc4],
      by: 'registers that the driver touches for a sent frame and for 200 received ones',
      seen: () => {
        const touches = [...e1000().touches, ...e1000Received().touches];
        return offsets({ ...e1000(), touches }, 'TDT', 'RDT', 'ICR', 'IMS', 'IMC', 'ITR');
      },
    },
    {
      item: row.e1000Mask,
      is: [0x9d],
      by: 'values that the driver writes to IMS',
      seen: () => [...new Set(valuesTo(e1000(), 'IMS'))],
    },
    {
      item: row.e1000Batch,
      is: [1, 1, 2, 2, 3],
      by: 'writes of RDT for 15, 16, 17, 32 and 33 frames in one poll',
      seen: () =>
        [15, 16, 17, 32, 33].map((count) => {
          const burst = { device: 'e1000', operation: 'rx', count, pattern: 'burst' } as const;
          return order(burst).filter((access) => access === 'W RDT').length;
        }),
    },
    {
      item: row.e1000Accesses,
      is: [6, 6],
      by: 'accesses of one frame',
      seen: () => ['tx', 'rx'].map((operation) => accesses({ device: 'e1000', operation })),
    },
    {
      item: row.pcnetAccesses,
      is: [16, 14],
      by: 'accesses of one frame',
      seen: () => ['tx', 'rx'].map((operation) => accesses({ device: 'pcnet32', operation })),
    },
    {
      item: row.lsiAccesses,
      is: [3, 4],
      by: 'accesses of a read, and of a command that no disk knows',
      seen: () => [accesses({ device: 'lsi-sas1068' }), addressReply()],
    },
    {
      item: row.virtqSizes,
      is: [16 * 256, 6 + 2 * 256, 6 + 8 * 256],
      by: 'how far table and rings of the transmit queue are written, once 300 frames have gone round them',
      seen: () => queueSizes(virtio(), 1),
    },
    {
      item: row.virtqPredicate,
      is: [true, false, true, false],
      by: 'what the queue says of a step, across the wrap at 2^16 too',
      seen: () => [
        virtioNeedsEvent(3, 4, 0),
        virtioNeedsEvent(4, 4, 0),
        virtioNeedsEvent(65_535, 2, 65_534),
        virtioNeedsEvent(2, 2, 65_534),
      ],
    },
    {
      item: row.virtioAccesses,
      is: { msix: ['W NOTIFY q1'], intx: ['W NOTIFY q1', 'R ISR'] },
      by: 'accesses of one sent frame with its interrupt',
      seen: () => ({
        msix: order({ device: 'virtio-net' }),
        intx: order({ device: 'virtio-net', interrupts: 'intx' }),
      }),
    },
    {
      item: row.xenRings,
      is: { tx: [64, 256], rx: [64, 256], block: [64, 32] },
      by: 'first byte behind the header, and entries of 12, 8 and 112 bytes, once all have been written',
      seen: () => ({
        tx: xenEntries(netfront(), 0, 12),
        rx: xenEntries(netfrontReceived(), 1, 8),
        block: xenEntries(blkfront(), 0, 112),
      }),
    },
    {
      item: row.xenPredicate,
      is: [true, false, true, false],
      by: 'what the ring says of a step, across the wrap at 2^32 too',
      seen: () => [
        xenNeedsEvent(1, 1, 0),
        xenNeedsEvent(1, 6, 5),
        xenNeedsEvent(0, 2, 0xffff_fffe),
        xenNeedsEvent(3, 2, 0xffff_fffe),
      ],
    },
    {
      item: row.xenHypercalls,
      is: [5, 3, 2],
      by: 'hypercalls of all domains for one frame',
      seen: () => [hypercalls('tx', 1500), hypercalls('tx', 128), hypercalls('rx', 1500)],
    },
    {
      item: row.xenCopy,
      is: ['128'],
      by: 'what the trace of a sent frame says of GNTTABOP_copy',
      seen: () =>
        netfront()
          .run.trace.filter(({ request }) => request === 1)
          .flatMap(({ activity }) => /first (\d+) bytes/.exec(activity.sentence)?.[1] ?? []),
    },
  ],
  unused: [
    {
      item: row.vmxnet3Data,
      name: 'stride 8',
      why: 'there is one queue of each kind, and one vector',
    },
    {
      item: row.vmxnet3Control,
      name: 'ECR',
      why: 'the device raises no events such as a changed link',
    },
    { item: row.vmxnet3Rings, name: 'RX2', why: 'frames of one MTU need no second receive ring' },
    { item: row.pvscsiPages, name: 'max depth', why: 'Linux sets up 8 pages of requests, so 256' },
    {
      item: row.ipiDelay,
      why: 'the host’s processors and the messages between them are not modelled',
    },
  ],
};
