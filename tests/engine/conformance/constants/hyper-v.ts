/**
 * "Engine constants" of the dossier on Hyper-V, section 11. Values are the dossier's; what they are compared with is
 * taken from memory, accesses and counts of runs.
 */
import { netvsc as netvscDevice } from '#engine/devices/netvsc.ts';
import { netvsc as netvscDriver } from '#engine/drivers/netvsc.ts';
import { runRequest } from '#engine/execute.ts';
import { accessesOf } from '#engine/index.ts';
import { GuestMemory } from '#engine/memory/guest-memory.ts';
import { sectionCount } from '#engine/memory/nvsp.ts';
import { VmbusRing } from '#engine/memory/vmbus-ring.ts';
import { DirectKernel, RecordingHost } from '../../../support/device-bench.ts';
import { type Seen, seenIn } from '../../../support/watched-run.ts';
import { once, type Table } from './constant.ts';

const on = (device: string, operation: string, bytes?: number) =>
  once(() => seenIn({ architecture: 'hyper-v', device, operation, ...(bytes && { bytes }) }));

const sent = on('netvsc', 'tx', 1514);
const received = on('netvsc', 'rx', 1514);
const stored = on('storvsc', 'read', 4096);
/** Two frames under way, each with a section of its own. */
const twoSent = once(() =>
  seenIn({ architecture: 'hyper-v', device: 'netvsc', count: 2, pattern: 'burst' }),
);
const tulip = once(() => seenIn({ architecture: 'hyper-v', device: 'dec21140' }));
const ide = on('ide-dma', 'read', 8192);

const toHost = ({ offers }: Seen): number => offers[0]!.rings[0]!;
const toGuest = ({ offers }: Seen): number => offers[0]!.rings[1]!;
const sendBuffer = ({ offers }: Seen): number => offers[0]!.buffers[0]!.at;

/** 32 and 16 bits of the first packet in a ring. */
const word = (seen: Seen, ring: number, at: number): number => seen.memory.read32(ring + 4096 + at);
const half = (seen: Seen, ring: number, at: number): number => seen.memory.read16(ring + 4096 + at);
/** Where the payload of the first packet begins, and how long it is. */
const payload = (seen: Seen, ring: number): number => 8 * half(seen, ring, 2);
const payloadBytes = (seen: Seen, ring: number): number =>
  8 * half(seen, ring, 4) - payload(seen, ring);
/** Steps of the index that the producer of a ring writes: sizes of packets, with their trailers. */
const packets = ({ writes }: Pick<Seen, 'writes'>, ring: number): number[] =>
  writes.filter(({ at }) => at === ring).map(({ before, value }) => value - before);
/** Offsets in the control page of a ring that were written with a value, in order. */
const control = ({ writes }: Seen, ring: number, wanted: number): number[] =>
  writes
    .filter(({ at, value }) => at >= ring && at < ring + 4096 && value === wanted)
    .map(({ at }) => at - ring);

/** A ring of two pages by itself. */
function ring() {
  const memory = new GuestMemory(1 << 16);
  const at = memory.allocate(8192, 4096);
  return { memory, at, ring: new VmbusRing(memory, at, 8192) };
}

/** Index after a packet with so many bytes of payload. */
function indexAfter(bytes: number): number {
  const { memory, at, ring: empty } = ring();
  const packet = { type: 6, flags: 0, transaction: 1, header: new Uint8Array() };
  empty.write({ ...packet, payload: new Uint8Array(bytes) });
  return memory.read32(at);
}

/** A frame for which no section is left: one range points at its header, another at the frame. */
function directPacket(): number {
  const memory = new GuestMemory(netvscDevice.memoryBytes);
  const kernel = new DirectKernel(memory, 'vmbus');
  const host = new RecordingHost(memory);
  let ringAt = 0;
  const options = { variant: '', interrupts: 'vmbus', doorbellThreshold: 1 } as const;
  const device = netvscDevice.create(host, options);
  const open = device.open!.bind(device);
  device.open = (offer) => {
    ringAt = offer.rings[0]!;
    open(offer);
  };
  kernel.device = device;
  const driver = netvscDriver.create(kernel);
  kernel.run(driver.open());
  let before = 0;
  for (let number = 1; number <= sectionCount + 1; number++) {
    before = memory.read32(ringAt);
    const frame = { payload: number, bytes: 1514, buffer: 0x5000_0000 + number * 0x4000, flow: 0 };
    kernel.run(driver.transmit(frame, false));
  }
  return memory.read32(ringAt) - before;
}

const accesses = (device: string, operation: string, bytes: number, driver?: string): number => {
  const { reads, writes } = runRequest({
    architecture: 'reference',
    device,
    operation,
    bytes,
    ...(driver !== undefined && { driver }),
  }).totals.accesses;
  return reads + writes;
};

const leaves = (device: string, operation: string, bytes: number): number => {
  const { vmExits, hypercalls } = runRequest({
    architecture: 'hyper-v',
    device,
    operation,
    bytes,
  }).totals;
  return vmExits['guest']! + hypercalls['guest']!;
};

/** Rows of the table, in its order. */
const row = {
  header: 'ring header page / data start',
  indexes: 'w_idx,r_idx,int_mask,pend,feat offsets',
  descriptor: 'pkt desc / trailer / alignment',
  types: 'pkt types inband,xfer,gpadir,comp',
  hypercalls: 'HvPostMessage / SignalEvent',
  assertInterrupt: 'AssertVirtualInterrupt (now / 2.0a)',
  pages: 'SIM/SIEF slots x size',
  messageBytes: 'msg payload max',
  partitionMsrs: 'MSR GUEST_OS_ID,HYPERCALL,VP_INDEX',
  apicMsrs: 'MSR EOI,ICR,TPR,VP_ASSIST',
  synicMsrs: 'MSR SCONTROL,SIEFP,SIMP,EOM,SINT0',
  sints: 'SINT VMBus / intercept / redirect',
  ports: 'message port ids msg/event/monitor',
  suspendRegisters: 'InterceptSuspend / ExplicitSuspend reg',
  registerNames: 'RAX / RIP reg names',
  intercepts: 'intercept types ioport / eoi / gpa',
  vector: 'Linux callback vector',
  monitor: 'monitor: groups,latency,param offsets',
  gpadl: 'GPADL pfns header/body',
  nvspBytes: 'NVSP msg size (V61) / pre',
  nvsp: 'NVSP 107/108/128/129/133/134',
  buffers: 'recv buf id / sections / section sizes',
  rndis: 'RNDIS hdr / PPI',
  ring: 'netvsc ring',
  vstor: 'vstor pkt / SCSI req',
  operations: 'EXECUTE_SRB/COMPLETE_IO',
  packets: 'ring packet sizes',
  csr: '21140 PCI id; CSR stride; IRQ mask Linux',
  piix: 'PIIX4 IDE PCI id; PRD entry; enlightened port',
  libata: 'libata 4K READ DMA accesses',
  pio: 'PIO sector accesses',
  tulip: 'tulip TX / irq accesses',
  readExits: '4 KiB read exits: storvsc vs IDE DMA',
  sendExits: '1514-B TX exits: netvsc vs 21140',
} as const;

const noSynic =
  'a signal, a message or an interrupt is one step of a way; no page, port or register of the SynIC is built';
const noIntercept = 'an intercept is one step of a way; no message or register page of it is built';

export const hyperV: Table = {
  items: Object.values(row),
  tested: [
    {
      item: row.header,
      is: 0x1000,
      by: 'the lowest address behind the control fields that a sent frame’s packet is written to',
      seen: () => {
        const behind = sent().writes.map(({ at }) => at - toHost(sent()));
        return Math.min(...behind.filter((at) => at > 0x40));
      },
    },
    {
      item: row.indexes,
      name: 'w_idx, r_idx',
      is: [0x0, 0x4],
      by: 'control words that become 64 when a packet of 64 bytes is written and read',
      seen: () => control(sent(), toHost(sent()), 64),
    },
    {
      item: row.indexes,
      name: 'feat, int_mask',
      is: [0x40, 0x8],
      by: 'control words that become 1: at set-up, then while the guest drains',
      seen: () => control(sent(), toGuest(sent()), 1),
    },
    {
      item: row.indexes,
      name: 'pend',
      is: 200,
      by: 'the word at 0xC when a producer waits for 200 bytes',
      seen: () => {
        const { memory, at, ring: full } = ring();
        full.awaitRoom(200);
        return memory.read32(at + 0xc);
      },
    },
    {
      item: row.descriptor,
      name: 'descriptor',
      is: 16,
      by: 'where the first packet says that its payload begins',
      seen: () => payload(sent(), toHost(sent())),
    },
    {
      item: row.descriptor,
      name: 'trailer',
      is: [8, 64],
      by: 'bytes between a packet’s length and the next packet, and the second packet’s start in its last word',
      seen: () => {
        const at = toHost(twoSent());
        const [first] = packets(twoSent(), at);
        return [first! - 8 * half(twoSent(), at, 4), word(twoSent(), at, 64 + 64 - 4)];
      },
    },
    {
      item: row.descriptor,
      name: 'alignment',
      is: [24, 32, 32, 40],
      by: 'index after a packet with 0, 1, 8 and 9 bytes of payload',
      seen: () => [0, 1, 8, 9].map(indexAfter),
    },
    {
      item: row.types,
      is: { inband: 6, xfer: 7, gpadir: 9, comp: 0xb },
      by: 'first half-word of a sent frame, a received one, a read and its completion',
      seen: () => ({
        inband: half(sent(), toHost(sent()), 0),
        xfer: half(received(), toGuest(received()), 0),
        gpadir: half(stored(), toHost(stored()), 0),
        comp: half(stored(), toGuest(stored()), 0),
      }),
    },
    {
      item: row.nvspBytes,
      name: 'V61',
      is: [40, 40],
      by: 'payload of a sent frame’s packet, and of its completion',
      seen: () => [toHost(sent()), toGuest(sent())].map((at) => payloadBytes(sent(), at)),
    },
    {
      item: row.nvsp,
      name: '107/108',
      is: [107, 107, 108, 108],
      by: 'first word of the message: frame out, frame in, completion by the host, completion by the guest',
      seen: () => [
        word(sent(), toHost(sent()), 16),
        word(received(), toGuest(received()), payload(received(), toGuest(received()))),
        word(sent(), toGuest(sent()), 16),
        word(received(), toHost(received()), 16),
      ],
    },
    {
      item: row.buffers,
      name: 'id',
      is: 0xcafe,
      by: 'page set of a received frame’s packet',
      seen: () => half(received(), toGuest(received()), 16),
    },
    {
      item: row.buffers,
      name: 'section size',
      is: 6144,
      by: 'where the header of the frame in the second section begins',
      seen: () => {
        const offsets = twoSent().writes.map(({ at }) => at - sendBuffer(twoSent()));
        return Math.min(...offsets.filter((at) => at >= 60));
      },
    },
    {
      item: row.rndis,
      is: { message: 1, data: 60, header: 44, info: 16 },
      by: 'offsets, which count from 8, in the message of a sent frame',
      seen: () => {
        const field = (at: number): number => sent().memory.read32(sendBuffer(sent()) + at);
        return { message: field(0), data: 8 + field(8), header: 8 + field(28), info: field(32) };
      },
    },
    {
      item: row.ring,
      name: '128 pages x 2',
      is: [128, 128],
      by: 'length of the rings as offered, and the distance from one to the other, in pages',
      seen: () => {
        const [{ rings, ringBytes }] = sent().offers as [Seen['offers'][0]];
        return [ringBytes / 4096, (rings[1]! - rings[0]!) / 4096];
      },
    },
    {
      item: row.vstor,
      is: [64, 0x34],
      by: 'payload of a read’s packet, and the length that the SCSI request in it has',
      seen: () => {
        const at = toHost(stored());
        const request = payload(stored(), at) + 12;
        return [payloadBytes(stored(), at), half(stored(), at, request)];
      },
    },
    {
      item: row.operations,
      is: [3, 1],
      by: 'first word of a read’s payload, and of its completion’s',
      seen: () =>
        [toHost(stored()), toGuest(stored())].map((at) =>
          word(stored(), at, payload(stored(), at)),
        ),
    },
    {
      item: row.packets,
      name: 'TX inband / RX1 / rx comp / stor 4K / stor comp',
      is: { sent: 64, received: 80, given: 32, read: 112, completed: 88 },
      by: 'steps of the producers’ indexes',
      seen: () => ({
        sent: packets(sent(), toHost(sent()))[0],
        received: packets(received(), toGuest(received()))[0],
        given: packets(received(), toHost(received()))[0],
        read: packets(stored(), toHost(stored()))[0],
        completed: packets(stored(), toGuest(stored()))[0],
      }),
    },
    {
      item: row.packets,
      name: 'TX gpa(n=2)',
      is: 104,
      by: 'ring bytes of a frame for which no section is left: a range for its header, one for itself',
      seen: directPacket,
    },
    {
      item: row.csr,
      name: 'CSR stride',
      is: { TxPoll: 8, Status: 40, Missed: 64 },
      by: 'offsets of CSR1, CSR5 and CSR8 in the accesses of a sent frame',
      seen: () =>
        Object.fromEntries(
          accessesOf(tulip().run).flatMap((access) =>
            access.op === 'interrupt' ? [] : [[/\((\w+)\)/.exec(access.name)![1], access.offset]],
          ),
        ),
    },
    {
      item: row.csr,
      name: 'IRQ mask Linux',
      is: [0x1_ebef],
      by: 'what the driver writes to CSR7 at set-up',
      seen: () =>
        tulip()
          .touches.filter(({ op, register }) => op === 'W' && register.offset === 56)
          .map(({ value }) => value),
    },
    {
      item: row.piix,
      name: 'PRD entry',
      is: [8 + 4, 2],
      by: 'place of the end mark in the table of a read of two pages, and entries with a length',
      seen: () => {
        const { touches, writes, memory } = ide();
        const table = touches.find(({ register }) => register.offset === 4 && register.size === 4)!;
        const end = writes.find(({ at, value }) => at >= table.value && value >= 0x8000_0000)!;
        const lengths = [4, 12, 20].filter((at) => memory.read16(table.value + at) === 4096);
        return [end.at - table.value, lengths.length];
      },
    },
    {
      item: row.piix,
      name: 'enlightened port 0x1E0',
      is: [0x1e0],
      by: 'the ports that Hyper-V’s BIOS touches for a read',
      seen: () => {
        const driver = 'enlightened-int13';
        const run = runRequest({ architecture: 'hyper-v', device: 'ide-dma', driver });
        return accessesOf(run).flatMap((access) =>
          access.op === 'interrupt' ? [] : [access.offset],
        );
      },
    },
    {
      item: row.libata,
      is: { lba28: 26, lba48: 31 },
      by: 'accesses of a read of 4 KiB, and of one of 257 sectors, which needs the longer command',
      seen: () => ({
        lba28: accesses('ide-dma', 'read', 4096),
        lba48: accesses('ide-dma', 'read', 257 * 512),
      }),
    },
    {
      item: row.pio,
      is: [14 + 256, 14 + 1],
      by: 'accesses of a BIOS that reads one sector, and the instructions that make them',
      seen: () => {
        const run = runRequest({
          architecture: 'reference',
          device: 'ide-pio',
          driver: 'bios-pio',
          bytes: 512,
        });
        return [
          accesses('ide-pio', 'read', 512, 'bios-pio'),
          run.trace.filter(({ kind }) => kind === 'access').length,
        ];
      },
    },
    {
      item: row.tulip,
      name: 'recorded NAPI build',
      is: [5, 9],
      by: 'accesses of one sent and one received frame',
      seen: () => [accesses('dec21140', 'tx', 1514), accesses('dec21140', 'rx', 1514)],
    },
    {
      item: row.readExits,
      is: { storvsc: 1, ide: 26 },
      by: 'exits and hypercalls of the guest',
      seen: () => ({
        storvsc: leaves('storvsc', 'read', 4096),
        ide: leaves('ide-dma', 'read', 4096),
      }),
    },
    {
      item: row.sendExits,
      is: { netvsc: 1, tulip: 5 + 1 },
      by: 'exits and hypercalls of the guest; the end of the level-triggered interrupt is one',
      seen: () => ({ netvsc: leaves('netvsc', 'tx', 1514), tulip: leaves('dec21140', 'tx', 1514) }),
    },
  ],
  unused: [
    {
      item: row.hypercalls,
      why: 'the trace names HvSignalEvent; no input value with its code is built, and no control message is posted',
    },
    {
      item: row.assertInterrupt,
      why: 'the trace says that the root asserts the interrupt by hypercall; the code is not part of it',
    },
    { item: row.pages, why: noSynic },
    { item: row.messageBytes, why: noSynic },
    { item: row.partitionMsrs, why: noSynic },
    { item: row.apicMsrs, why: noSynic },
    { item: row.synicMsrs, why: noSynic },
    { item: row.sints, why: noSynic },
    { item: row.ports, why: noSynic },
    { item: row.suspendRegisters, why: noIntercept },
    { item: row.registerNames, why: noIntercept },
    { item: row.intercepts, why: noIntercept },
    { item: row.vector, why: 'vectors are numbered by device, as its driver sees them' },
    {
      item: row.monitor,
      why: 'a bit left in the monitor page is one step of a way; the page is not built',
    },
    { item: row.gpadl, why: 'channels are opened without GPADL messages' },
    { item: row.nvspBytes, name: 'pre', why: 'the host speaks NVSP 6.1' },
    {
      item: row.nvsp,
      name: '128/129/133/134',
      why: 'a virtual function and sub-channels are there from the beginning; nothing is negotiated',
    },
    {
      item: row.buffers,
      name: '1728',
      why: 'by the dossier it is not on the wire; the host’s sub-allocations are 1792 bytes',
    },
    { item: row.ring, name: '129 since 2024', why: 'the driver is that of Linux 6.1' },
    {
      item: row.ring,
      name: 'RX range limits 375/562',
      why: 'the host puts one received frame into a packet',
    },
    {
      item: row.packets,
      name: '72 / 360 old',
      why: 'messages are those of NVSP 6.1, and the driver names only the pages there are, as since May 2023',
    },
    { item: row.csr, name: '21140 PCI id', why: 'devices have no configuration space' },
    { item: row.piix, name: 'PIIX4 IDE PCI id', why: 'devices have no configuration space' },
    { item: row.piix, name: 'enlightened port 0x160', why: 'the disk is on the primary channel' },
    {
      item: row.tulip,
      name: 'no NAPI build',
      why: 'the driver is the recorded build, which defers received frames to a poll',
    },
  ],
};
